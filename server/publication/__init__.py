"""The published dataset as handlers see it: its versions, sources and renditions, its licence and citation, and where
terms are documented.
"""
