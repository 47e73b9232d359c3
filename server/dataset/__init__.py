"""The dataset as a whole: its description (DCAT, VoID, schema.org), versions, dumps, citations and sitemap.

routes.py    descriptions of the dataset and of its versions
dumps.py     files of a version
changes.py   sources that arrived, were replaced or withdrawn
citation.py  citations
sitemap.py   addresses for search engines
"""
