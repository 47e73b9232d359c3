"""A report reads the same as RDF, as lines and as data."""

import json

import pytest
from hypothesis import given, strategies as st
from rdflib import RDF, SH, Graph, Literal, URIRef

from jixiao.ontology import terms
from jixiao.shapes import catalogue
from jixiao.shapes.findings import data, rdf
from jixiao.shapes.findings.finding import BLANK, Cell, Report, Shown, SourceLine, by_number, excerpt, occurrences
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


def marked(text: str, cells: tuple[Cell, ...] = (), quote: str | None = None) -> tuple[str, list[str]]:
    """The line as it is shown, and the marked pieces of it."""
    [shown] = excerpt(by_number([SourceLine(5, text)]), (5,), cells, quote)
    return shown.text, [piece for piece, is_marked in shown.pieces() if is_marked]


@pytest.mark.parametrize(
    ("text", "cells", "quote", "expected"),
    [
        ("\t40000.00", ((5, 3),), None, ("40000.00", ["40000.00"])),
        ("\t", ((5, 3),), None, (BLANK, [BLANK])),
        ("总额\t\t909,800\t年度", ((5, 2),), None, ("总额 │ 909,800 │ 年度", ["909,800"])),
        ("总额\t\t909,800\t年度", ((5, 1),), None, (f"总额 │ {BLANK} │ 909,800 │ 年度", [BLANK])),
        ("| 甲 | 10 | 10 |", ((5, 2),), None, ("甲 │ 10 │ 10", ["10"])),
        ("| 甲 | 10 | 10 |", ((5, 2),), "10", ("甲 │ 10 │ 10", ["10"])),
        ("根据《某条例》和《某办法》。", (), "《某办法》", ("根据《某条例》和《某办法》。", ["《某办法》"])),
        ("每人1，800元，共80 人", (), "80", ("每人1，800元，共80 人", ["80"])),
        ("共 1 800元", (), "1800", ("共 1 800元", ["1 800"])),
        ("满意度》＝90%", (), "》=90%", ("满意度》＝90%", ["》＝90%"])),
        ("没有要找的字", (), "别处", ("没有要找的字", [])),
        ("没有栏", ((5, None),), None, ("没有栏", [])),
    ],
)
def test_marks(text: str, cells: tuple[Cell, ...], quote: str | None, expected: tuple[str, list[str]]) -> None:
    assert marked(text, cells, quote) == expected


def test_a_blank_cell_is_marked_and_not_the_one_text_of_its_row() -> None:
    for text in ("(年 - 年)\t\t", "(年 - 年) | | "):
        lines = by_number([SourceLine(5, text)])
        shown = {blank: excerpt(lines, (5,), ((5, 1),), blank=blank)[0] for blank in (True, False)}
        marks = {blank: [piece for piece, marked in line.pieces() if marked] for blank, line in shown.items()}
        assert marks == {True: [BLANK], False: ["(年 - 年)"]}


def test_the_next_lines_with_text_are_shown_and_blank_ones_passed_over() -> None:
    texts = ["甲", "", "乙", "\t", "", "丙", "", "", "", "", "丁", "戊", "己"]
    lines = by_number(SourceLine(number, text) for number, text in enumerate(texts, start=1))
    shown = excerpt(lines, (3, 12, 99))
    assert [(line.number, line.at_fault) for line in shown] == [
        (1, False), (3, True), (6, False), (11, False), (12, True), (13, False),
    ]  # fmt: skip


def test_a_long_line_is_shown_around_its_mark() -> None:
    line = Shown(1, "", "前" * 100 + "错" + "后" * 100, True, ((100, 101),))
    assert list(line.pieces(30)) == [("…" + "前" * 10, False), ("错", True), ("后" * 19 + "…", False)]
    assert "".join(text for text, _ in line.pieces()) == line.text


@given(st.text(max_size=40), st.text(max_size=6), st.integers(1, 20))
def test_any_text_is_shown_whole_and_in_bounds(text: str, quote: str, most: int) -> None:
    spans = list(occurrences(text, quote))
    assert all(0 <= first < last <= len(text) for first, last in spans)
    line = Shown(1, "", text, True, tuple(spans))
    assert "".join(piece for piece, _ in line.pieces()) == text
    assert sum(len(piece) for piece, _ in line.pieces(most)) <= most + 2


def test_a_line_without_end_is_shown_around_its_mark_and_searched_once() -> None:
    figures = [f"通过率{number}%" for number in range(20_000)]
    lines = by_number([SourceLine(5, "，".join(figures)), SourceLine(6, "后" * 100_000)])
    shown = [excerpt(lines, (5,), quote=each) for each in figures[::400]]
    for quote, (line, after) in zip(figures[::400], shown, strict=True):
        assert [piece for piece, is_marked in line.pieces() if is_marked] == [quote]
        assert max(len(line.text), len(after.text)) <= 4_002
    begin, end = shown[0][0].text, shown[-1][0].text
    assert (begin[:5], begin[-1], end[0]) == ("通过率0%", "…", "…")


def test_a_word_without_end_is_marked_so_many_times() -> None:
    text, pieces = marked("不详，" * 50_000, quote="不详")
    assert (len(text), pieces) == (4_001, ["不详"] * 50)
