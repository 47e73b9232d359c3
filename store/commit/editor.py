"""Change a graph and record the net change, by which a commit updates everything else (design, section 5)."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store.changes import Changes

_STRING = NamedNode(terms.XSD_string)


class Editor:
    """A graph that is being changed; with `recording`, the net change since the start is kept in memory, in `changes`.

    Methods may raise OSError.
    """

    def __init__(self, graph: Store, *, recording: bool = False) -> None:
        self.graph = graph
        self.recording = recording
        self._added: set[Quad] = set()
        self._removed: set[Quad] = set()

    @property
    def changes(self) -> Changes:
        """The net change so far; always empty without `recording`."""
        return Changes(frozenset(self._added), frozenset(self._removed))

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads from a stream; without `recording`, the stream may be larger than memory."""
        if self.recording:
            self.extend(quads)
        else:
            self.graph.bulk_extend(quads)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads."""
        if not self.recording:
            self.graph.extend(quads)
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
    """Return a quad with its literal in the form that a graph stores: 100 for 100.00."""
    value = quad.object
    if not isinstance(value, Literal) or value.language or value.datatype == _STRING:
        return quad
    graph = Store()
    graph.add(quad)
    spelt: Quad = next(iter(graph))
    return spelt
