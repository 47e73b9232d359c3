"""Export of a store as files that any web server can serve."""
