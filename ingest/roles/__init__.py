"""Roles of cells: the text of a cell in, its part in a form out, such as label, level, head of a column or heading.

Words and patterns of forms stand in the TOML files of this folder; no module of it looks at more than one row.
"""
