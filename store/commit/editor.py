"""Change a graph and keep account of the net change, which is all that a commit has to work on (design, section 5)."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store.changes import Changes

_STRING = NamedNode(terms.XSD_string)


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
