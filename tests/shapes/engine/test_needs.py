"""Needs of queries: never more than a parser finds, and met by every document in which a query has a row."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Scope
from jixiao.shapes.engine.data import Data
from jixiao.shapes.engine.selects import Select
from jixiao.shapes.engine.sparql import need
from jixiao.shapes.validate import rules
from tests.support.pyshacl_judge import Judge, shapes_graph

ROOT = Path(__file__).parents[3]
SHARED = ROOT / ".." / "shared"

E = "http://localhost:8000/e#"


@pytest.mark.parametrize(
    ("where", "properties"),
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
        ("?s e:p ?o { SELECT (COUNT(?x) AS ?n) WHERE { ?t e:q ?x } }", "p"),
    ],
)
def test_properties(where: str, properties: str) -> None:
    assert _predicates(f"SELECT * WHERE {{ {where} }}", {"e": E}) == {E + name for name in properties}


# One document: two things of a class with texts, and a third without any.
DOCUMENT = b"""
<e:1> <http://localhost:8000/e#p> "\xe6\x9c\x88\xe5\xba\x95\xe5\xbc\x80\xe5\xb7\xa5" .
<e:2> <http://localhost:8000/e#p> "two (2)" .
<e:2> <http://localhost:8000/e#q> "x" .
<e:1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://localhost:8000/e#C> .
<e:4> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://localhost:8000/e#D> .
<e:1> <http://localhost:8000/e#r> <e:3> .
<e:3> <http://localhost:8000/e#s> "x" .
"""


@pytest.mark.parametrize(
    ("where", "met"),
    [
        ("?s e:r <e:3>", True),
        ("?s e:r <e:2>", False),
        ('?s a e:C ; e:p ?o FILTER(CONTAINS(STR(?o), "none"))', True),
        ("?s a e:E ; e:p ?o", False),
        ("{ ?s e:p ?o } UNION { ?s e:none ?o } ?s e:r ?x", True),
    ],
)
def test_needs(where: str, met: bool) -> None:
    assert need(Select(f"SELECT * WHERE {{ {where} }}", {"e": E}))(Data(DOCUMENT)) == met


@pytest.mark.parametrize("where", ["?s e:p [ e:q 1 ]", "?s e:p / e:q ?o", "?s e:p"])
def test_what_is_not_read_is_refused(where: str) -> None:
    with pytest.raises(SyntaxError):
        Select(f"SELECT * WHERE {{ {where} }}", {"e": E})


@pytest.mark.judge
def test_what_examples_do_not_meet_finds_nothing_in_them() -> None:
    _nothing_lost(_triples(catalogue.example(fault.name, "fail") for fault in catalogue.faults()))


@pytest.mark.judge
def test_what_filings_do_not_meet_finds_nothing_in_them() -> None:
    folders = [ROOT / "examples", *(folder for name in ("seeds", "filings") if (folder := SHARED / name).exists())]
    readings = (read_document(path.read_bytes(), path.name, DEFAULT_BASE) for path in files(folders))
    _nothing_lost(reading.deposit.source_triples for reading in readings if reading.deposit)


@pytest.mark.judge
def test_what_cases_do_not_meet_finds_nothing_in_them() -> None:
    cases = (ROOT / "tests" / "ingest" / "cases").glob("*/expected.ttl")
    _nothing_lost(_triples(case.read_text(encoding="utf-8") for case in cases))


def _triples(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=DEFAULT_BASE)
        yield b"".join(f"{quad.triple} .\n".encode() for quad in quads)


def _nothing_lost(graphs: Iterable[bytes]) -> None:
    """Ask all queries of all graphs, whatever they need."""
    documents = {ox.NamedNode(f"document:{number}"): Data(graph) for number, graph in enumerate(graphs)}
    store = ox.Store()
    for name, document in documents.items():
        document.load(store, name)
    for rule in rules("document"):
        for query in rule.queries:
            assert all(query.need(documents[graph]) for graph, _ in query.answers(store)), rule.iri


@pytest.mark.parametrize(
    "scope",
    [pytest.param(scope, marks=[pytest.mark.judge] if scope == "document" else []) for scope in catalogue.SCOPES],
)
def test_a_parser_finds_no_less(scope: Scope) -> None:
    graph = shapes_graph(scope)
    for _, constraint in sorted(graph.subject_objects(SH.sparql)):
        select, names = str(graph.value(constraint, SH.select)), Judge(graph).prefixes
        uncommented = "\n".join(line for line in select.splitlines() if not line.strip().startswith("#"))
        assert _predicates(uncommented, names) <= set(_needed(prepareQuery(select, initNs=names).algebra))


def _predicates(select: str, names: dict[str, str]) -> set[str]:
    required = Select(select, names).required
    return {predicate.value for _, predicate, _ in required if predicate} - {terms.RDF_type}


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
