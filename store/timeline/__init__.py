"""Rows of a store that change with its generations: sources, what they hold, members of classes, titles and the log.

All generations share one SQLite file, so that a commit writes only the rows that it begins or ends.
"""
