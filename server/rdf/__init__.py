"""Triples on their way out: RDF in every form, plain JSON of a thing, and errors as RDF."""
