"""Execution of strangers' queries: a guard on their text, a cache of results, and killable worker processes.

A query is checked by `guard`, waits for a seat in `pool`, and is evaluated by `worker_main` in a process of its own,
under limits on time, memory and size of the result.
"""
