"""Read the rows of one 项目经费情况说明 into a Narrative.

narrative.py  its sections, what its text states, and the amount that it claims
budget.py     its tables of cost items and their totals
"""
