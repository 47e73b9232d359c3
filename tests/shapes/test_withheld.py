"""A rule that takes properties to be wholly stated is silent where the graph withholds one of them, and only there."""

from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.validate import Validation, validate
from tests.support.complete import assert_complete
from tests.support.pyshacl_judge import JudgedValidation

BASE = "https://example.org/"
FAULTS = [fault for fault in catalogue.faults("document") if fault.assumes_whole]
CASES = [(fault, name) for fault in FAULTS for name in fault.assumes_whole]
UNRELATED = terms.fileName
HERE = Path(__file__).parent


def _base(fault: Fault, name: str) -> str:
    return f"{BASE}{fault.name}/{name.rpartition('#')[2]}/"


def _found(graph: Graph) -> set[tuple[str, str]]:
    """Focus node and fault of each result."""
    report = validate(enriched(graph.serialize(format="nt", encoding="utf-8")))
    return {(result.focus_node, result.fault.name) for result in report.results}


@pytest.fixture(scope="module")
def examples() -> Graph:
    """The failing example of each rule, once for each property that it takes to be whole, each below its own base."""
    graph = Graph()
    for fault, name in CASES:
        graph.parse(data=catalogue.example(fault.name, "fail").replace(BASE, _base(fault, name)), format="turtle")
    return graph


@pytest.fixture(scope="module")
def found(examples: Graph) -> set[tuple[str, str]]:
    return _found(examples)


@pytest.fixture(scope="module")
def found_if(examples: Graph, found: set[tuple[str, str]]) -> dict[str, set[tuple[str, str]]]:
    """Findings by the place that withholds the property, or by a property that no rule assumes whole."""
    graphs = {place: Graph() + examples for place in ("node", "project", "unrelated")}
    for fault, name in CASES:
        for focus, at_fault in found:
            if at_fault == fault.name and focus.startswith(_base(fault, name)):
                graphs["node"].add((URIRef(focus), URIRef(terms.withheld), URIRef(name)))
                whole = URIRef(focus.partition("#")[0])
                graphs["project"].add((whole, URIRef(terms.withheld), URIRef(name)))
                graphs["unrelated"].add((URIRef(focus), URIRef(terms.withheld), URIRef(UNRELATED)))
    return {place: _found(graph) for place, graph in graphs.items()}


@pytest.mark.judge
def test_silent_where_withheld(found: set[tuple[str, str]], found_if: dict[str, set[tuple[str, str]]]) -> None:
    def own(results: set[tuple[str, str]]) -> dict[str, set[str]]:
        """Return the nodes that each rule is found at in its own examples, by their base."""
        bases = {_base(fault, name): fault.name for fault, name in CASES}
        return {
            base: nodes
            for base, rule in bases.items()
            if (nodes := {node for node, at_fault in results if at_fault == rule and node.startswith(base)})
        }

    advice = "let the rule find this in its example fail.ttl, or take the property out of its jx:assumesWhole"
    assert_complete(own(found), (_base(fault, name) for fault, name in CASES), advice)
    assert own(found_if["node"]) == own(found_if["project"]) == {}
    assert own(found_if["unrelated"]) == own(found)


def test_violations_speak_of_the_graph_and_are_never_silenced() -> None:
    assert [fault.name for fault in FAULTS if fault.level == "Violation"] == []


@pytest.mark.parametrize("engine", [Validation, pytest.param(JudgedValidation, marks=pytest.mark.judge)])
def test_each_engine_is_silent_alike(engine: type[Validation]) -> None:
    graph = Graph().parse(HERE / "withheld.ttl")
    report = engine(enriched(graph.serialize(format="nt", encoding="utf-8"))).report()
    others = [result for result in report.results if terms.withheld not in result.fault.involves]
    found = {result.focus_node.rpartition("/")[2].partition("#")[0] for result in others}
    assert found == {"whole"}, "the project that withholds nothing"
    assert {"CellBlank", "PartNotFound", "FirstLevelAbsent"} <= {result.fault.name for result in report.results}
