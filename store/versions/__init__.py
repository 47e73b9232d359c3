"""Published versions: statistics, member lists, dumps and checksums of each, and the differences between two."""
