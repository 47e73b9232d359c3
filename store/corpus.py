"""Keep the results of rules over the whole store in the report graphs of the sources that they concern.

A document's own results, `#r1` onwards, arrive with it. Results over the whole store, `#x1` onwards, are renewed with
each generation and numbered by line, fault and node, so that equal sources give equal results.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import merge
from jixiao.store.errors import DepositError
from jixiao.store.records import SHA16
from jixiao.store.registry.decisions import Decisions

Judge = Callable[[Graph], Mapping[str, bytes]]
"""A function from the next generation's default graph to the results of each source, by sha16, as N-Triples."""

_RESULT = NamedNode(terms.SH_result)
_LAST = 10**9  # sorts a result without a line behind all others


def renew(graph: Graph, judge: Judge | None, iris: Iris, live: Iterable[str], decisions: Decisions) -> None:
    """Add the judge's results to the report graphs of the `live` sources (SHA-256), and remove its former results.

    Raises DepositError if the judge names another source or does not return N-Triples.
    """
    found = dict(judge(graph)) if judge else {}
    for sha256 in live:
        name = NamedNode(iris.report_graph(sha256))
        wanted = _numbered(name, found.pop(sha256[:SHA16], b""))
        wanted |= _head(name) if wanted and not _has_own(graph, name) else set()
        merge.differ(graph, name, _stated(graph, name), wanted, decisions)
    if found:
        raise DepositError(f"corpus results on what is no live source: {', '.join(sorted(found))}")


def _stated(graph: Graph, name: NamedNode) -> set[Triple]:
    """Return the stated results with their links from the report, and the report itself if it has no other results."""
    stated: set[Triple] = set()
    number = 1
    while quads := set(graph.quads_for_pattern(_node(name, number), None, None, name)):
        stated |= {quad.triple for quad in quads} | {Triple(name, _RESULT, _node(name, number))}
        number += 1
    return stated | (_head(name) if stated and not _has_own(graph, name) else set())


def _has_own(graph: Graph, name: NamedNode) -> bool:
    """Tell if the rules for single documents found something."""
    return any(graph.quads_for_pattern(name, _RESULT, NamedNode(f"{name.value}#r1"), name))


def _head(name: NamedNode) -> set[Triple]:
    kind, conforms = NamedNode(terms.SH_ValidationReport), NamedNode(terms.SH_conforms)
    return {Triple(name, NamedNode(terms.RDF_type), kind), Triple(name, conforms, Literal(False))}


def _numbered(name: NamedNode, content: bytes) -> set[Triple]:
    """Assign numbers to the results, with their literals as the generation's graph will spell them."""
    said: dict[object, list[Triple]] = defaultdict(list)
    graph = Graph()
    for triple in _triples(content):
        graph.add(Quad(triple.subject, triple.predicate, triple.object))
    for quad in graph:
        said[quad.subject].append(quad.triple)
    results = sorted(said.values(), key=_order)
    numbered = [(_node(name, number), result) for number, result in enumerate(results, start=1)]
    said_of = {Triple(node, triple.predicate, triple.object) for node, result in numbered for triple in result}
    return said_of | {Triple(name, _RESULT, node) for node, _ in numbered}


def _triples(content: bytes) -> Iterator[Triple]:
    try:
        for quad in parse(content, RdfFormat.N_TRIPLES):
            if isinstance(quad.object, BlankNode):
                raise DepositError(f"a blank node in a corpus result: {quad}")
            yield quad.triple
    except SyntaxError as cause:
        raise DepositError(f"corpus results are no N-Triples: {cause}") from cause


def _order(result: list[Triple]) -> tuple[list[int], list[str], list[str], list[str]]:
    lines = sorted(int(value) for value in _values(result, terms.sourceLine))
    faults, nodes = _values(result, terms.SH_sourceShape), _values(result, terms.SH_focusNode)
    return lines or [_LAST], faults, nodes, sorted(f"{triple.predicate} {triple.object}" for triple in result)


def _values(result: list[Triple], predicate: str) -> list[str]:
    found = (triple.object for triple in result if triple.predicate.value == predicate)
    return sorted(value.value for value in found if isinstance(value, NamedNode | Literal))


def _node(name: NamedNode, number: int) -> NamedNode:
    return NamedNode(f"{name.value}#x{number}")
