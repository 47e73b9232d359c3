"""Queries: the server's .rq files, and the execution of clients' queries in worker processes that can be killed.

A *worker* is a process that runs one query at a time. A query first takes a *seat*, quick or heavy; the seats limit how
many queries run at once. The *guard* checks a query's text before the engine (Oxigraph) parses it.
"""
