"""Each rule of the registry is shown by its examples, one by one as a registry is checked; pySHACL finds the same."""

import pytest
from rdflib import Graph

from jixiao.shapes import catalogue, decisions
from jixiao.shapes.catalogue import Fault

EXAMPLES = catalogue.FOLDER / "examples"
FAULTS = catalogue.faults("registry")


def found(fault: str, stem: str) -> dict[str, bool]:
    """The faults found in an example, and whether they are grave."""
    triples = Graph().parse(EXAMPLES / fault / f"{stem}.ttl").serialize(format="nt", encoding="utf-8")
    complaints = decisions.judge(triples)
    assert decisions.judge(triples, engine="pyshacl") == complaints
    return {each.fault.name: each.fault.level == "Violation" for each in complaints}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_an_example_passes(fault: Fault) -> None:
    assert found(fault.name, "pass") == {}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_an_example_fails_by_its_rule_alone(fault: Fault) -> None:
    assert found(fault.name, "fail") == {fault.name: fault.level == "Violation"}


def test_a_complaint_says_what_it_reads() -> None:
    file = EXAMPLES / "CorrectedValueOfWrongType" / "fail.ttl"
    (complaint,) = decisions.judge(Graph().parse(file).serialize(format="nt", encoding="utf-8"))
    assert complaint.focus_node == "https://example.org/id/decision/1"
    assert "“三万八千元”" in complaint.message.zh
    assert "“三万八千元”" in complaint.message.en
