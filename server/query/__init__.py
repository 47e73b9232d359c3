"""Queries: the server's .rq files, and the execution of clients' queries in worker processes that can be killed.

A *job* is a query with the limits and the form of its result. A *worker* is a process that runs one job at a time. A
job first takes a *seat*, quick or heavy; the seats limit how many run at once. The *guard* checks a query's text before
the engine (Oxigraph) parses it. The engine writes the result to a *sink*, a file object that sends it on in parts.
"""
