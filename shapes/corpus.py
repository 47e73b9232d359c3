"""Check the graph of a whole store against the corpus rules, for the reports of its documents.

A corpus rule compares a node of one document (a citation, a project) with all other documents, so each result belongs
to one document. The rule runs as one query on the store's own engine; only its findings are held in memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes import catalogue, words
from jixiao.shapes.engine.data import TYPE, Term, text, whole
from jixiao.shapes.engine.findings import Finding
from jixiao.shapes.engine.sparql import Query
from jixiao.shapes.engine.unsupported import UnsupportedShapeError
from jixiao.shapes.place import CALLED
from jixiao.shapes.results import Cell, Result
from jixiao.shapes.validate import order, rules

_LABEL = ox.NamedNode(terms.RDFS_label)
_LINE = ox.NamedNode(terms.sourceLine)
_SOURCE = ox.NamedNode(terms.PROV_wasDerivedFrom)


def judge(graph: ox.Store) -> dict[str, tuple[Result, ...]]:
    """Check a store's default graph; return results by the IRI of the source, in the order of a report."""
    by_source: defaultdict[str, set[Result]] = defaultdict(set)
    for iri, query in _queries():
        for finding in query.findings(iri, graph):
            result = _result(finding, graph)
            for source in _values(graph, whole(finding.focus), (_SOURCE,)):
                by_source[source].add(result)
    return {source: tuple(sorted(results, key=order)) for source, results in sorted(by_source.items())}


@cache
def _queries() -> tuple[tuple[str, Query], ...]:
    """Return (rule IRI, query) of every corpus rule.

    Raises UnsupportedShapeError for a Core constraint, which would need the whole graph in memory.
    """
    for rule in rules("corpus"):
        if not rule.only_queries:
            raise UnsupportedShapeError(rule.iri, "a Core constraint over the whole store")
    return tuple((rule.iri, query) for rule in rules("corpus") for query in rule.queries)


def _result(finding: Finding, graph: ox.Store) -> Result:
    fault = catalogue.fault(finding.shape)
    project = whole(finding.focus)
    lines = sorted({int(line) for line in _values(graph, finding.focus, (_LINE,))})
    cells: tuple[Cell, ...] = tuple((line, None) for line in lines)
    quote = finding.bindings.get("quote")
    return Result(
        fault=fault,
        focus_node=text(finding.focus),
        project=text(project) if terms.Project in _values(graph, project, (TYPE,)) else None,
        about=next(_values(graph, project, (_LABEL,)), None),
        part=next(_values(graph, finding.focus, CALLED), None) if finding.focus != project else None,
        path=finding.path,
        value=None if finding.value is None else text(finding.value),
        message=words.sentence(fault.message, finding.value, finding.bindings),
        lines=tuple(lines),
        cells=cells,
        quote=None if quote is None else text(quote),
    )


def _values(graph: ox.Store, node: Term, properties: Iterable[ox.NamedNode]) -> Iterator[str]:
    if not isinstance(node, ox.NamedNode):
        return
    for each in properties:
        quads = graph.quads_for_pattern(node, each, None, ox.DefaultGraph())
        yield from sorted(text(quad.object) for quad in quads)
