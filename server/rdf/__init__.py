"""Writers of triples for responses: RDF in every form, plain JSON of a thing, and errors as RDF."""
