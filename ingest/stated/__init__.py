"""Turn what was read into facts: the parts of projects, and details of the printed form; ingest/emit.py joins them."""
