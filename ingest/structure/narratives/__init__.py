"""Narratives: rows of one 项目经费情况说明 in, its sections, cost items and the amount that it claims out."""
