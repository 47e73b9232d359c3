"""Published versions, and the differences between two of them.

version_record.py  the lasting record of a version
counting.py        statistics
nquads.py          ordered N-Quads, and the checksum
dumping.py         dumps
differences.py     differences between versions

A *version* is a published generation by the number that papers cite, such as 000003; its *record* stays when its graph
is removed. A *dump* is a compressed file with its data. A *set hash* is a hash of all named graphs, which a commit
updates without reading them all; the *checksum* is its digest. A *release* is a version whose dumps are never removed.
"""
