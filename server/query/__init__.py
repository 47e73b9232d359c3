"""Queries: the server's .rq files, and the execution of clients' queries in worker processes that can be killed.

guard.py          a query's text, checked before the engine parses it, and errors of one that does not parse
unknown_terms.py  names in a query that are not defined
binding.py        .rq files, and terms for their parameters
seats.py          seats and the waiting line
pool.py           worker processes, or jobs run in this process; worker.py has one worker
jobs.py           messages to and from workers
evaluation.py     a job, run on a graph
spooled.py        results collected and cached
remote/           jobs sent to another server's endpoint

A *job* is a query with the limits and the form of its result. A *worker* is a process that runs one job at a time. A
job first takes a *seat*, quick or heavy; the seats limit how many run at once. The *guard* checks a query's text before
the engine (Oxigraph) parses it. The engine writes the result to a *sink*, a file object that sends it on in parts.
"""
