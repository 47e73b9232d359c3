"""Comparisons of bodies, years or projects side by side (/compare).

routes.py    /compare
sides.py     the sides that a request names
bodies.py    two bodies, or one in two years
projects.py  two projects, or one over the years
verdicts.py  the figures, their pairs, and reasons against comparing them
result.py    a comparison as data, JSON and CSV, with the words of tables.toml

A *side* is one of the things compared.
"""
