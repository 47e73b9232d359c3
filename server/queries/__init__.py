"""Queries of the server itself, an .rq file each, and the binding of RDF terms to their parameters."""
