"""Documentation of terms: the ontology, the rules and the concept schemes, as pages and as RDF."""
