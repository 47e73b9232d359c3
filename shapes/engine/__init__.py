"""A SHACL engine: shapes compiled to Python. Tests compare its results with those of pySHACL.

data.py        terms, graphs with their indexes, and matches
compiled.py    the rules compiled: a function per shape, made of the two modules below
components.py  a function per constraint component of SHACL Core
sparql.py      SPARQL constraints, whose SELECTs selects.py parses
"""
