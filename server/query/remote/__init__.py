"""Queries to another server's SPARQL endpoint in place of the store's own graph (`jixiao serve --endpoint`).

client.py      queries sent, and their results in the form requested
store.py       the dataset behind the endpoint, in place of a store; its facts are asked by endpoint-*.rq
table_rows.py  the rows of its tables
"""
