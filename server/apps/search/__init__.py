"""Search over HTTP: /search, grouped by kind, as a page and as JSON, and suggestions while somebody types.

What is found, and in which order, is decided by the store's index (`jixiao.store.index`); a server of a SPARQL endpoint
elsewhere has none, and says so.
"""
