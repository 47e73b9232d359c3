"""Source documents: their lines with the facts read from them, their graphs, and the originals where published.

routes.py    /source/{sha16} and its files
sheets.py    the lines of a page, as paragraphs and tables
pictures.py  pictures of pages, each made once
painting.py  one picture, painted in a process of its own
settling.py  commands that settle what is open in a line, for a steward to copy
"""
