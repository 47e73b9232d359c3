"""Divide text in which several cells run together, without separators, into rows of cells.

A lattice holds every way to divide the text into words of the form and their values. The best way counts, and a value
is kept only if every nearly as good way agrees. Words and weights are in `roles/cells.toml`.
"""
