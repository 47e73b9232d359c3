"""State the version of the rules by which documents are read, and find sources that were read by older rules.

Raise `READING` with the first change since a release of what is read from any document: readers, cells, roles,
structure, identities, facts, rules for documents. `jixiao reread` then reads a store's sources again.
"""

from collections.abc import Iterable

from jixiao.store.records import SourceRecord

READING = 28  # 0.2.0 had 27
"""Sources from stores older than this number have 0. Raise it only if it is that of the last release."""


def outdated(records: Iterable[SourceRecord]) -> list[SourceRecord]:
    """Return the live sources that were read by older rules."""
    return [record for record in records if record.live and record.reading < READING]
