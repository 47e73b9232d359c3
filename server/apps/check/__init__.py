"""Check a file that somebody sends, and keep nothing: the address /check.

`uploads` reads the request within bounds, `desk` lets few files in at a time and has each checked by a child process
that may be killed, `report` prepares its answer for the page, and `routes` answers.
"""
