"""Indicators told outside of tables, in sentences, lists and shared cells: such rows in, rows of a table out."""
