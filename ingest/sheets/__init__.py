"""Read the CSV spreadsheet in which a clerk enters projects before filing them (docs/validate-your-own.md).

Columns are recognised by their headings, in any order. A project takes one or more rows, each of which may have one
*part*: an indicator, a cost item, or both. A *problem* is a fault of the spreadsheet, with its row and column.
"""
