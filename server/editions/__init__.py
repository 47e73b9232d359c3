"""The published dataset as handlers see it, in a store or behind an endpoint.

protocols.py   types of the dataset for both cases
lookups.py     sources, versions and the index
tables.py      tables, of the data themselves or from the cache
renditions.py  lines of a source with the facts read from them
source_lines.py  pages, cells and addresses of lines
metadata.py    licence, citation and description, for responses
"""
