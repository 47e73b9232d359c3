"""Keep the results of rules over the whole store in the report graphs of the sources that they concern.

A document's own results, `#r1` onwards, arrive with it. Results over the whole store, `#x1` onwards, are renewed with
each generation and numbered by line, fault and node, so that equal sources give equal results. A commit renews only the
results that its change can affect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store.commit import merge
from jixiao.store.commit.editor import Editor
from jixiao.store.decisions.effects import Decisions, Term
from jixiao.store.errors import DepositError

Content = frozenset[tuple[NamedNode, Term]]
"""Statements of a report about a result, without the result's number."""

_RESULT = NamedNode(terms.SH_result)
_LAST = 10**9  # sorts a result without a line behind all others


class Judge(Protocol):
    """Rules over the whole store; results are N-Triples by the number of the source that they concern.

    Groups are texts of the judge's own, for what results rest on, such as a legal basis with all its citations.
    """

    def groups(self, graph: Graph, things: Set[str]) -> frozenset[str]:
        """Return the groups whose results may depend on any of the things (IRIs)."""

    def results(self, graph: Graph, groups: Set[str] | None) -> Mapping[str, bytes]:
        """Return the results of the groups in the default graph, or all results for None."""


def renew(  # noqa: PLR0913, PLR0917 - a step from one state to the next
    editor: Editor,
    judge: Judge | None,
    iris: Iris,
    arrived: Iterable[str],
    live: Container[str],
    decisions: Decisions,
    before: Graph | None = None,
    things: Set[str] | None = None,
) -> None:
    """Renew the results that a change can affect: those of the sources `arrived`, and those that depend on `things`.

    `before` is the graph before the change, and the things (IRIs) are by default those that the editor has changed, of
    which it keeps account. Without `before`, all results are new. `arrived` are the numbers of sources whose reports
    were made anew, and `live` has those of all live sources. Raises DepositError if the judge names another source or
    does not return N-Triples.
    """
    groups: Set[str] | None = None
    if before is not None and judge is not None:
        things = editor.changes.things if things is None else things
        groups = judge.groups(before, things) | judge.groups(editor.graph, things)
    now, was = (
        {} if judge is None or graph is None or groups == frozenset() else judge.results(graph, groups)
        for graph in (editor.graph, before)
    )
    _refuse(sha16 for sha16 in now if sha16 not in live)
    for sha16 in sorted({*arrived, *was, *now}):
        if sha16 in live:
            name = NamedNode(iris.report_graph(sha16))
            former = () if before is None else _results(before, name)
            kept = {_content(quads) for quads in former} - _contents(was.get(sha16, b""))
            _state(editor, name, kept | _contents(now.get(sha16, b"")), decisions)


def _refuse(others: Iterable[str]) -> None:
    if named := ", ".join(sorted(others)):
        raise DepositError(f"corpus results on what is no live source: {named}")


def _state(editor: Editor, name: NamedNode, contents: Set[Content], decisions: Decisions) -> None:
    """Make the results over the whole store in a report graph those with the contents."""
    graph = editor.graph
    stated: set[Triple] = set()
    for quads in _results(graph, name):
        stated |= {quad.triple for quad in quads} | {Triple(name, _RESULT, quads[0].subject)}
    wanted: set[Triple] = set()
    for number, content in enumerate(sorted(contents, key=_order), start=1):
        node = _node(name, number)
        wanted |= {Triple(node, predicate, value) for predicate, value in content} | {Triple(name, _RESULT, node)}
    if not _has_own(graph, name):  # then the report itself stands and falls with these results
        stated |= _head(name) if stated else set()
        wanted |= _head(name) if wanted else set()
    merge.differ(editor, name, stated, wanted, decisions)


def _results(graph: Graph, name: NamedNode) -> Iterator[list[Quad]]:
    """Give the quads of each result over the whole store in a report graph."""
    number = 1
    while quads := list(graph.quads_for_pattern(_node(name, number), None, None, name)):
        yield quads
        number += 1


def _content(quads: Iterable[Quad]) -> Content:
    return frozenset((quad.predicate, quad.object) for quad in quads)


def _has_own(graph: Graph, name: NamedNode) -> bool:
    """Tell if the rules for single documents found something."""
    return any(graph.quads_for_pattern(name, _RESULT, NamedNode(f"{name.value}#r1"), name))


def _head(name: NamedNode) -> set[Triple]:
    kind, conforms = NamedNode(terms.SH_ValidationReport), NamedNode(terms.SH_conforms)
    return {Triple(name, NamedNode(terms.RDF_type), kind), Triple(name, conforms, Literal(False))}


def _contents(results: bytes) -> set[Content]:
    """Read a judge's results, with their literals as a generation's graph spells them."""
    said: dict[object, list[Quad]] = defaultdict(list)
    graph = Graph()
    graph.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in _triples(results))
    for quad in graph:
        said[quad.subject].append(quad)
    return {_content(quads) for quads in said.values()}


def _triples(content: bytes) -> Iterator[Triple]:
    try:
        for quad in parse(content, RdfFormat.N_TRIPLES):
            if isinstance(quad.object, BlankNode):
                raise DepositError(f"a blank node in a corpus result: {quad}")
            yield quad.triple
    except SyntaxError as cause:
        raise DepositError(f"corpus results are no N-Triples: {cause}") from cause


def _order(result: Content) -> tuple[list[int], list[str], list[str], list[str]]:
    lines = sorted(int(value) for value in _values(result, terms.sourceLine))
    faults, nodes = _values(result, terms.SH_sourceShape), _values(result, terms.SH_focusNode)
    return lines or [_LAST], faults, nodes, sorted(f"{predicate} {value}" for predicate, value in result)


def _values(result: Content, property_iri: str) -> list[str]:
    found = (value for predicate, value in result if predicate.value == property_iri)
    return sorted(value.value for value in found if isinstance(value, NamedNode | Literal))


def _node(name: NamedNode, number: int) -> NamedNode:
    return NamedNode(f"{name.value}#x{number}")
