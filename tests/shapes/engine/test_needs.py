"""Needs of queries and words of regular expressions: never more than a parser finds, or than a match does without."""

import re
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
from jixiao.shapes.engine.by_pyshacl import Judge, shapes_graph
from jixiao.shapes.engine.data import Data
from jixiao.shapes.engine.selects import Select
from jixiao.shapes.engine.sparql import need, words
from jixiao.shapes.validate import rules

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
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "(2)"))', True),
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "(3)"))', False),
        ('?s e:q ?o FILTER(CONTAINS(STR(?o), "(2)"))', False),
        ('?s e:p ?o BIND(STR(?o) AS ?t) FILTER(REGEX(?t, "\u6708[^0-9]{0,6}\u5f00\u5de5|3"))', True),
        ('?s e:p ?o BIND(UCASE(?o) AS ?t) FILTER(CONTAINS(?t, "TWO"))', True),
        ('?s e:p ?o FILTER(REGEX(STR(?o), "TWO", "i"))', True),
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "3") || STRSTARTS(STR(?o), "t"))', True),
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "3") || STRLEN(?o) > 1)', True),
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "3") || CONTAINS(STR(?o), "4"))', False),
        ('?s e:p ?o FILTER(CONTAINS(STR(?o), "3") && STRLEN(?o) > 1)', False),
        ('?s e:p ?o FILTER(!CONTAINS(STR(?o), "3"))', True),
        ('?s e:p ?o BIND(REPLACE(STR(?o), "[wo]+", "") AS ?t) FILTER(CONTAINS(?t, "t("))', True),
        ('?s e:q ?o FILTER(STR(?o) IN ("y", "x"))', True),
        ('{ ?s e:p ?o } UNION { ?s e:q ?o } FILTER(STRENDS(STR(?o), "x"))', True),
        ('{ ?s e:p ?o } UNION { ?s e:q ?o } FILTER(STRENDS(STR(?o), "y"))', False),
        ('{ ?s e:p ?o } UNION { ?s e:q "y" BIND("y" AS ?o) } FILTER(STRENDS(STR(?o), "y"))', True),
        ('?s e:r ?o OPTIONAL { ?s e:p ?t } FILTER(CONTAINS(STR(?t), "y"))', False),
        ('{ SELECT ?s WHERE { ?s e:p ?t } } ?s e:r ?o BIND("y" AS ?t) FILTER(STRENDS(?t, "y"))', True),
        ('{ SELECT ?s ?t WHERE { ?s e:p ?t } } FILTER(STRENDS(?t, "y"))', False),
        ('?s a e:C ; e:p ?o FILTER(STRENDS(STR(?o), "(2)"))', False),
        ('?s a e:C ; e:q ?o FILTER(STRENDS(STR(?o), "x"))', False),
        ('?s a e:C ; e:p ?o FILTER(STRENDS(STR(?o), "工"))', True),
        ('$this a e:C { SELECT $this WHERE { $this e:p ?o FILTER(STRENDS(STR(?o), "(2)")) } }', False),
        ('$this a e:C { SELECT ?o WHERE { $this e:p ?o FILTER(STRENDS(STR(?o), "(2)")) } }', True),
        ('{ $this a e:C } UNION { $this e:q ?x } $this e:p ?o FILTER(STRENDS(STR(?o), "(2)"))', True),
        ("?s e:r ?o FILTER(?o IN (<e:2>, <e:3>))", True),
        ("?s e:r ?o FILTER(?o IN (<e:2>, <e:4>))", False),
        ("?s e:r ?o FILTER(?o = <e:2>)", False),
        ("?s e:r <e:3>", True),
        ("?s e:r <e:2>", False),
        ("?s e:p ?o . ?t e:p ?u FILTER(?s != ?t)", True),
        ("?s e:p ?o . ?t e:p ?o FILTER(?s != ?t)", False),
        ("?s e:q ?o . ?t e:s ?o FILTER(?s != ?t)", True),
        ("{ SELECT ?o WHERE { ?t e:r ?o } } ?s e:r ?o ; e:p ?x . ?t e:p ?y FILTER(?s != ?t)", True),
    ],
)
def test_needs(where: str, met: bool) -> None:
    assert need(Select(f"SELECT * WHERE {{ {where} }}", {"e": E}))(Data(DOCUMENT)) == met


@pytest.mark.parametrize("where", ["?s e:p [ e:q 1 ]", "?s e:p / e:q ?o", '?s e:p "\\u6708"', "?s e:p"])
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


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("开工", ["开工"]),
        ("月[^，。]{0,6}开工", ["月", "开工"]),
        ("十[一二]五", ["十", "一 二", "五"]),
        ("(开展|举办)好?20", ["举办 开展", "20"]),
        ("完(成|工)+于", ["完", "工 成", "于"]),
        ("[xX]{2}|待定", ["X x 待定"]),
        ("a(b|c*)d", ["a", "d"]),
        ("(ab.*c|d)e", ["ab d", "e"]),
        ("ab|", []),
        ("a?b*", []),
        ("a[bc]?d{0,2}(ef){0,1}", ["a"]),
        ("^(次|场次)$", ["场次 次"]),
        ("[^0-9]年\\s\\[\\d", ["年", "["]),
        ("x{2,}y{2}", ["x", "y"]),
        ("(?:a)b", []),
        ("[a[b]]", []),
        ("\\p{L}b", []),
        ("(ab", []),
        ("\\(ab\\)?c", ["(ab", "c"]),
    ],
)
def test_words(pattern: str, found: list[str]) -> None:
    assert [" ".join(sorted(each)) for each in words(pattern)] == found


def test_every_match_has_the_words() -> None:
    """Compare with Python's expressions, in a text that matches and in its parts."""
    text = "2024年3月底完成30个村（社区）的改造，经费10.5万元，由区财政承担。"
    patterns = [
        "[0-9]{4}年([0-9]月)?底?",
        "(村|社区)[^。]*万元",
        "^2.*。$",
        "[（(](村|社区)[）)]",
        "[^0-9]元|10\\.5",
        "(区|市)财政?",
    ]
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            part = text[start:end]
            for pattern in patterns:
                if re.search(pattern, part):
                    assert all(any(word in part for word in each) for each in words(pattern)), (pattern, part)
