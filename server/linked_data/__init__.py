"""Linked data: each department, project, legal basis and filing under its IRI, described as RDF and as a page.

routes.py  /id/… and /doc/…
kinds.py   the kinds of things
things.py  the description of a thing, or the list of a kind
tables.py  the tables on pages, by the queries of profiles/ and lists/, and statements of self-evaluations
pages.py   the pages

A *thing* is whatever has an IRI below base IRI + `id/`; its *kind* (org, project …) is the next part of the IRI. A
*part* of a thing has the thing's IRI with a fragment, such as #i1.
"""
