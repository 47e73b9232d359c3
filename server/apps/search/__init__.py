"""Search over HTTP: /search, grouped by kind, as a page and as JSON, and suggestions while somebody types.

routes.py   the addresses
answers.py  the search, and what it found as JSON

The store's index (`jixiao.store.index`) finds and orders the hits. A server in front of a remote SPARQL endpoint has no
index and answers with an error that says so.
"""
