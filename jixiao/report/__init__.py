"""Reports of the command line: readings explained and files judged, as texts, pages and data.

accounts.py   words about the account of a reading, and its lines with the facts read from them
reported.py   words about checked documents, in a language or both
templates.py  fills *.html and *.txt beside it, and prints texts with their styles

A new part of a report is a line in the template of the text, and one in that of the page; its words stand in Python
where both need them.
"""
