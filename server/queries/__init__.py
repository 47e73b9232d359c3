"""The server's own queries, an .rq file each, and the binding of RDF terms to their parameters."""
