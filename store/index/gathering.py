"""Gather units from a graph's triples as they pass by, in the order of their lines.

The survey of a new generation reads all triples anyway; to read units one by one from the graph takes many times as
long. In that order a project comes after its parts, since `#` sorts before the bracket that ends its IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.store.index.entries import READ, Entries, Unit
from jixiao.store.index.statements import Said

_READ = frozenset(map(NamedNode, READ))


class Gathering:
    """Units in the making; `take` is called with each, once `add` had the last of its triples, or `end`."""

    def __init__(self, entries: Entries, take: Callable[[Unit], None]) -> None:
        self._entries, self._take = entries, take
        self._subject: object = None
        self._iri = ""
        self._unit: str | None = None
        self._said: defaultdict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, dict[str, Said]] = {}
        self._report: str | None = None

    def add(self, triple: Triple) -> None:
        """Add a triple of the default graph."""
        subject = triple.subject
        if subject != self._subject:
            self._end_subject()
            self._subject = subject
            self._iri = subject.value if isinstance(subject, NamedNode) else ""
            self._unit = self._entries.name_of(self._iri)
            if self._report not in (None, self._unit):
                self._end_report()
        if self._unit is None or triple.predicate not in _READ:
            return
        value = triple.object
        if isinstance(value, NamedNode | Literal):
            self._said[triple.predicate.value].append(value.value)

    def end(self) -> None:
        """Finish the last subject."""
        self._end_subject()
        self._end_report()

    def _end_report(self) -> None:
        """Make a unit of the findings of a report, which itself may not be described."""
        if self._report is not None:
            self._make(self._report, {})
        self._report = None

    def _make(self, name: str, said: Said) -> None:
        unit = self._entries.made(name, said, self._parts.pop(name, {}))
        if unit is not None:
            self._take(unit)

    def _end_subject(self) -> None:
        if self._unit is None:
            return
        for values in self._said.values():
            values.sort()
        if "#" in self._iri:
            self._parts.setdefault(self._unit, {})[self._iri] = self._said
            if self._unit.startswith("report/"):
                self._report = self._unit
        elif self._unit != self._report:
            self._make(self._unit, self._said)
        self._said = defaultdict(list)
        self._unit = None
