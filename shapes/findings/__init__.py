"""Findings of validation: the type, its groups, and the reports on documents.

finding.py    a finding, and the lines around it
groups.py     findings that state one fact, folded, and those that one mistake sets off
briefs.py     each fault of a filing in one line
documents.py  checked documents, in order for a steward
rdf.py        findings as RDF, or a line each
data.py       findings as JSON and CSV
"""
