"""Queries to another server's SPARQL endpoint in place of the store's own graph (`jixiao serve --endpoint`)."""
