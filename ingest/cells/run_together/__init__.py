"""Divide text in which several cells run together, without separators, into rows of cells.

glued.py          the rows of a rendition, divided where their cells run together
glued_form.py     the labels of a form and their values; rows of results that number themselves, below a torn header
decoding.py       the cells below an indicator table's header, along the best path, whatever parts them
contents.py       the costs of a text as a cell, by the meaning of its column
glued_table.py    the table below a header, and the sum of its scores
money.py          money: figures that stand below their labels, and the tables of self-evaluations
heads.py          headers of indicator tables, between lines, between blanks and in running text
lattice.py        the words of a text, and the best path through them

A `Stream` (lattice.py) is the text of successive rows without spaces. A row or value is torn if a part of it is
missing. A lattice holds every way to divide the text above a table into words of the form and their values. The best
way counts, and a value is kept only if every nearly as good way agrees. A table is divided in the same manner, with the
costs of `roles/decoding.toml`. Other words and weights are in `roles/cells.toml`.
"""
