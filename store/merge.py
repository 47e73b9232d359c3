"""Named graphs go out and come in; the default graph stays their merge, each triple once (design, section 3).

Apart because this is the one place that writes quads. Decisions change what the merge says, never a named graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from jixiao.ontology import terms
from jixiao.store import derive
from jixiao.store.registry import decisions
from jixiao.store.registry.decisions import Decision, Decisions, Subject, Term

_DEFAULT = DefaultGraph()
_TYPE, _ACCEPTED_BY = NamedNode(terms.RDF_type), NamedNode(terms.acceptedBy)

NamedTriples = tuple[NamedNode, Iterable[Triple]]


def change(
    graph: Store,
    drop: Iterable[NamedNode],
    add: Iterable[NamedTriples],
    before: Decisions = decisions.NONE,
    after: Decisions = decisions.NONE,
) -> None:
    """Takes the graphs `drop` out, then puts the graphs `add` in; the default graph is the merge of all again.

    The default graph is what the decisions `before` made of it; it becomes what those `after` make of it. The triples
    of `add` are read as a stream, once. Raises OSError when the disk gives out.
    """
    called: set[Subject] = set()
    dropped: set[Quad] = set()
    for name in drop:
        dropped.update(graph.quads_for_pattern(None, None, None, name))
        graph.remove_graph(name)
    graph.bulk_extend(_in_both(add, after, called))

    for quad in dropped:
        image = before.image(quad)
        if image is not None and not after.stated(graph, image):
            graph.remove(image)
        if image is not None and derive.names(quad.triple):
            called.add(image.subject)
    called.update(_moved(graph, before, after))
    _correct(graph, before, after)
    derive.labels(graph, called, after)
    derive.possibly_same(graph, after)


def differ(graph: Store, name: NamedNode, stated: set[Triple], wanted: set[Triple], after: Decisions) -> None:
    """Makes what a named graph states `wanted` instead of `stated`, and the merge with it; names nothing."""
    for triple in stated - wanted:
        quad = Quad(triple.subject, triple.predicate, triple.object, name)
        graph.remove(quad)
        image = after.image(quad)
        if image is not None and not after.stated(graph, image):
            graph.remove(image)
    graph.extend(_in_both([(name, wanted - stated)], after, set()))


def accept(graph: Store, name: NamedNode, after: Decisions) -> None:
    """States in the registry's graph `name`, and so in the merge, which results are accepted by which decision."""
    stated = {quad.triple for quad in graph.quads_for_pattern(None, _ACCEPTED_BY, None, name)}
    differ(graph, name, stated, after.accepted(graph), after)


def _in_both(add: Iterable[NamedTriples], after: Decisions, called: set[Subject]) -> Iterator[Quad]:
    for name, triples in add:
        for triple in triples:
            quad = Quad(triple.subject, triple.predicate, triple.object, name)
            yield quad
            image = after.image(quad)
            if image is not None:
                if derive.names(triple):
                    called.add(image.subject)
                yield image


def _moved(graph: Store, before: Decisions, after: Decisions) -> Iterator[Subject]:
    """States anew whatever touches a node that stands for others than before; gives the nodes to be named again."""
    nodes = after.moved(before)
    touching = {
        quad
        for node in nodes
        for quads in (graph.quads_for_pattern(node, None, None), graph.quads_for_pattern(None, None, node))
        for quad in quads
    }
    images = (after.image(quad) for quad in touching if quad.graph_name != _DEFAULT)
    wanted = {image for image in images if image is not None}
    stated = {quad for quad in touching if quad.graph_name == _DEFAULT}
    for quad in stated - wanted:
        graph.remove(quad)
    graph.extend(wanted - stated)
    yield from nodes


def _correct(graph: Store, before: Decisions, after: Decisions) -> None:
    """States anew the values of each property that has or had a correction."""
    earlier = {(after.kept(node), property_) for node, property_ in before.corrected}
    for node, property_ in earlier | set(after.corrected):
        printed = after.printed(graph, node, property_)
        exists = any(graph.quads_for_pattern(node, _TYPE, None, _DEFAULT))
        right = _right(printed, after.corrected.get((node, property_), ()), exists)
        stated = {quad.object for quad in graph.quads_for_pattern(node, property_, None, _DEFAULT)}
        for value in stated - right:
            graph.remove(Quad(node, property_, value))
        for value in right - stated:
            graph.add(Quad(node, property_, value))


def _right(printed: set[Term], corrections: Iterable[Decision], exists: bool) -> set[Term]:
    """The values that stand in the default graph; a correction of a value that is not printed has no effect."""
    wrong: set[Term] = set()
    right: set[Term] = set()
    for correction in corrections:
        value = correction.says.get(terms.printedValue)
        if value in printed if value is not None else exists and not printed:
            right.add(correction.says[terms.correctedValue])
            wrong |= set() if value is None else {value}
    return (printed - wrong) | right
