"""Charts: views, each a .yaml file here, whose groups are drawn with a table that says the same.

routes.py  /charts and each chart
charts.py  the charts from their files
bars.py    the bars of an answer
tiles.py   the map of provinces
"""
