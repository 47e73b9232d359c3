"""Turn what was read into facts: parts of projects, and words as printed. ingest/emit.py puts them together."""
