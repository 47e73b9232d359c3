"""Check a file that somebody sends, and keep nothing: the address /check.

`uploads` reads the request within limits of size and time. `desk` admits a few files at a time and has each checked by
a child process that may be killed. `routes` answers requests and prepares the result for the page.
"""
