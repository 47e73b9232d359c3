"""Structure of filings: rows of cells with roles in, the cover and the projects out. `filing.py` puts parts together.

`forms/` and `narratives/` read such a part each; modules beside them cut rows into parts, and settle what concerns
several parts of a filing.
"""
