"""State what was extracted from a file as facts in the terms of the ontology (docs/design.md, "Reading").

A *fact* is an RDF triple with the places of the file that it was read from. To *state* a fact is to add it to the
`facts` that a function is given. A *part* of a project is a node of its own, such as a goal or an indicator. `known` is
a project with the IRIs by which it is identified.

emit.py         the file, its filings, projects and evaluations, the bodies and divisions they name, and misprints
loose.py        the texts that no fact of a project claims
parts.py        the parts of projects: goals, indicators, citations, cost items, sections … and inferences
"""
