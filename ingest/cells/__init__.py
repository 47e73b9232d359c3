"""Cells: rows of a rendition in, rows of whole cells out. `repair.py` knows the order of the steps.

`together/` divides cells that run together, `told/` reads indicators told outside of tables; each other module puts one
kind of damage right.
"""
