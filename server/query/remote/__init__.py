"""Queries to another server's SPARQL endpoint in place of the store's own graph (`jixiao serve --endpoint`).

client.py  queries sent, and their results in the form requested
facts.py   facts about the dataset, asked by endpoint-*.rq
store.py   the dataset behind the endpoint, in place of a store
"""
