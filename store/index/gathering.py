"""Make the units of a graph from a stream of its sorted N-Triples lines.

The survey of a new generation reads all lines anyway; reading units one by one from the graph takes many times as
long. In sorted lines a project follows its parts, since `#` sorts before the `>` that ends its IRI.
"""

from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.store.index.entries import READ, Entries, Unit
from jixiao.store.index.facts import Said
from jixiao.store.index.findings import Gathered

_READ = frozenset(f"<{property_}>".encode() for property_ in READ)


Listener = Callable[[list[bytes]], None]
"""A function that is called with lists of N-Triples lines until it had the entire default graph, sorted by bytes."""


class Gathering:
    """A collector of units from lines; `take` is called with each unit as soon as all of its lines were added."""

    def __init__(self, entries: Entries, take: Callable[[Unit], None]) -> None:
        self._entries, self._take = entries, take
        self._subject: object = None
        self._iri = ""
        self._unit: str | None = None
        self._said: defaultdict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, dict[str, Said]] = {}
        self._report: str | None = None
        self._found = Gathered()  # reports come before projects, since "graph" sorts before "id"

    def add(self, lines: list[bytes]) -> None:
        """Add the next N-Triples lines of the default graph."""
        wanted = b"".join(line for line in lines if line.split(b" ", 2)[1] in _READ)
        for triple in parse(wanted, RdfFormat.N_TRIPLES):
            subject, value = triple.subject, triple.object
            if subject != self._subject:
                self._begin(subject)
            if self._unit is not None and isinstance(value, NamedNode | Literal):
                self._said[triple.predicate.value].append(value.value)

    def _begin(self, subject: object) -> None:
        self._end_subject()
        self._subject = subject
        self._iri = subject.value if isinstance(subject, NamedNode) else ""
        self._unit = self._entries.name_of(self._iri)
        if self._report not in (None, self._unit):
            self._end_report()

    def end(self) -> None:
        """Finish the last unit, after the last line."""
        self._end_subject()
        self._end_report()

    def _end_report(self) -> None:
        """Make a unit of the findings of a report, even if there are no triples about the report itself."""
        if self._report is not None:
            self._make(self._report, {})
        self._report = None

    def _make(self, name: str, said: Said) -> None:
        unit = self._entries.made(name, said, self._parts.pop(name, {}), self._found.take)
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
                self._found.note(self._said)
        elif self._unit != self._report:
            self._make(self._unit, self._said)
        self._said = defaultdict(list)
        self._unit = None
