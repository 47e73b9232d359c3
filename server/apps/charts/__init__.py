"""Charts: rows of views, and of those beside this file, drawn with a table that says the same.

routes.py     /charts and each chart
drawings.py   a chart as a table with a drawing
spending.py   the charts of money by body, year, source of funds or province
documents.py  the charts of citations
targets.py    the charts of an indicator's targets, and of those reached
"""
