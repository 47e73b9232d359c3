"""Linked data: each department, project, legal basis and filing under its IRI, described as RDF and as a page."""
