"""Findings are grouped as stewards read them, keep their key while lines move, and leave as data and rows."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import data, documents, rdf
from jixiao.shapes.findings.documents import Document, ProjectHead
from jixiao.shapes.findings.finding import Filed, Finding

FIRST, SECOND = (fault for fault in catalogue.faults() if fault.name in {"AmountNotANumber", "DateNotADate"})
WARNING = replace(FIRST, severity=terms.SH_Warning)
INFO = replace(SECOND, severity=terms.SH_Info)
PROJECT = "http://localhost:8000/id/project/o/2022/p"


def reported(fault: Fault, project: str | None, line: int, filed: Filed, sentence: str = "句子。") -> Finding:
    message = Bilingual(sentence, "A sentence.")
    name = None if project is None else f"项目{project[-1]}"
    return Finding(fault, project or PROJECT, project, name, None, None, None, message, (line,), iri="r1", filed=filed)


def document(path: str, filed: Filed, *findings: Finding) -> Document:
    heads = {PROJECT + "a": ProjectHead("甲", 40), PROJECT + "b": ProjectHead("乙", 10)}
    return Document(path, hashlib.sha256(path.encode()).hexdigest(), (), (filed,), heads, findings, 3, 1.0)


ONE, TWO, NOBODY = Filed("乙局", 2023), Filed("乙局", 2022), Filed()
DOCUMENTS = (
    document("c.txt", NOBODY),
    document("one.txt", ONE, reported(WARNING, PROJECT + "a", 41, ONE), reported(WARNING, PROJECT + "b", 12, ONE)),
    document("second.txt", TWO, reported(INFO, None, 1, TWO, "=A1+1")),
    Document("broken.txt", "", ("打不开 · cannot be opened",)),
)


def test_filings_stand_by_department_and_their_groups_by_project() -> None:
    found = [
        (department.name, section.document.path, [head and head.name for head, _ in section.projects])
        for department in documents.by_department(DOCUMENTS)
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
    counts = {department.name: dict(department.counts.open) for department in documents.by_department([both])}
    assert counts == {"乙局": {"Warning": 2}, "甲局": {"Info": 1}}


def test_faults_come_most_severe_first() -> None:
    assert [fault.name for fault in documents.by_fault(DOCUMENTS)] == [WARNING.name, INFO.name]


def test_warnings_come_one_by_one_and_infos_by_rule() -> None:
    mixed = replace(DOCUMENTS[1], findings=(reported(INFO, None, 1, ONE), *DOCUMENTS[1].findings))
    (section,) = documents.by_department([mixed])[0].sections
    assert [group.fault for group in section.folded.grave] == [WARNING]
    assert [(fault, len(groups)) for fault, groups in section.folded.by_rule.items()] == [(INFO, 1)]
    assert [(head and head.name, len(groups)) for head, groups in section.projects] == [
        (None, 1), ("乙", 1), ("甲", 1),
    ]  # fmt: skip


def test_notes_on_reading_stand_apart_from_what_is_wrong_with_the_filing() -> None:
    note = next(fault for fault in catalogue.faults() if fault.name == "ProjectWithoutName")
    mixed = replace(DOCUMENTS[1], findings=(reported(note, PROJECT + "a", 1, ONE), *DOCUMENTS[1].findings))
    (department,) = documents.by_department([mixed])
    (section,) = department.sections
    assert [group.fault for group in section.folded.notes] == [note]
    assert {group.fault for group in section.folded.grave} == {WARNING}
    assert dict(section.counts.open) == {"Violation": 1, "Warning": 2}
    assert dict(section.folded.count.open) == dict(department.counts.open) == {"Warning": 2}
    said = data.documents_as_json([mixed])
    assert (said["counts"]["open"]["Violation"], said["counts"]["notes"]["open"]["Violation"]) == (0, 1)
    assert [len(said["documents"][0][name]) for name in ("findings", "notes")] == [2, 1]
    assert (said["fails"], said["readInPart"]) == (True, True)
    assert [row["kind"] for row in csv.DictReader(io.StringIO(data.findings_csv([mixed])))] == [
        "reading",
        "money",
        "money",
    ]


def test_a_key_stays_while_lines_move_and_changes_with_what_is_said() -> None:
    found = reported(WARNING, PROJECT + "a", 41, ONE)
    assert replace(found, iri="r9", lines=(99,), focus_node=PROJECT + "a#i7").key == found.key
    others = (
        replace(found, filed=TWO),
        replace(found, fault=INFO),
        replace(found, about="别的项目"),
        replace(found, part="指标"),
        replace(found, value="3"),
        replace(found, message=Bilingual("别的。", "Else.")),
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
    assert rows[2]["sentence"] == "'=A1+1"
    assert "打不开" in rows[3]["sentence"]
    assert rows[0]["project"] == "项目a"


def test_json_names_each_fault_once() -> None:
    found = json.loads(json.dumps(data.documents_as_json(DOCUMENTS, "warning"), ensure_ascii=False))
    none = {"Violation": 0, "Warning": 0, "Info": 0}
    assert found["counts"] == {
        "documents": 4, "refused": 1, "open": {"Violation": 0, "Warning": 2, "Info": 1},
        "groups": {"open": {"Violation": 0, "Warning": 1, "Info": 1}},
        "notes": {"open": none, "groups": {"open": none}},
    }  # fmt: skip
    (group,) = found["documents"][1]["groups"]
    assert (group["projects"], group["lines"], group["findings"]) == (["项目a", "项目b"], [12, 41], ["r1", "r1"])
    assert {finding["group"] for finding in found["documents"][1]["findings"]} == {group["key"]}
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
    assert documents.reaches(level, threshold) is expected


def test_a_pattern_shows_where_numbers_will_stand() -> None:
    fault = replace(FIRST, message=Bilingual("总额 {?total} 元。", "The total is {?total} yuan."))
    assert fault.pattern == Bilingual("总额 … 元。", "The total is … yuan.")
