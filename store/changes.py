"""Change a graph and keep account of the net change, which is all that a commit has to work on (design, section 5)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from jixiao.ontology import terms
from jixiao.store import files

FILE = "changes.gz"
_DEFAULT = DefaultGraph()
_STRING = NamedNode(terms.XSD_string)


@dataclass(frozen=True)
class Changes:
    """The quads that a graph gained and lost, in named graphs and in the default graph."""

    added: frozenset[Quad]
    removed: frozenset[Quad]

    @cached_property
    def merged(self) -> frozenset[Quad]:
        """The quads of the default graph among them."""
        return frozenset(quad for quad in self.added | self.removed if quad.graph_name == _DEFAULT)

    @cached_property
    def names(self) -> frozenset[NamedNode]:
        """The named graphs that differ."""
        graphs = {quad.graph_name for quad in self.added | self.removed}
        return frozenset(name for name in graphs if isinstance(name, NamedNode))

    @cached_property
    def things(self) -> frozenset[str]:
        """The IRIs of all subjects about which the default graph says something else."""
        return frozenset(quad.subject.value for quad in self.merged if isinstance(quad.subject, NamedNode))


class Editor:
    """A graph that is being changed; with `recording`, `changes` tells the net change since the start.

    Methods may raise OSError.
    """

    def __init__(self, graph: Store, *, recording: bool = False) -> None:
        self.graph = graph
        self._recording = recording
        self._added: set[Quad] = set()
        self._removed: set[Quad] = set()

    @property
    def recording(self) -> bool:
        """True if the change is small enough to be kept account of."""
        return self._recording

    @property
    def changes(self) -> Changes:
        """The net change so far; empty without `recording`."""
        return Changes(frozenset(self._added), frozenset(self._removed))

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads from a stream, which may be larger than memory without `recording`."""
        if self._recording:
            self.extend(quads)
        else:
            self.graph.bulk_extend(quads)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads."""
        if not self._recording:
            self.graph.extend(quads)
            return
        # Oxigraph writes a quad that is there already once more, which costs disk.
        new = [quad for quad in dict.fromkeys(map(_spelt, quads)) if quad not in self.graph]
        self.graph.extend(new)
        self._added.update(quad for quad in new if quad not in self._removed)
        self._removed.difference_update(new)

    def remove(self, quads: Iterable[Quad]) -> None:
        """Remove quads, whether or not they are there."""
        for quad in quads:
            if not self._recording:
                self.graph.remove(quad)
            elif quad in self.graph:
                self.graph.remove(quad)
                if quad in self._added:
                    self._added.discard(quad)
                else:
                    self._removed.add(quad)

    def restate(self, stated: set[Quad], wanted: set[Quad]) -> None:
        """Replace the quads `stated` by the quads `wanted`, and touch only those that differ."""
        self.remove(stated - wanted)
        self.extend(wanted - stated)

    def remove_graph(self, name: NamedNode) -> set[Quad]:
        """Remove a named graph, and return its quads."""
        quads = set(self.graph.quads_for_pattern(None, None, None, name))
        if self._recording:
            self.remove(quads)
        self.graph.remove_graph(name)
        return quads


def _spelt(quad: Quad) -> Quad:
    """Return a quad with its literal as a graph store spells it: 100 for 100.00."""
    value = quad.object
    if not isinstance(value, Literal) or value.language or value.datatype == _STRING:
        return quad
    graph = Store()
    graph.add(quad)
    spelt: Quad = next(iter(graph))
    return spelt


def write(directory: Path, changes: Changes) -> None:
    """Write the change as sorted N-Quads, each line behind a plus or minus sign and a blank. May raise OSError."""
    signed = [(line, b"+ ") for line in _lines(changes.added)] + [(line, b"- ") for line in _lines(changes.removed)]
    content = b"".join(sign + line for line, sign in sorted(signed))
    files.write(directory / FILE, gzip.compress(content, mtime=0))


def read(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give 1 or -1 and the line of each quad that a generation's directory tells to be added or removed, sorted.

    May raise OSError, EOFError and gzip.BadGzipFile.
    """
    with gzip.open(path / FILE) as lines:
        for line in lines:
            yield (1 if line.startswith(b"+") else -1), line[2:]


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
