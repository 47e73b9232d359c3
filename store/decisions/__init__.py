"""A steward's decisions: the file that holds them, their checks, and their effect on the graph."""
