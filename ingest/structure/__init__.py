"""Read the structure of filings: turn rows of cells into the cover and the projects, which `filing.py` puts together.

`forms/` and `narratives/` each read one such part of a filing. The modules beside them cut rows into parts, and settle
what several parts of a filing decide together. Terms used here:

- A form is one 绩效目标申报表, a narrative one 项目经费情况说明; a project has a form, a narrative or both.
- A notice is a letter above the forms that hands money down (下达…的通知, 批复).
- A register is a table with a project in each row and columns for its indicators; a list has columns for projects only.
- Marks collect the cells that are names of persons, words of the blank form, or values that are not kept.
"""
