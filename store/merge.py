"""Named graphs go out and come in; the default graph stays their merge, each triple once (design, section 3).

Apart because this is the one place that writes quads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from jixiao.store import derive

_DEFAULT = DefaultGraph()

NamedTriples = tuple[NamedNode, Iterable[Triple]]


def change(graph: Store, drop: Iterable[NamedNode], add: Iterable[NamedTriples]) -> None:
    """Takes the graphs `drop` out, then puts the graphs `add` in; the default graph is the merge of all again.

    The triples of `add` are read as a stream, once. Raises OSError when the disk gives out.
    """
    called: set[derive.Subject] = set()
    dropped: set[Triple] = set()
    for name in drop:
        dropped.update(quad.triple for quad in graph.quads_for_pattern(None, None, None, name))
        graph.remove_graph(name)
    graph.bulk_extend(_in_both(add, called))

    for triple in dropped:
        if not _stated(graph, triple):
            graph.remove(_unnamed(triple))
    called.update(triple.subject for triple in dropped if derive.names(triple))
    derive.labels(graph, called)
    derive.possibly_same(graph)


def _in_both(add: Iterable[NamedTriples], called: set[derive.Subject]) -> Iterator[Quad]:
    for name, triples in add:
        for triple in triples:
            if derive.names(triple):
                called.add(triple.subject)
            yield Quad(triple.subject, triple.predicate, triple.object, name)
            yield _unnamed(triple)


def _stated(graph: Store, triple: Triple) -> bool:
    """Whether a named graph says it."""
    quads = graph.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(quad.graph_name != _DEFAULT for quad in quads)


def _unnamed(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)
