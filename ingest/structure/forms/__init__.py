"""Read the rows of one 绩效目标申报表 into a Form.

form.py        the form, put together from its rows
labelled.py    labels and their values above the table of indicators: fields, money, sections
goals.py       goals
indicators.py  the table of indicators
results.py     what a self-evaluation states besides: money spent, total score, grade, reason of deviations

The header is the row that names the columns of the table of indicators. Rows above it hold titles, labels with their
values, and goals.
"""
