"""SHACL engines: shapes compiled to Python for ordinary use, and pySHACL as the reference for their results.

data.py        terms, graphs with their indexes, and matches, for both engines
compiled.py    the rules compiled: a function per shape, made of the two modules below
components.py  a function per constraint component of SHACL Core
sparql.py      SPARQL constraints, whose SELECTs selects.py parses
by_pyshacl.py  the rules run by pySHACL
"""
