"""What rules over the whole store found: results of a judge in, the changed results in the report graphs out.

A document's own results are `#r1` onwards and come with it; these are `#x1` onwards, made anew with each generation:
numbered by line, fault and node, so that they are the same for the same sources.
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
"""Reads the default graph of the next generation; gives each source's results by sha16, as N-Triples."""

_RESULT = NamedNode(terms.SH_result)
_LAST = 10**9  # where a result without a line stands


def renew(graph: Graph, judge: Judge | None, iris: Iris, live: Iterable[str], decisions: Decisions) -> None:
    """Puts what the judge finds into the report graphs of the `live` sources (SHA-256), and takes out what it no longer
    finds. Raises DepositError where it names another source, or gives no N-Triples.
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
    """The results that stand there, with what binds them to the report; the report itself where it has no others."""
    stated: set[Triple] = set()
    number = 1
    while quads := set(graph.quads_for_pattern(_node(name, number), None, None, name)):
        stated |= {quad.triple for quad in quads} | {Triple(name, _RESULT, _node(name, number))}
        number += 1
    return stated | (_head(name) if stated and not _has_own(graph, name) else set())


def _has_own(graph: Graph, name: NamedNode) -> bool:
    """Whether the document's own rules found something."""
    return any(graph.quads_for_pattern(name, _RESULT, NamedNode(f"{name.value}#r1"), name))


def _head(name: NamedNode) -> set[Triple]:
    kind, conforms = NamedNode(terms.SH_ValidationReport), NamedNode(terms.SH_conforms)
    return {Triple(name, NamedNode(terms.RDF_type), kind), Triple(name, conforms, Literal(False))}


def _numbered(name: NamedNode, content: bytes) -> set[Triple]:
    """The results under their numbers, spelled as the engine does."""
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
