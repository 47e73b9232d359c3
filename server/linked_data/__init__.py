"""Linked data: each department, project, legal basis and filing under its IRI, described as RDF and as a page.

A *thing* is whatever has an IRI below base IRI + `id/`; its *kind* (org, project …) is the next part of the IRI. A
*part* of a thing has the thing's IRI with a fragment, such as #i1.
"""
