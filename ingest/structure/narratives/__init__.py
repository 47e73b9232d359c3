"""Read the rows of one 项目经费情况说明 into a Narrative: its sections, cost items and the amount that it claims."""
