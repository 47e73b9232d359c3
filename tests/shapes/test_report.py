"""A report reads the same as RDF, as lines and as data."""

import json

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from jixiao.ontology import terms
from jixiao.shapes import catalogue
from jixiao.shapes.findings import data, rdf
from jixiao.shapes.findings.finding import Report
from jixiao.shapes.validate import validate

GRAPH = "http://localhost:8000/graph/report/0123456789abcdef"
SOURCE = "http://localhost:8000/id/source/0123456789abcdef"
PROJECT = "http://localhost:8000/id/project/o/2022/p"


@pytest.fixture(scope="module")
def found() -> Report:
    """A project whose form breaks off, and with an amount in words; the rest of its faults are beside the point."""
    example = (
        f'<{PROJECT}> a <{terms.Project}> ; <{terms.RDFS_label}> "档案\\"数字化"@zh ; <{terms.sourceLine}> 20 ; '
        f'<{terms.breaksOffAt}> 44 ; <{terms.totalAmount}> "十二万" .'
    )
    everything = validate(Graph().parse(data=example, format="turtle").serialize(format="nt", encoding="utf-8"))
    chosen = {"FormBreaksOff", "AmountNotANumber"}
    return Report(tuple(result for result in everything.results if result.fault.name in chosen))


def test_rdf_is_what_is_promised(found: Report) -> None:
    graph = Graph().parse(data=rdf.ntriples(found, GRAPH, SOURCE), format="nt")
    first, second = (URIRef(f"{GRAPH}#r{number}") for number in (1, 2))
    assert set(graph.subjects(RDF.type, SH.ValidationResult)) == {first, second}
    assert set(graph.predicate_objects(second)) == {
        (RDF.type, SH.ValidationResult),
        (SH.resultPath, URIRef(terms.breaksOffAt)),
        (SH.focusNode, URIRef(PROJECT)),
        (SH.sourceShape, URIRef(catalogue.SHAPES + "FormBreaksOff")),
        (SH.sourceConstraintComponent, SH.SPARQLConstraintComponent),
        (SH.resultSeverity, SH.Violation),
        (SH.resultMessage, Literal(found.results[1].message.zh, lang="zh")),
        (SH.resultMessage, Literal(found.results[1].message.en, lang="en")),
        (URIRef(terms.sourceLine), Literal(44)),
        (URIRef(terms.findingGroup), Literal(found.results[1].group)),
        (URIRef(terms.PROV_wasDerivedFrom), URIRef(SOURCE)),
    }


def test_the_graph_is_the_report_that_holds_them(found: Report) -> None:
    graph = Graph().parse(data=rdf.ntriples(found, GRAPH, SOURCE), format="nt")
    assert set(graph.predicate_objects(URIRef(GRAPH))) == {
        (RDF.type, SH.ValidationReport),
        (SH.conforms, Literal(False)),
        (SH.result, URIRef(f"{GRAPH}#r1")),
        (SH.result, URIRef(f"{GRAPH}#r2")),
    }


def test_turtle_says_the_same(found: Report) -> None:
    turtle = rdf.turtle(found, GRAPH, SOURCE)
    assert "jxs:FormBreaksOff" in turtle
    assert set(Graph().parse(data=turtle)) == set(Graph().parse(data=rdf.ntriples(found, GRAPH, SOURCE), format="nt"))


def test_nothing_found_is_nothing_written() -> None:
    assert rdf.ntriples(Report(()), GRAPH, SOURCE) == b""
    assert rdf.reasons(Report(())) == ()


def test_a_reason_is_one_line_with_its_place(found: Report) -> None:
    reasons = rdf.reasons(found)
    assert [reason.startswith(f"第 {line} 行 ") for reason, line in zip(reasons, (20, 44), strict=True)] == [True, True]
    assert "十二万" in reasons[0]
    assert all("\n" not in reason for reason in reasons)


def test_json_has_everything(found: Report) -> None:
    results = json.loads(json.dumps(data.results_as_json(found), ensure_ascii=False))
    assert results[1] == {
        "fault": catalogue.SHAPES + "FormBreaksOff",
        "name": {"zh": "末尾未见", "en": "End not seen"},
        "severity": "Violation",
        "focusNode": PROJECT,
        "about": '档案"数字化',
        "path": terms.breaksOffAt,
        "value": None,
        "message": {"zh": found.results[1].message.zh, "en": found.results[1].message.en},
        "remedy": {"zh": found.results[1].fault.remedy.zh, "en": found.results[1].fault.remedy.en},
        "lines": [44],
        "group": found.results[1].group,
    }
