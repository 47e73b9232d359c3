"""Derive each project's amount and department, and one reading status per thing, in the default graph.

No single source can state these facts: a filing has several sources, and a steward corrects values and identifies
bodies. The facts follow from the default graph and the named graphs alone, so the order of changes has no effect.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from jixiao.ontology import properties, terms
from jixiao.store.commit.editor import Editor
from jixiao.store.decisions.effects import Decisions, Subject, Term

_DEFAULT = DefaultGraph()
_TYPE, _PROJECT = NamedNode(terms.RDF_type), NamedNode(terms.Project)
_WITHHELD, _FILING = NamedNode(terms.withheld), NamedNode(terms.partOfFiling)
_AMOUNTS = tuple(map(NamedNode, properties.amount_sources()))
_DEPARTMENTS = tuple(map(NamedNode, properties.department_sources()))
_AMOUNT, _AMOUNT_SOURCE, _DEPARTMENT = (NamedNode(iri) for iri in (terms.amount, terms.amountSource, terms.department))
_STATUS, _PARTIAL = NamedNode(terms.readingStatus), NamedNode(terms.readPartial)
_NUMBERS = (terms.XSD_decimal, terms.XSD_integer)

DERIVED = frozenset({_AMOUNT, _AMOUNT_SOURCE, _DEPARTMENT})
"""Properties of a project that only the default graph states, never a named graph."""
OF_FILINGS = frozenset(_DEPARTMENTS) - frozenset(map(NamedNode, properties.bodies()))
"""Properties of a filing from which facts of its projects are derived."""
GROUNDS = frozenset({*_AMOUNTS, *_DEPARTMENTS, _WITHHELD, _FILING}) - OF_FILINGS
"""Properties of a project from which its facts are derived."""

_AT_ONCE = 10_000  # projects whose changes are collected in memory before they are written

_Said = Mapping[NamedNode, set[Term]]


def projects(editor: Editor, nodes: Iterable[Subject]) -> None:
    """State the amount, the amount's source and the department of each node that is a project; others get none."""
    graph = editor.graph
    remaining = iter(nodes)
    while some := list(islice(remaining, _AT_ONCE)):
        stated: set[Quad] = set()
        wanted: set[Quad] = set()
        for node in some:
            said: defaultdict[NamedNode, set[Term]] = defaultdict(set)
            for quad in graph.quads_for_pattern(node, None, None, _DEFAULT):
                said[quad.predicate].add(quad.object)
            stated.update(Quad(node, name, value) for name in DERIVED & said.keys() for value in said[name])
            if _PROJECT in said[_TYPE]:
                wanted.update(Quad(node, name, value) for name, value in _derived(graph, said).items())
        editor.restate(stated, wanted)


def _derived(graph: Store, said: _Said) -> dict[NamedNode, Term]:
    """Derive the facts of a project; a property with several values, as after a wrong merge, gives no fact."""
    derived: dict[NamedNode, Term] = {}
    # If the preferred kind of amount is printed but withheld, no other kind replaces it, as the two are not equal.
    source = next((name for name in _AMOUNTS if name in said or name in said.get(_WITHHELD, ())), None)
    amount = None if source is None else _only(said.get(source, ()))
    if source is not None and isinstance(amount, Literal) and amount.datatype.value in _NUMBERS:
        derived |= {_AMOUNT: amount, _AMOUNT_SOURCE: source}
    named = (_of_filings(graph, said, name) if name in OF_FILINGS else said.get(name) for name in _DEPARTMENTS)
    department = _only(next(filter(None, named), ()))
    if department is not None:
        derived[_DEPARTMENT] = department
    return derived


def _of_filings(graph: Store, said: _Said, name: NamedNode) -> set[Term]:
    """Return the values of a property of the project's filings."""
    filings = (filing for filing in said.get(_FILING, ()) if isinstance(filing, NamedNode))
    return {quad.object for each in filings for quad in graph.quads_for_pattern(each, name, None, _DEFAULT)}


def _only(values: Iterable[Term]) -> Term | None:
    first, *others = (*values, None)
    return None if len(others) > 1 else first


def of_filings(graph: Store, filings: Iterable[Subject]) -> set[Subject]:
    """Return the projects of the filings."""
    return {quad.subject for each in filings for quad in graph.quads_for_pattern(None, _FILING, each, _DEFAULT)}


def every_project(graph: Store) -> set[Subject]:
    """Return all projects."""
    return {quad.subject for quad in graph.quads_for_pattern(None, _TYPE, _PROJECT, _DEFAULT)}


def statuses(editor: Editor, nodes: Iterable[Subject], decisions: Decisions) -> None:
    """State one reading status of each node: partial if any live source of it was read in part."""
    graph = editor.graph
    for node in nodes:
        if not isinstance(node, NamedNode):
            continue
        stated = {quad.object for quad in graph.quads_for_pattern(node, _STATUS, None, _DEFAULT)}
        printed = stated if (node, _STATUS) in decisions.corrected else decisions.printed(graph, node, _STATUS)
        wanted = {_PARTIAL} if _PARTIAL in printed else printed
        editor.restate(*({Quad(node, _STATUS, value) for value in values} for values in (stated, wanted)))


def every_status(graph: Store) -> set[Subject]:
    """Return all things that have a reading status."""
    return {quad.subject for quad in graph.quads_for_pattern(None, _STATUS, None, _DEFAULT)}
