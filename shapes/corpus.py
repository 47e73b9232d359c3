"""Rules over a whole store: the graph of a generation goes in, for each document's report the results come out.

A corpus rule looks at what stands in one document (a citation, a project) in the light of all, so that each result
belongs to one document. It runs on the store's own engine, as one query; nothing is pulled into memory but findings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes import catalogue, words
from jixiao.shapes.data import Term, text
from jixiao.shapes.findings import Finding
from jixiao.shapes.place import CALLED
from jixiao.shapes.results import Cell, Result
from jixiao.shapes.validate import order, rules

_LABEL = ox.NamedNode(terms.RDFS_label)
_LINE = ox.NamedNode(terms.sourceLine)
_PROJECT = ox.NamedNode(terms.Project)
_TYPE = ox.NamedNode(terms.RDF_type)
_SOURCE = ox.NamedNode(terms.PROV_wasDerivedFrom)


def judge(graph: ox.Store) -> dict[str, tuple[Result, ...]]:
    """What the corpus rules find in a store's default graph: results by the IRI of the source, in a report's order."""
    by_source: defaultdict[str, set[Result]] = defaultdict(set)
    for rule in rules("corpus"):
        for query in rule.queries:
            for finding in query.findings(rule.iri, graph):
                result = _result(finding, graph)
                for source in _values(graph, _whole(finding.focus), (_SOURCE,)):
                    by_source[source].add(result)
    return {source: tuple(sorted(results, key=order)) for source, results in sorted(by_source.items())}


def _result(finding: Finding, graph: ox.Store) -> Result:
    fault = catalogue.fault(finding.shape)
    whole = _whole(finding.focus)
    lines = sorted({int(line) for line in _values(graph, finding.focus, (_LINE,))})
    cells: tuple[Cell, ...] = tuple((line, None) for line in lines)
    quote = finding.bindings.get("quote")
    return Result(
        fault=fault,
        focus_node=text(finding.focus),
        project=text(whole) if ox.Quad(whole, _TYPE, _PROJECT) in graph else None,
        about=next(_values(graph, whole, (_LABEL,)), None),
        part=next(_values(graph, finding.focus, CALLED), None) if finding.focus != whole else None,
        path=finding.path,
        value=None if finding.value is None else text(finding.value),
        message=words.sentence(fault.message, finding.value, finding.bindings),
        lines=tuple(lines),
        cells=cells,
        quote=None if quote is None else text(quote),
    )


def _whole(node: Term) -> ox.NamedNode:
    """The project of a part, by its IRI."""
    return ox.NamedNode(text(node).partition("#")[0])


def _values(graph: ox.Store, node: Term, properties: Iterable[ox.NamedNode]) -> Iterator[str]:
    if not isinstance(node, ox.NamedNode):
        return
    for each in properties:
        quads = graph.quads_for_pattern(node, each, None, ox.DefaultGraph())
        yield from sorted(text(quad.object) for quad in quads)
