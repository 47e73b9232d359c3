"""Compare two versions by the kept changes between them, in a time that depends only on the size of the changes.

Each generation keeps its change from the one before. The sum of these changes is the difference between two versions.
The unchanged triples of a changed thing are read from the nearest later graph that is kept, after undoing the changes
up to that graph.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.store import changes
from jixiao.store.decisions.effects import KINDS as DECISIONS
from jixiao.store.versions import version_record
from jixiao.store.versions.differences import NAMING, Comparison, Signed, kinds
from jixiao.store.versions.version_record import VersionRecord

_MOST = 4_000_000
"""The most compressed bytes of all changes of a comparison; in memory they take about 100 MB."""

_LABEL = NamedNode(terms.RDFS_label)
_TYPE = NamedNode(terms.RDF_type)
_NAMING = frozenset(NamedNode(name) for name in NAMING)

Net = Mapping[bytes, int]
"""The sign of each line that differs: 1 if it was added, -1 if it was removed."""


@dataclass(frozen=True)
class Connected:
    """Two versions with the net change between them; `later` is a graph, and `since` the net change up to it."""

    before: VersionRecord
    after: VersionRecord
    net: Net
    later: Graph
    since: Net

    def lines(self) -> list[Signed]:
        """Return the differing lines in order."""
        return sorted(((sign, line) for line, sign in self.net.items()), key=lambda signed: signed[1])

    def comparison(self) -> Comparison:
        """Return the comparison thing by thing."""
        names = _Names(self)
        return Comparison(self._whole_things(names), (_counted(self.before), _counted(self.after)), names.known)

    def _whole_things(self, names: _Names) -> Iterator[Signed]:
        """Yield all lines of the changed things, and of the things that they are parts of, in order."""
        differing: dict[bytes, list[Signed]] = {}
        for sign, line in self.lines():
            differing.setdefault(line.partition(b" ")[0], []).append((sign, line))
        wholes = {subject.partition(b"#")[0] + b">" for subject in differing if b"#" in subject}
        for subject in sorted(differing.keys() | wholes, key=lambda subject: subject + b" "):
            differ = differing.get(subject, [])
            kept = self.state(subject) - {line for _, line in differ}
            found = sorted([*differ, *((0, line) for line in kept)], key=lambda signed: signed[1])
            names.learn(found)
            yield from found

    def state(self, subject: bytes) -> set[bytes]:
        """Return the lines about a subject, written as in a line, in the version `after`."""
        node = NamedNode(subject[1:-1].decode())
        quads = list(self.later.quads_for_pattern(node, None, None, None))
        found = set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
        changed = self._since_by_subject.get(subject, [])
        return (found - {line for sign, line in changed if sign > 0}) | {line for sign, line in changed if sign < 0}

    @cached_property
    def _since_by_subject(self) -> Mapping[bytes, list[Signed]]:
        found: dict[bytes, list[Signed]] = {}
        for line, sign in self.since.items():
            found.setdefault(line.partition(b" ")[0], []).append((sign, line))
        return found


class _Names:
    """Labels of departments and legal bases, looked up when a line refers to one."""

    def __init__(self, connected: Connected) -> None:
        self._connected = connected
        self._seen: set[str] = set()
        self.known: dict[str, str] = {}

    def learn(self, lines: list[Signed]) -> None:
        """Look up the labels of the departments and legal bases that the lines refer to."""
        for quad in parse(b"".join(line for _, line in lines), RdfFormat.N_QUADS):
            if isinstance(quad.object, NamedNode) and quad.object.value not in self._seen:
                self._seen.add(quad.object.value)
                self._look_up(quad.object)

    def _look_up(self, node: NamedNode) -> None:
        stated = [quad for quad in self._state(node) if quad.graph_name == DefaultGraph()]
        if any(quad.predicate == _TYPE and quad.object in _NAMING for quad in stated):
            labels = (quad.object for quad in stated if quad.predicate == _LABEL)
            label = next(labels, None)
            if isinstance(label, Literal):
                self.known[node.value] = label.value

    def _state(self, node: NamedNode) -> Iterator[Quad]:
        return parse(b"".join(sorted(self._connected.state(str(node).encode()))), RdfFormat.N_QUADS)


def connect(before: VersionRecord, after: VersionRecord) -> Connected | None:
    """Return two versions with the changes between them; None if a change is not kept or all are too large."""
    last = after.number
    while not (_path(after, last) / version_record.GRAPH).is_dir():
        last += 1
        if not (_path(after, last) / changes.FILE).exists():
            return None
    try:
        if _size(after, min(before.number, after.number), max(before.number, last)) > _MOST:
            return None
        later = Graph.read_only(str(_path(after, last) / version_record.GRAPH))
        first = _net(after, before.number, after.number)
        since = _net(after, after.number, last)
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile):
        return None  # a writer has cleared the graph away, there was no change, or it is damaged
    return Connected(before, after, first, later, since) if before.statistics and after.statistics else None


def _net(record: VersionRecord, first: int, last: int) -> Net:
    """Add up the changes from one version to another, which may be the earlier one."""
    found: Counter[bytes] = Counter()
    forward = 1 if first <= last else -1
    for number in range(min(first, last) + 1, max(first, last) + 1):
        for sign, line in changes.read(_path(record, number)):
            found[line] += sign * forward
    return {line: sign for line, sign in found.items() if sign}


def _size(record: VersionRecord, first: int, last: int) -> int:
    return sum((_path(record, number) / changes.FILE).stat().st_size for number in range(first + 1, last + 1))


def _path(beside: VersionRecord, number: int) -> Path:
    return beside.path.with_name(f"{number:06}")


def _counted(record: VersionRecord) -> Counter[str]:
    """Return the numbers of things of each kind in a version."""
    classes = record.statistics.classes if record.statistics else {}
    entities = {name: use.entities for name, use in classes.items()}
    found = Counter({kind: entities.get(kind, 0) for kind in kinds()})
    found[terms.Decision] = sum(entities.get(name, 0) for name in DECISIONS)
    found[terms.SourceDocument] = record.manifest.counts.sources
    return found
