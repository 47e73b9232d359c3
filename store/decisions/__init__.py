"""A steward's decisions: the file that holds them, their checks, their effects on graph and readings, and their log.

When a new reading gives a thing another IRI, its *move* is noted, and the decisions about it are rewritten.
"""
