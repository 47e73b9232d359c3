"""Find the rows that match a query, kind by kind, in one order however the index is divided into segments.

Of a kind that has many matches, only the shortest texts are ranked: ranking all of 50,000 takes too long for an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.store.index.entries import KINDS
from jixiao.store.index.readers import Reader
from jixiao.store.index.segments import number_range
from jixiao.store.index.tokens import Query

SEARCHED = tuple(kind for kind in KINDS if kind != "series")
"""Kinds in the order in which they are shown."""
NAMED = ("org", "basis", "project")
"""Kinds that are found by names; the others by texts."""

# To group all rows by kind, or to look at each if it is replaced, would take three times as long.
_COUNT = """
SELECT {sum: (SELECT count(*) FROM {s}.line f WHERE f.line MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3) :sum}
"""
_REPLACED = """
SELECT id >> 40 AS kind, count(*) FROM ({union:
  SELECT id FROM ({gone} INTERSECT SELECT f.rowid FROM {s}.line f WHERE f.line MATCH ?1 ORDER BY 1)
:union}) GROUP BY kind
"""
_ROWS = """
SELECT e.rank, coalesce(o.name, e.name) AS unit, CASE WHEN o.id IS NULL THEN '' ELSE e.name END AS part
FROM {s}.line f JOIN {s}.entry e ON e.id = f.rowid LEFT JOIN {s}.entry o ON o.id = e.owner
WHERE f.line MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3 AND {living f.rowid} ORDER BY f.rowid LIMIT ?4
"""


RANKED = 100
"""Rows of a kind that are ranked, the shortest first; the others follow as they are."""


@dataclass(frozen=True, order=True)
class Place:
    """A row that matches: its rank, its unit's name, and the part of the unit, empty for the unit itself."""

    rank: int
    unit: str
    part: str

    @property
    def name(self) -> str:
        """The IRI below `id/`."""
        return f"{self.unit}#{self.part}" if self.part else self.unit


def counts(reader: Reader, query: Query) -> dict[str, int]:
    """Count the rows that match, by kind. Raises SearchTooLongError."""
    match = query.match()
    replaced = dict(reader.all(_REPLACED, match))
    found = {
        kind: reader.all(_COUNT, match, *number_range(kind))[0][0] - replaced.get(number, 0)
        for number, kind in enumerate(KINDS, start=1)
        if kind in SEARCHED
    }
    return {kind: number for kind, number in found.items() if number}


def rows(reader: Reader, query: Query, kind: str, limit: int) -> list[Place]:
    """Return the first rows of a kind that match, the shortest texts first. Raises SearchTooLongError."""
    found = reader.each(_ROWS, query.match(), *number_range(kind), limit)
    return sorted(Place(*row) for of_segment in found for row in of_segment)[:limit]
