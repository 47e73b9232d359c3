"""A commit: what a batch changes in the graph, and all that follows from the change for the next generation."""
