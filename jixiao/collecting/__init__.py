"""Collect pages and their attachments into a web archive, politely.

web.py         requests: addresses that are allowed, robots.txt, pauses, limits
pages.py       the links of a page, found in a process with limits
archive.py     the archive that grows: what earlier runs hold, new records
collection.py  the addresses to visit: links, depth, matching words
"""
