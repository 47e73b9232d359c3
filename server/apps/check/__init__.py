"""Check a file that somebody sends, and keep nothing: the address /check.

routes.py   the request answered, and the report prepared for the page
uploads.py  the file in the request, within limits of size and time
desk.py     a few files at a time, each checked by a child process that may be killed
"""
