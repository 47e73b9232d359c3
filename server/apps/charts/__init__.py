"""Charts: rows of views, and of queries of their own beside this file, drawn with a table that says the same.

routes.py     /charts and each chart
drawings.py   a chart as a table with a drawing
spending.py   the charts of money by body, year or source of funds
provinces.py  the chart of money by province
documents.py  the charts of citations
targets.py    the chart of an indicator's targets
"""
