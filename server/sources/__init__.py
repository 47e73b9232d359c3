"""Source documents: their lines with the facts read from them, their graphs, and the originals where published.

routes.py    /source/{sha16} and its files
sheets.py    the lines of a page, as paragraphs and tables
pictures.py  pictures of pages, each made once
painting.py  one picture, painted in a process of its own

`jixiao review` uses pictures.py for the pages of scans; what it needs of renditions is in server/editions.
"""
