"""Published versions: statistics, dumps, checksums and releases, and the differences between two."""
