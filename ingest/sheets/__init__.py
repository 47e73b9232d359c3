"""Read the CSV spreadsheet in which a clerk enters projects before filing them (docs/validate-your-own.md).

columns.py  the columns, by their headings, and the cells of each row
sheet.py    the facts of the rows

Columns are recognised by their headings, in any order. A project takes one or more rows, each of which may have one
*part*: an indicator, a cost item, or both. A *problem* is a fault of the spreadsheet, with its row and column. The
*meaning* of a column is the local name of the property in its cells, such as `name`; the *kind* says what has the
property: the filing, the project, an amount, a goal, a section, an indicator or a cost item.
"""
