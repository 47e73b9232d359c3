"""Source documents: their lines with the facts read from them, their graphs, and the originals where published.

`jixiao review` uses pictures.py for the pages of scans; what it needs of renditions is in server/editions.
"""
