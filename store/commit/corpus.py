"""Keep the results of rules over the entire store in the report graphs of the sources that they are about.

The results of rules for one document, `#r1` onwards, are deposited with it. Results over the entire store, `#x1`
onwards, are renewed by each commit, as far as its change can affect them. They are numbered in the order of line, fault
and node, so that equal sources always give equal results.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import identity, terms
from jixiao.store import changes, errors
from jixiao.store.commit import merge
from jixiao.store.commit.spool import triples
from jixiao.store.decisions.effects import Decisions, Term

Content = frozenset[tuple[NamedNode, Term]]
"""Properties and values of a result. Its IRI is left out, since the number in the IRI may change."""

_RESULT = NamedNode(terms.SH_result)
_LAST = 10**9  # line number by which a result without a line is sorted last


class Judge(Protocol):
    """Rules over the entire store. Results are N-Triples, by the sha16 of the source that they are about.

    A group is a text, in a format of the judge's own, that names the things compared by a rule, such as a legal basis
    with all its citations.
    """

    def groups(self, graph: Store, things: Set[str]) -> frozenset[str]:
        """Return the groups whose results may depend on any of the `things`, given by IRI."""

    def results(self, graph: Store, groups: Set[str] | None) -> Mapping[str, bytes]:
        """Return the results of the given groups in the default graph, or of all groups if `groups` is None."""


def renew(  # noqa: PLR0913, PLR0917 - a step from one state to the next
    editor: changes.Editor,
    judge: Judge | None,
    iris: identity.Iris,
    arrived: Iterable[str],
    is_live: Callable[[str], bool],
    decisions: Decisions,
    before: Store | None = None,
    things: Set[str] | None = None,
) -> None:
    """Renew the results that a change can affect: those of the sources `arrived`, and those that depend on `things`.

    `before` is the graph before the change; without it, all results are renewed. `things` are IRIs, by default of all
    subjects that the editor recorded as changed. `arrived` has the sha16s of sources with a new report; `is_live` is a
    function from a sha16 to whether its source is live. Raises DepositError if the judge names a source that is not
    live, or does not return N-Triples.
    """
    groups: Set[str] | None = None
    if before is not None and judge is not None:
        things = editor.changes.things() if things is None else things
        groups = judge.groups(before, things) | judge.groups(editor.graph, things)
    now, was = (
        {} if judge is None or graph is None or groups == frozenset() else judge.results(graph, groups)
        for graph in (editor.graph, before)
    )
    if others := ", ".join(sorted(sha16 for sha16 in now if not is_live(sha16))):
        raise errors.DepositError(f"corpus results on what is no live source: {others}")
    for sha16 in sorted({*arrived, *was, *now}):
        if is_live(sha16):
            name = NamedNode(iris.report_graph(sha16))
            kept = set(() if before is None else _results(before, name).values()) - _contents(was.get(sha16, b""))
            _state(editor, name, kept | _contents(now.get(sha16, b"")), decisions)


def _state(editor: changes.Editor, name: NamedNode, contents: Set[Content], decisions: Decisions) -> None:
    """Make results with the given `contents` the only results over the entire store in the report graph `name`.

    Results of rules for one document stay.
    """
    graph = editor.graph
    wanted = {_node(name, number): content for number, content in enumerate(sorted(contents, key=_order), start=1)}
    # A report with results of rules for one document exists anyway; any other one only if there are results here.
    exists = any(graph.quads_for_pattern(name, _RESULT, NamedNode(f"{name.value}#r1"), name))
    stated = _report(name, _results(graph, name), exists)
    merge.differ(editor, name, stated, _report(name, wanted, exists), decisions)


def _results(graph: Store, name: NamedNode) -> dict[NamedNode, Content]:
    """Return the contents of the results over the entire store in the report graph `name`, by the result's IRI."""
    results: dict[NamedNode, Content] = {}
    node = _node(name, 1)
    while quads := list(graph.quads_for_pattern(node, None, None, name)):
        results[node] = _content(quads)
        node = _node(name, len(results) + 1)
    return results


def _report(name: NamedNode, results: Mapping[NamedNode, Content], exists: bool) -> set[Triple]:
    """Return the triples that state `results` in the report `name`.

    If the report does not exist yet, there are also triples that declare it: its class and its sh:conforms.
    """
    triples = {Triple(node, predicate, value) for node, content in results.items() for predicate, value in content}
    triples |= {Triple(name, _RESULT, node) for node in results}
    if results and not exists:
        triples.add(Triple(name, NamedNode(terms.RDF_type), NamedNode(terms.SH_ValidationReport)))
        triples.add(Triple(name, NamedNode(terms.SH_conforms), Literal(False)))
    return triples


def _content(quads: Iterable[Quad]) -> Content:
    return frozenset((quad.predicate, quad.object) for quad in quads)


def _contents(results: bytes) -> set[Content]:
    """Parse N-Triples of a judge to one content per result; the results are blank nodes, to be numbered later.

    Literals get the form that a graph stores: 100 for 100.00.
    """
    graph = Store()
    graph.extend(Quad(*triple) for triple in triples(results, "corpus results", blank_subjects=True))
    subjects = {quad.subject for quad in graph}
    return {_content(graph.quads_for_pattern(subject, None, None, None)) for subject in subjects}


def _order(result: Content) -> tuple[list[int], list[str], list[str], list[str]]:
    """Return the sort key of a result: its lines in the source, its faults, its nodes, then all other values."""
    lines = sorted(int(value) for value in _values(result, terms.sourceLine))
    faults, nodes = _values(result, terms.SH_sourceShape), _values(result, terms.SH_focusNode)
    return lines or [_LAST], faults, nodes, sorted(f"{predicate} {value}" for predicate, value in result)


def _values(result: Content, property_iri: str) -> list[str]:
    return sorted(
        value.value
        for predicate, value in result
        if predicate.value == property_iri and isinstance(value, NamedNode | Literal)
    )


def _node(name: NamedNode, number: int) -> NamedNode:
    """Return the IRI of a result over the entire store: the report's IRI with `#x` and the number."""
    return NamedNode(f"{name.value}#x{number}")
