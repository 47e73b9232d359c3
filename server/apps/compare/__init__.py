"""Comparisons of bodies, years or projects side by side (/compare), and the library of indicators (/indicators).

routes.py    /compare
sides.py     the sides that a request names
bodies.py    two bodies, or one in two years
projects.py  two projects, or one over the years
verdicts.py  the figures, their pairs, and reasons against comparing them
result.py    a comparison as data, JSON and CSV, with the words of tables.toml
library.py   the library of indicators

A *side* is one of the things compared.
"""
