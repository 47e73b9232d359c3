"""Turn what was read into facts: the parts of projects, and details of the printed form; ingest/emit.py joins them.

To *state* a fact is to add it to the `facts` that a function is given. A *part* of a project is a node of its own, such
as a goal or an indicator. `known` is a project with the IRIs by which it is identified.
"""
