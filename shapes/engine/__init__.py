"""Execution of SHACL: shapes compiled to Python for the hot path, and pySHACL as the judge they are held to."""
