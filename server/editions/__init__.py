"""The published dataset as handlers see it, in a store or behind an endpoint.

protocols.py   the types of both
lookups.py     sources, versions and the index
renditions.py  lines of a source with the facts read from them
metadata.py    licence, citation and description, for responses
"""
