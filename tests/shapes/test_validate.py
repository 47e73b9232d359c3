"""Findings are placed: results name their fault, project, property, value and lines, in one order."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, strategies as st
from rdflib import Graph

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue, locating
from jixiao.shapes.findings.finding import Cell, Finding, Report
from jixiao.shapes.findings.rdf import ntriples
from jixiao.shapes.validate import Validation, rules, validate
from tests.support.generated import tries

HERE = Path(__file__).parent
BASE = "http://localhost:8000/"
JX = "https://w3id.org/jixiao/ontology#"
PROJECT = BASE + "id/project/o/2022/p"
WHOLE = (HERE / "whole.ttl").read_text(encoding="utf-8")
LINES = sorted(
    Graph().parse(data=WHOLE, format="turtle").serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
)


def _validate(turtle: str, ledger: dict[tuple[str, str], tuple[Cell, ...]] | None = None) -> Report:
    triples = Graph().parse(data=turtle, format="turtle").serialize(format="nt", encoding="utf-8")
    return validate(triples, lambda node, property_, _value: (ledger or {}).get((node, property_), ()))


def _only(report: Report) -> Finding:
    (result,) = report.results
    return result


def test_nothing_is_found_in_a_whole_filing() -> None:
    assert _validate(WHOLE) == Report(())
    assert not _validate(WHOLE).refuses


def test_a_filings_own_faults_are_no_violations() -> None:
    assert not _validate((HERE / "bare.ttl").read_text(encoding="utf-8")).refuses


def test_an_amount_in_words_is_placed_by_the_ledger() -> None:
    broken = WHOLE.replace("jx:fiscalFunds 120000.00", 'jx:fiscalFunds "十二万"')
    report = _validate(broken, {(PROJECT, JX + "fiscalFunds"): ((24, 2),), (PROJECT, JX + "totalAmount"): ((23, 2),)})
    result = _only(report)
    assert report.refuses
    assert result.fault.name == "AmountNotANumber"
    assert (result.about, result.focus_node) == ("档案数字化", PROJECT)
    assert (result.path, result.value, result.lines) == (JX + "fiscalFunds", "十二万", (24,))
    assert (result.cells, result.quote) == (((24, 2),), "十二万")
    assert result.message.zh == result.fault.message.zh + "读到的是“十二万”。"
    assert result.message.en == result.fault.message.en + " It reads “十二万”."


@pytest.mark.parametrize(
    ("stated", "instead", "placed"),
    [
        pytest.param(
            "jx:sourceLine 20",
            "jx:sourceLine 20 ; jx:breaksOffAt 38",
            ("FormBreaksOff", (38,), "档案数字化"),
            id="a form that breaks off: where it does",
        ),
        pytest.param(
            "jx:sourceLine 40",
            "jx:sourceLine 40, 44",
            ("WithoutSourceLine", (40, 44), "档案数字化"),
            id="two lines: at both",
        ),
        pytest.param(
            'jx:documentNumber "东档发〔2020〕6号"',
            'jx:documentNumber "东档发(2020)6号"',
            ("BasisIncomplete", (11,), "东档发〔2020〕6号"),
            id="what has no line: by what leads to it",
        ),
        pytest.param(
            "jx:carriedOver 0.00",
            "jx:carriedOver 0.00, 1.00",
            ("ValueNotSingle", (20,), "档案数字化"),
            id="without a ledger: at the node's own line",
        ),
    ],
)
def test_a_finding_is_placed(stated: str, instead: str, placed: tuple[str, tuple[int, ...], str]) -> None:
    result = _only(_validate(WHOLE.replace(stated, instead)))
    assert (result.fault.name, result.lines, result.about) == placed


def test_a_project_without_a_name_takes_none_of_its_indicators() -> None:
    nameless = WHOLE.replace('a jx:Project ; rdfs:label "档案数字化"@zh', "a jx:Project")
    results = _validate(nameless.replace("jx:sourceLine 40", "jx:sourceLine 40, 44")).results
    assert {(result.project, result.about) for result in results} == {(PROJECT, None)}
    assert "扫描合格率" in {result.part for result in results}


def test_what_is_withheld_is_placed_at_its_own_line_or_nowhere() -> None:
    withheld = WHOLE.replace("jx:sourceLine 20", "jx:sourceLine 20 ; jx:withheld jx:implementingUnit")
    assert _only(_validate(withheld)).lines == ()
    assert _only(_validate(withheld, {(PROJECT, JX + "implementingUnit"): ((25, 3),)})).lines == (25,)


def test_a_long_value_is_not_quoted() -> None:
    report = _validate(WHOLE.replace('"2022-12-31"^^xsd:date', f'"{"长" * 61}"'))
    result = next(result for result in report.results if result.fault.name == "DateNotADate")
    assert result.message == result.fault.message


def test_a_blank_node_is_named_as_one() -> None:
    result = _only(_validate(WHOLE + " [] a jx:Department ."))
    assert (result.fault.name, result.focus_node[:2], result.lines) == ("DepartmentWithoutName", "_:", ())


def test_an_ill_typed_literal_is_a_finding_and_no_log_line(capfd: pytest.CaptureFixture[str]) -> None:
    result = _only(_validate(WHOLE.replace('"2022-12-31"^^xsd:date', '"2022-02-30"^^xsd:date')))
    assert (result.fault.name, result.value) == ("DateNotADate", "2022-02-30")
    assert capfd.readouterr().err == ""


@tries(15)
@given(st.data())
def test_what_is_lost_is_found_alike_in_any_order(data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(LINES), unique=True))
    report = validate(b"".join(kept))
    assert validate(b"".join(data.draw(st.permutations(kept)))) == report
    assert all(line >= 1 for result in report.results for line in result.lines)
    assert len(set(report.results)) == len(report.results)


def test_a_reason_in_both_languages_is_told_in_each() -> None:
    message = Bilingual("推断的：{?why}。", "inferred: {?why}.")
    said = locating.sentence(message, None, {"why": ox.Literal("表中只写到月 · the form names the month only")})
    assert said == Bilingual("推断的：表中只写到月。", "inferred: the form names the month only.")
    assert locating.sentence(message, None, {"why": ox.Literal("甲·乙")}).en == "inferred: 甲·乙."


ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
# All examples of rules have the same IRIs, so that a row about two of them would show.
EXAMPLES = [catalogue.example(fault.name, "fail") for fault in catalogue.faults("document")]


def test_every_query_can_be_asked_for_many_documents() -> None:
    assert all(query.over_graphs for rule in rules("document") for query in rule.queries)


def test_some_examples() -> None:
    _same(_triples(EXAMPLES[::16]))


@pytest.mark.judge
def test_every_example_and_case() -> None:
    cases = sorted((ROOT / "tests" / "ingest" / "cases").glob("*/expected.ttl"))
    _same(_triples([*EXAMPLES, *(case.read_text(encoding="utf-8") for case in cases)]))


@pytest.mark.judge
def test_filings() -> None:
    folders = [ROOT / "examples", *(folder for name in ("seeds", "filings") if (folder := SHARED / name).exists())]
    readings = [read_document(path.read_bytes(), path.name, DEFAULT_BASE) for path in files(folders)]
    _same(reading.deposit.source_triples for reading in readings if reading.deposit)


def _triples(texts: Iterable[str]) -> list[bytes]:
    return [Graph().parse(data=text, format="turtle").serialize(format="nt", encoding="utf-8") for text in texts]


def _same(graphs: Iterable[bytes]) -> None:
    alone = {graph: _written(validate(graph)) for graph in graphs}
    together = Validation.of_many([(graph, None) for graph in alone])
    assert len(alone) > 1
    assert [_written(each.report()) for each in together] == list(alone.values())


def _written(report: Report) -> tuple[Report, bytes]:
    """Return a report with its triples, which also state the components of the results."""
    return report, ntriples(report, "http://localhost:8000/graph", "http://localhost:8000/source")
