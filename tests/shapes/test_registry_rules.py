"""Rules of the registry find the mistakes of decisions, one by one as a registry is checked."""

import pytest
from rdflib import Graph

from jixiao.shapes import catalogue, validate


def _triples(turtle: str) -> bytes:
    return Graph().parse(data=turtle, format="turtle").serialize(format="nt", encoding="utf-8")


def test_a_complaint_says_what_it_reads() -> None:
    (complaint,) = validate.judge_decisions(_triples(catalogue.example("CorrectedValueOfWrongType", "fail")))
    assert complaint.focus_node == "https://example.org/id/decision/1"
    assert "“三万八千元”" in complaint.message.zh
    assert "“三万八千元”" in complaint.message.en


CORRECTION = """
@base <https://example.org/> .
@prefix jx: <https://w3id.org/jixiao/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<id/project/o/2022/p> a jx:Project .
<id/org/o> a jx:Department .
<id/decision/1> a jx:Correction ; jx:concerns <id/project/o/2022/p> ; jx:correctedProperty jx:%s ;
    jx:correctedValue %s ; dcterms:description "核对原件" ; dcterms:date "2024-03-01"^^xsd:date .
"""


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("competentDepartment", '"某县水利局"@zh', []),
        ("implementingUnit", '"Bureau of Water"@zh', []),
        ("implementingUnit", "<id/org/o>", []),
        ("competentDepartment", "<id/org/gone>", ["DecisionOnUnknownThing"]),
        ("competentDepartment", "<id/project/o/2022/p>", ["CorrectedValueOfWrongType"]),
        ("competentDepartment", '"某县水利局"', ["CorrectedValueOfWrongType"]),
        ("competentDepartment", '"38000"@zh', ["CorrectedValueOfWrongType"]),
        ("competentDepartment", '"——"@zh', ["CorrectedValueOfWrongType"]),
        ("competentDepartment", '"无"@zh', ["CorrectedValueOfWrongType"]),
        ("totalAmount", "<id/org/o>", ["CorrectedValueOfWrongType"]),
        ("totalAmount", "<id/org/gone>", ["CorrectedValueOfWrongType", "DecisionOnUnknownThing"]),
        ("department", '"某县水利局"@zh', ["CorrectionOfWhatIsDerived"]),
        ("yearFiscalFunds", '"38000"^^xsd:decimal', ["CorrectionOfWhatIsDerived"]),
        ("filedBy", '"某县水利局"@zh', ["CorrectionOfWhatIdentifies"]),
        ("fullName", '"某县水利局"@zh', ["CorrectionOfWhatIdentifies"]),
        ("hasGoal", '"某县水利局"@zh', ["CorrectionOfUnknownProperty"]),
    ],
)
def test_a_body_is_corrected_by_its_name_or_to_a_body(name: str, value: str, expected: list[str]) -> None:
    complaints = validate.judge_decisions(_triples(CORRECTION % (name, value)))
    assert sorted(each.fault.name for each in complaints) == expected
