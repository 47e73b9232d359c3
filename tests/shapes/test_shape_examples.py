"""Each rule is shown: found in its failing example and not in its passing one, by each engine alike.

All examples of a scope are checked in one graph, each under a base of its own: starting the engines for each takes half
a minute.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Scope
from jixiao.shapes.findings.finding import Report
from jixiao.shapes.validate import validate
from tests.support.complete import assert_complete
from tests.support.pyshacl_judge import JudgedValidation, shapes_graph

BASE = "https://example.org/"
EXAMPLES = catalogue.FOLDER / "examples"
FAULTS = catalogue.faults()
_HAN, _QUOTED = re.compile("[\u4e00-\u9fff]"), re.compile("“(“[^”]*”|[^“”])*”")
DOCUMENT_FILES = sorted(Path(__file__).parent.glob("*.ttl"))


@pytest.fixture(scope="module")
def examples() -> dict[Scope, Graph]:
    graphs: dict[Scope, Graph] = {scope: Graph() for scope in catalogue.SCOPES}
    files = [(fault.scope, file) for fault in FAULTS for file in sorted((EXAMPLES / fault.name).glob("*.ttl"))]
    for scope, file in [*files, *(("document", file) for file in DOCUMENT_FILES)]:
        data = _text(file).replace(BASE, _base(file))
        graphs[scope].parse(data=data, format="turtle")  # type: ignore[index]
    graphs["document"] = Graph().parse(data=enriched(_triples(graphs["document"])), format="nt")
    return graphs


@pytest.fixture(scope="module")
def reports(examples: dict[Scope, Graph]) -> dict[Scope, Report]:
    return {scope: validate(_triples(examples[scope]), scope=scope) for scope in catalogue.SCOPES}


@pytest.fixture(scope="module")
def found(reports: dict[Scope, Report]) -> set[tuple[str, str]]:
    """Focus node and fault of each result."""
    return {(result.focus_node, result.fault.name) for report in reports.values() for result in report.results}


def _of_examples(found: set[tuple[str, str]], file: str) -> set[str]:
    """Return the rules that are found in their own example of that name."""
    return {name for focus, name in found if focus.startswith(_base(EXAMPLES / name / file))}


def test_no_rule_is_found_in_its_passing_example(examples: dict[Scope, Graph], found: set[tuple[str, str]]) -> None:
    assert _of_examples(found, "pass.ttl") == set()
    for fault in FAULTS:  # a shape whose target matches nothing passes everything
        base = _base(EXAMPLES / fault.name / "pass.ttl")
        targets = _targets(shapes_graph(fault.scope), examples[fault.scope], URIRef(fault.iri))
        assert any(focus.startswith(base) for focus in targets), fault.name


def test_rules_are_silent_without_the_mentions_that_they_need(found: set[tuple[str, str]]) -> None:
    """RDF that others check with pySHACL alone has none: it may lack findings, and has no false one."""
    graph, files = Graph(), [EXAMPLES / fault.name / "pass.ttl" for fault in FAULTS if fault.scope == "document"]
    for file in (*files, *DOCUMENT_FILES):
        graph.parse(data=_text(file).replace(BASE, _base(file)), format="turtle")
    without = {(one.focus_node, one.fault.name) for one in validate(_triples(graph), scope="document").results}
    assert without <= found
    assert without


def test_each_rule_is_found_in_its_failing_example(found: set[tuple[str, str]]) -> None:
    advice = "let the rule find the mistake of its shapes/examples/<rule>/fail.ttl"
    assert_complete(_of_examples(found, "fail.ttl"), (fault.name for fault in FAULTS), advice)


@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        ("AmountImpossible", "n"), ("AmountInAnotherUnit", "n p q r"), ("DirectionReversed", "n x"),
        ("CountsImpossible", "h"),
        ("PriceTimesQuantityUnlikeFunds", "p q r s m n t0 t1 t2 t3 y"),
        ("FigureDiffers", "p r w v u m k s t1 t2 x1 x2"),
        ("CalculationWrong", "n"),
        ("StatedMoneyUnlikeFunds", "p w c x"),
        ("ListDiffersFromCount", "a b c d e f h i"), ("RateWithCount", "w"),
        ("DeadlineOutside", "u v"), ("PeriodDiffersFromForm", "l q g1 g2"),
        ("WrittenTwice", "p#m1 p#m2"), ("KnownDocumentMisquoted", "p"),
        ("ImplementerDiffers", "q"), ("BodiesOfTwoPlaces", "m"),
        ("PlanExpired", "p#c1 n#m1"), ("NamesAnother", "p#m1 x#m m#m v#m"),
        ("ValueNotSingle", "p p#i1 b"), ("CitationIncomplete", "p#c1 p#c2 p#c3"), ("BasisIncomplete", "b1 b2 b3"),
        ("OperatorUnlikeValues", "p#i1 p#i2 p#i3"), ("PartWithoutName", "p#i1 p#s1"), ("LabelMalformed", "o u w"),
        ("TargetMalformed", "p#i1 p#i2 p#i3"), ("RemainsLeft", "p#m"),
    ],
)  # fmt: skip
def test_each_way_of_the_mistake_is_found(name: str, nodes: str, found: set[tuple[str, str]]) -> None:
    ways = {node for focus, rule in found if rule == name for node in nodes.split() if f"/2022/{node}" in focus}
    assert ways == {*nodes.split()}


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("TargetMalformed", ["has a sign that is none", "contradicts the word behind", "repeats a unit"]),
        ("AmountImpossible", ["not negative", "of a project is not zero", "hardly any project"]),
    ],
)
def test_a_sentence_says_which_mistake_it_is(name: str, cases: list[str], reports: dict[Scope, Report]) -> None:
    said = {each.message.en for each in reports["document"].results if each.fault.name == name}
    assert all(sum(case in other for case in cases) == 1 for other in said), said
    assert all(any(case in other for other in said) for case in cases), said


def test_no_sentence_lists_alternatives() -> None:
    asked = [fault for fault in FAULTS if fault.level != "Violation" and fault.scope != "registry"]
    assert not [fault.name for fault in asked if "或者" in fault.message.zh]


def test_no_sentence_has_a_gap(reports: dict[Scope, Report]) -> None:
    for fault, message in ((each.fault, each.message) for report in reports.values() for each in report.results):
        # A number that a query does not select would leave a gap in the sentence.
        assert "—" not in message.zh.replace("——", ""), message.zh
        assert "{" not in message.zh + message.en
        # Words filled in are English, or quoted from the filing.
        assert {*_HAN.findall(_QUOTED.sub("", message.en))} <= {*fault.message.en}, message.en


@pytest.mark.timeout(1800)  # pySHACL takes minutes on an idle machine
@pytest.mark.parametrize(
    "scope",
    [pytest.param(scope, marks=[pytest.mark.judge] if scope != "registry" else []) for scope in catalogue.SCOPES],
)
def test_the_judge_finds_the_same(scope: Scope, examples: dict[Scope, Graph], reports: dict[Scope, Report]) -> None:
    assert JudgedValidation(_triples(examples[scope]), scope).report() == reports[scope]


def _triples(graph: Graph) -> bytes:
    return graph.serialize(format="nt", encoding="utf-8")


def _text(file: Path) -> str:
    is_example = file.is_relative_to(EXAMPLES)
    return catalogue.example(file.parent.name, file.stem) if is_example else file.read_text(encoding="utf-8")


def _base(file: Path) -> str:
    return f"{BASE}{file.parent.name}/{file.stem}/"


def _targets(shapes: Graph, data: Graph, shape: URIRef) -> Iterator[str]:
    for target in shapes.objects(shape, SH.targetClass):
        yield from map(str, data.subjects(RDF.type, target))
    for target in shapes.objects(shape, SH.targetSubjectsOf):
        yield from map(str, data.subjects(target))
