"""Published versions: statistics, dumps, checksums and releases, and the differences between two versions.

A *version* is a published generation by the number that papers cite, such as 000003; its *record* stays when its graph
is removed. A *dump* is a compressed file with its data. A *set hash* is a hash of all named graphs, which a commit
updates without reading them all; the *checksum* is its digest. A *release* is a version whose dumps are never removed.
"""
