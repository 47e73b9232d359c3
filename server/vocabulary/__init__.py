"""Documentation of terms: the ontology, the rules and the concept schemes, as pages and as RDF.

routes.py  /ontology, /shapes and /vocab
graphs.py  the graphs that they describe
"""
