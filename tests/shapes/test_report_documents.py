"""Findings are grouped as stewards read them, keep their key while lines move, and leave as data and rows."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.report import data, documents, rdf
from jixiao.shapes.report.documents import Document, Filed, ProjectHead, Reported
from jixiao.shapes.report.excerpt import Shown
from jixiao.shapes.results import Result

FIRST, SECOND = (fault for fault in catalogue.faults() if fault.name in {"AmountNotANumber", "FormBreaksOff"})
WARNING = replace(FIRST, severity=terms.SH_Warning)
INFO = replace(SECOND, severity=terms.SH_Info)
PROJECT = "http://localhost:8000/id/project/o/2022/p"


def reported(fault: Fault, project: str | None, line: int, filed: Filed, sentence: str = "句子。") -> Reported:
    message = Bilingual(sentence, "A sentence.")
    name = None if project is None else f"项目{project[-1]}"
    return Reported("r1", Result(fault, project or PROJECT, project, name, None, None, None, message, (line,)), filed)


def document(path: str, filed: Filed, *findings: Reported) -> Document:
    heads = {PROJECT + "a": ProjectHead("甲", 40), PROJECT + "b": ProjectHead("乙", 10)}
    return Document(path, hashlib.sha256(path.encode()).hexdigest(), (), (filed,), heads, findings, 3, 1.0)


ONE, TWO, NOBODY = Filed("乙局", 2023), Filed("乙局", 2022), Filed()
DOCUMENTS = (
    document("c.txt", NOBODY),
    document("one.txt", ONE, reported(WARNING, PROJECT + "a", 41, ONE), reported(WARNING, PROJECT + "b", 12, ONE)),
    document("second.txt", TWO, reported(INFO, None, 1, TWO, "=1+1")),
    Document("broken.txt", "", ("打不开 · cannot be opened",)),
)


def test_groups_by_department_filing_and_project() -> None:
    found = [
        (department.name, section.document.path, [group.head and group.head.name for group in section.projects])
        for department in documents.grouped(DOCUMENTS)
        for section in department.sections
    ]
    assert found == [
        ("乙局", "second.txt", [None]),
        ("乙局", "one.txt", ["乙", "甲"]),
        (documents.UNKNOWN_DEPARTMENT, "c.txt", []),
    ]
    assert [document.path for document in documents.refused(DOCUMENTS)] == ["broken.txt"]


def test_a_document_of_two_filings_stands_under_both() -> None:
    other = Filed("甲局", 2023)
    both = replace(
        DOCUMENTS[1], filings=(ONE, other), findings=(*DOCUMENTS[1].findings, reported(INFO, None, 3, other))
    )
    counts = {department.name: dict(department.counts.open) for department in documents.grouped([both])}
    assert counts == {"乙局": {"Warning": 2}, "甲局": {"Info": 1}}


def test_counts_leave_out_what_was_accepted() -> None:
    accepted = replace(DOCUMENTS[1].findings[0], accepted="查过")
    counts = documents.count([accepted, DOCUMENTS[1].findings[1], *DOCUMENTS[2].findings])
    assert (dict(counts.open), counts.accepted, counts.total) == ({"Warning": 1, "Info": 1}, 1, 3)
    assert [fault.name for fault in documents.by_fault(DOCUMENTS)] == [WARNING.name, INFO.name]


def test_what_says_the_same_is_read_once() -> None:
    def found(part: str, line: int, sentence: str, accepted: str | None = None) -> Reported:
        one = reported(INFO, PROJECT + "a", line, ONE, sentence)
        lines = (Shown(line - 1, "", "前", False), Shown(line, "", part, True, ((0, 1),)))
        return replace(one, result=replace(one.result, part=part), excerpt=lines, accepted=accepted)

    several = [found("甲", 5, "同。"), found("乙", 9, "异。"), found("丙", 6, "同。"), found("丁", 7, "同。", "查过")]
    first, second, third = documents.clustered(several)
    assert (first.parts, first.lines, len(first.findings)) == (("甲", "丙"), (5, 6), 2)
    assert [(line.number, line.text, line.at_fault) for line in first.excerpt] == [
        (4, "前", False), (5, "甲", True), (6, "丙", True),
    ]  # fmt: skip
    assert [line.number for line in first.brief(2)] == [5, 6]
    assert (second.parts, third.accepted) == (("乙",), "查过")


def test_a_key_stays_while_lines_move_and_changes_with_what_is_said() -> None:
    found = reported(WARNING, PROJECT + "a", 41, ONE)
    moved = replace(found, node="r9", result=replace(found.result, lines=(99,), focus_node=PROJECT + "a#i7"))
    assert moved.key == found.key
    others = (
        replace(found, filed=TWO),
        replace(found, result=replace(found.result, fault=INFO)),
        replace(found, result=replace(found.result, about="别的项目")),
        replace(found, result=replace(found.result, part="指标")),
        replace(found, result=replace(found.result, value="3")),
        replace(found, result=replace(found.result, message=Bilingual("别的。", "Else."))),
    )
    assert len({found.key, *(other.key for other in others)}) == 7


def test_csv_has_a_row_a_finding_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(data.findings_csv(DOCUMENTS))))
    assert [(row["file"], row["severity"], row["lines"]) for row in rows] == [
        ("one.txt", "Warning", "41"),
        ("one.txt", "Warning", "12"),
        ("second.txt", "Info", "1"),
        ("broken.txt", data.REFUSED, ""),
    ]
    assert rows[2]["sentence"] == "'=1+1"
    assert "打不开" in rows[3]["sentence"]
    assert rows[0]["project"] == "项目a"


def test_json_names_each_fault_once() -> None:
    found = json.loads(json.dumps(data.documents_as_json(DOCUMENTS, "warning", True), ensure_ascii=False))
    assert found["counts"] == {
        "documents": 4, "refused": 1, "open": {"Violation": 0, "Warning": 2, "Info": 1}, "accepted": 0,
    }  # fmt: skip
    assert [rule["fault"] for rule in found["rules"]] == [WARNING.name, INFO.name]
    assert found["documents"][3]["refused"] == ["打不开 · cannot be opened"]
    assert found["documents"][1]["findings"][0]["project"] == {"iri": PROJECT + "a", "name": "项目a"}


def test_rdf_gives_every_document_its_report() -> None:
    graph = Graph().parse(data=rdf.documents_turtle(DOCUMENTS, Iris(DEFAULT_BASE)), format="turtle")
    verdicts = {
        str(graph.value(graph.value(report, URIRef(terms.PROV_wasDerivedFrom)), URIRef(terms.fileName))): conforms
        for report, conforms in graph.subject_objects(SH.conforms)
    }
    assert verdicts == {
        "c.txt": Literal(True), "one.txt": Literal(False), "second.txt": Literal(False), "broken.txt": Literal(False),
    }  # fmt: skip
    assert len(set(graph.subjects(RDF.type, SH.ValidationReport))) == 4


@pytest.mark.parametrize(("level", "threshold", "expected"), [
    ("Violation", "Warning", True), ("Warning", "Warning", True), ("Info", "Warning", False), ("Info", "Info", True),
])  # fmt: skip
def test_thresholds(level: str, threshold: str, expected: bool) -> None:
    assert documents.grave(level, threshold) is expected


def test_a_pattern_shows_where_numbers_will_stand() -> None:
    fault = replace(FIRST, message=Bilingual("总额 {?total} 元。", "The total is {?total} yuan."))
    assert documents.pattern(fault) == Bilingual("总额 … 元。", "The total is … yuan.")
