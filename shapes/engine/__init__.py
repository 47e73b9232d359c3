"""SHACL engines: shapes compiled to Python for ordinary use, and pySHACL as the reference for their results."""
