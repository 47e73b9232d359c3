"""Source documents: their lines with the facts read from them, their graphs, and the originals where published."""
