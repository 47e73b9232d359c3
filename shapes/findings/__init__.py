"""Findings of validation: the type, its groups and counts, and the reports on documents as RDF and as plain data."""
