"""Execution of strangers' queries in killable worker processes, with a guard on their text and a cache of results.

A query waits for a seat in `pool`; a worker process (`worker_main`) checks its text (`guard`), evaluates it
(`evaluation`) and sends the result back, under limits on time, memory and size of the result.
"""
