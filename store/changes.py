"""Change a graph and record the quads that a commit adds and removes (docs/design.md, "Generations").

The rest of a generation is updated by this change, and a file keeps it in the generation, to compare versions.
"""

import gzip
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from jixiao.ontology import terms
from jixiao.store import files

FILE = "changes.gz"


@dataclass(frozen=True)
class Changes:
    """The net change of a commit: the quads gained and lost, in the named graphs and in the default graph."""

    added: frozenset[Quad]
    removed: frozenset[Quad]

    @cached_property
    def merged(self) -> frozenset[Quad]:
        """Return the gained and lost quads of the default graph."""
        return frozenset(quad for quad in self.added | self.removed if isinstance(quad.graph_name, DefaultGraph))

    @cached_property
    def names(self) -> frozenset[NamedNode]:
        """Return the names of the named graphs with gained or lost quads."""
        graphs = {quad.graph_name for quad in self.added | self.removed}
        return frozenset(name for name in graphs if isinstance(name, NamedNode))

    def things(self, properties: Container[str] | None = None) -> frozenset[str]:
        """Return the IRIs of the subjects of all gained or lost quads of the default graph.

        With `properties` (IRIs), only subjects of quads with one of these properties are returned.
        """
        quads = (quad for quad in self.merged if properties is None or quad.predicate.value in properties)
        return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))


_AT_ONCE = 500_000  # quads in one bulk load, which Oxigraph holds in memory, at somewhat more than a kilobyte each
_UNWRITTEN = 100_000  # quads that Oxigraph holds in memory until it writes them, at some two kilobytes each


class Editor:
    """A graph that is being changed; with `recording`, the net change since the start is kept in memory, in `changes`.

    Methods may raise OSError.
    """

    def __init__(self, graph: Store, *, recording: bool = False) -> None:
        self.graph = graph
        self.recording = recording
        self._added: set[Quad] = set()
        self._removed: set[Quad] = set()
        self._unwritten = 0

    @property
    def changes(self) -> Changes:
        """The net change so far; always empty without `recording`."""
        return Changes(frozenset(self._added), frozenset(self._removed))

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads from a stream; without `recording`, the stream may be larger than memory."""
        if self.recording:
            self.extend(quads)
            return
        remaining = iter(quads)
        for first in remaining:
            self.graph.bulk_extend(chain((first,), islice(remaining, _AT_ONCE - 1)))

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads."""
        if not self.recording:
            some = [*quads]
            self.graph.extend(some)
            self._unwritten += len(some)
            if self._unwritten > _UNWRITTEN:
                self.graph.flush()
                self._unwritten = 0
            return
        # Quads that the graph has already are left out, as Oxigraph would write them again, which takes disk space.
        new = [quad for quad in dict.fromkeys(map(_spelt, quads)) if quad not in self.graph]
        self.graph.extend(new)
        self._added.update(quad for quad in new if quad not in self._removed)
        self._removed.difference_update(new)

    def remove(self, quads: Iterable[Quad]) -> None:
        """Remove quads; quads that the graph does not have are ignored."""
        for quad in quads:
            if self.recording and quad not in self._added and quad in self.graph:
                self._removed.add(quad)
            self._added.discard(quad)
            self.graph.remove(quad)

    def restate(self, stated: set[Quad], wanted: set[Quad]) -> None:
        """Replace the quads `stated` by the quads `wanted`; quads in both are not written again."""
        self.remove(stated - wanted)
        self.extend(wanted - stated)

    def remove_graph(self, name: NamedNode) -> set[Quad]:
        """Remove a named graph, and return its quads."""
        quads = set(self.graph.quads_for_pattern(None, None, None, name))
        if self.recording:
            self.remove(quads)
        self.graph.remove_graph(name)
        return quads


def _spelt(quad: Quad) -> Quad:
    """Return a quad with its literal as the graph store (Oxigraph) writes it: 100 for 100.00."""
    value = quad.object
    if not isinstance(value, Literal) or value.language or value.datatype.value == terms.XSD_string:
        return quad
    graph = Store()
    graph.add(quad)
    return next(graph.quads_for_pattern(None, None, None, None))


def write(directory: Path, changes: Changes) -> None:
    """Write a change to the file changes.gz in a generation's `directory`. May raise OSError.

    The file has sorted N-Quads lines; `+ ` precedes an added and `- ` a removed quad.
    """
    signed = [(line, b"+ ") for line in _lines(changes.added)] + [(line, b"- ") for line in _lines(changes.removed)]
    files.write(directory / FILE, gzip.compress(b"".join(sign + line for line, sign in sorted(signed)), mtime=0))


def read(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a sign and an N-Quads line for each quad in the file changes.gz of the generation at `path`.

    The sign is 1 for an added and -1 for a removed quad; pairs are sorted by line. May raise OSError and, for a
    damaged file, also EOFError or zlib.error.
    """
    with gzip.open(path / FILE) as lines:
        for line in lines:
            yield (1 if line.startswith(b"+") else -1), line[2:]


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
