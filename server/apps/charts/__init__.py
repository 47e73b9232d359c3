"""Charts: views, each a .yaml file here, whose rows are drawn with a table that says the same.

routes.py    /charts and each chart
charts.py    a chart from its file
drawings.py  the bars of a chart
tiles.py     the map of provinces
targets.py   the charts of an indicator's targets, and of those reached
"""
