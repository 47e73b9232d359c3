"""Queries: the .rq files of the server, and the execution of strangers' queries in killable worker processes."""
