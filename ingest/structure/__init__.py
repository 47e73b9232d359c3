"""Read the structure of filings: turn rows of cells into the cover and the projects.

dividing.py  divide paragraphs and cells that hold several parts of a filing
segments.py  cut the rows into cover, narratives and forms, by titles, headings and records.py, or by a sentence
gate.py      find where forms begin, by all evidence for and against one
records.py   find registers and lists, and give each project in one the rows of a form
cover.py     read the cover, or the notice above the forms
narratives/  read a narrative
forms/       read a form
funds.py     read its money, and infer the unit of amounts without one
phases.py    tell if the money is requested, handed down, approved or planned (phases.toml)
ends.py      find out if the filing breaks off within its last form or narrative
filing.py    pair narratives and forms, name projects, and add what several parts of a filing decide together

Terms used here:

- A form is one 绩效目标申报表, a narrative one 项目经费情况说明; a project has a form, a narrative or both.
- A notice is a letter above the forms that hands money down (下达…的通知, 批复).
- A register is a table with a project in each row and columns for its indicators; a list has columns for projects only.
- Marks collect the cells that are names of persons, words of the blank form, or values that are not kept.
"""
