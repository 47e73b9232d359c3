"""Check a file that somebody sends, and keep nothing: the address /check.

routes.py  the request answered, and the report prepared for the page
desk.py    the file in the request, within limits; a few files at a time, each checked by a process that may be killed
"""
