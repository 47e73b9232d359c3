"""Look up the line from which each value of a thing was read, in the ledgers of the thing's sources.

The graph has one `jx:sourceLine` for a project or a part of one; the lines of single values stand in the ledgers alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NewType

from jixiao.ontology import grouping, properties, terms
from jixiao.server.editions.protocols import Publication
from jixiao.store import SourceMissingError, bounded_cache

FactLines = NewType("FactLines", Mapping[str, Mapping[str, Sequence[int]]])
"""The lines of a source from which the values of a property were read, by IRI of the thing and of the property."""

_DERIVED: Mapping[str, Callable[[], Sequence[str]]] = {
    terms.amount: properties.amount_sources,
    terms.department: properties.department_sources,
    terms.fiscalYear: lambda: (terms.year,),
}
"""Properties that are derived from others, and those others, the preferred one first."""


class LedgerLines(bounded_cache.BoundedCache[FactLines]):
    """Cache of the lines of a dataset's ledgers, some tens of kilobytes for each source."""

    def __init__(self, store: Publication) -> None:
        super().__init__(256)
        self._store = store

    def of(self, source: str) -> FactLines:
        """Return the lines of a source, given by IRI; none if the source is unknown or has no ledger."""
        try:
            record = self._store.source(source.rpartition("/")[2])
        except SourceMissingError:
            return FactLines({})
        key = record.sha256, record.revision
        lines = self.get(key)
        if lines is None:
            lines = fact_lines(self._store.ledger(record.sha16))
            if lines:  # an endpoint's source may get its ledger later
                self.put(key, lines)
        return lines


def fact_lines(ledger: Mapping[str, Any]) -> FactLines:
    """Return the lines from which each property of a thing was read, as a ledger tells."""
    return FactLines(
        grouping.by_keys(
            (fact["node"], fact["property"], entry["n"]) for entry in ledger["lines"] for fact in entry["facts"]
        )
    )


def line(lines: FactLines, thing: str, name: str, values: int = 1) -> int | None:
    """Return the line of the value of a thing's property, the first line if the value is printed several times.

    A derived property has the line of the property that it was taken from, which may be one of the project's filing. If
    the property has several `values`, the ledger does not tell which of its lines is whose: the answer is None unless
    there is only one line.
    """
    places = [(thing, name)]
    if name in _DERIVED:
        filing = thing.replace("/id/project/", "/id/filing/").rpartition("/")[0]
        places = [(node, each) for each in _DERIVED[name]() for node in (thing, filing)]
    read = next((lines[node][each] for node, each in places if each in lines.get(node, ())), ())
    return read[0] if len(read) == 1 or (read and values == 1) else None
