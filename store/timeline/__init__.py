"""The timeline: a store's lists of sources, class members, titles and log entries, in the state of each generation.

rows.py      the rows of a commit, and records read from rows
timeline.py  the rows that a generation begins and ends, and those valid in one

All generations share one SQLite file. A *row* has a kind, a key and a value, and the numbers of the generations in
which it is valid: a commit begins new rows and ends others. A *moment* is the set of rows valid in one generation.
"""
