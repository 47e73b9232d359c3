"""Search over HTTP: /search, grouped by kind, as a page and as JSON, and suggestions while somebody types.

The store's index (`jixiao.store.index`) finds and orders the hits. A server in front of a remote SPARQL endpoint has no
index and answers with an error that says so.
"""
