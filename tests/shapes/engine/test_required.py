"""Properties required by a query: never more than a parser finds."""

from collections.abc import Iterator

import pytest
from rdflib import SH, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Scope
from jixiao.shapes.engine.required import predicates
from jixiao.shapes.engine.sparql import prefixes
from jixiao.shapes.validate import shapes_graph

E = "http://localhost:8000/e#"


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ("?s e:p ?o ; e:q 1 .", "pq"),
        ("?s e:p ?o OPTIONAL { ?s e:q ?x }", "p"),
        ("{ ?s e:p ?o } UNION { ?s e:q ?o }", ""),
        ("{ ?s e:p ?o ; e:r 1 } UNION { ?s e:q ?o ; e:r 2 }", ""),
        ("?s e:p|e:q ?o", ""),
        ("?s e:p/e:q ?o ; e:r 1 .", "r"),
        ('?s e:p "a } e:q { \\" b"@en ; <http://localhost:8000/e#q> e:r, e:s .', "pq"),
        ("?s ?any ?o. ?o e:q ?z.", "q"),
        ("?s e:p ?o { ?o e:q ?z { ?z e:r ?y } } OPTIONAL { ?o e:s ?z { ?z e:t ?y } }", "pqr"),
        ("?s e:p ?o FILTER (COALESCE((?o + 1) * 2, 0) > (3 - 1)) ?o e:q ?z FILTER EXISTS { ?s e:r ?x }", "pq"),
        ("{ SELECT ?s (COUNT(?x) AS ?n) WHERE { ?s e:q ?x } GROUP BY ?s ?x } ?s e:p ?n", "pq"),
        ("?s e:p ?o FILTER NOT EXISTS { ?s e:q ?x }", "p"),
        ("?s e:p ?o FILTER (?o > 1) BIND (1 AS ?y)", "p"),
        ("?s e:p ?o { SELECT ?s (COUNT(?x) AS ?n) WHERE { ?s e:q ?x } GROUP BY ?s }", "pq"),
        ("?s e:p ?o { SELECT (COUNT(?x) AS ?n) WHERE { ?t e:q ?x } }", ""),
    ],
)
def test_needed(where: str, needed: str) -> None:
    found = predicates(f"SELECT * WHERE {{ {where} }}", {"e": E})
    assert found == {E + name for name in needed}


@pytest.mark.parametrize(
    "scope",
    [pytest.param(scope, marks=[pytest.mark.judge] if scope == "document" else []) for scope in catalogue.SCOPES],
)
def test_a_parser_finds_no_less(scope: Scope) -> None:
    graph = shapes_graph(scope)
    for _, constraint in sorted(graph.subject_objects(SH.sparql)):
        select, names = str(graph.value(constraint, SH.select)), prefixes(graph, constraint)
        uncommented = "\n".join(line for line in select.splitlines() if not line.strip().startswith("#"))
        assert predicates(uncommented, names) <= set(_needed(prepareQuery(select, initNs=names).algebra))


def _needed(part: CompValue) -> Iterator[str]:
    """The predicates that every row needs, by the algebra (SPARQL 1.1, section 18.2)."""
    match part.name:
        case "BGP":
            yield from (str(predicate) for _, predicate, _ in part.triples if isinstance(predicate, URIRef))
        case "Join":
            yield from _needed(part.p1)
            yield from _needed(part.p2)
        case "LeftJoin":
            yield from _needed(part.p1)
        case "Union":
            yield from set(_needed(part.p1)) & set(_needed(part.p2))
        case _ if isinstance(part.p, CompValue):
            yield from _needed(part.p)
