"""A steward's decisions.

registry_file.py  the file that holds them, and its checks
effects.py        their effects on graph and readings
moves.py          things that a new reading gives another IRI
log.py            their log

When a new reading gives a thing another IRI, its *move* is noted, and the decisions about it are rewritten.
"""
