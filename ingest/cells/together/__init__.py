"""Cells that run together: text without separators in, rows of cells out.

A lattice holds every way to divide the text into words of the form and their values; the best way counts, and only
what every nearly as good way agrees on. Words and weights stand in `roles/cells.toml`.
"""
