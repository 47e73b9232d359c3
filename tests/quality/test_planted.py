"""One mistake planted in a clean filing is reported by the rule that names it, at its lines, and by no other."""

from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from plants import BESIDE, CLEAN, HERE, Found, Plant, plants, together

from jixiao.checking import judge_corpus, report_on
from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.readers import text
from jixiao.ontology import terms
from jixiao.shapes import catalogue, store_check
from jixiao.shapes.findings import groups
from jixiao.shapes.findings.finding import Finding
from tests.support.complete import assert_complete
from tests.support.writers import as_html, as_xlsx

BASE = "http://localhost:8000/"
PLANTS = tuple(plants())
ALONE = tuple(plant for plant in PLANTS if not plant.name.startswith("corpus/"))
TOGETHER = tuple(plant for plant in PLANTS if plant.name.startswith("corpus/"))
OTHER_FORMATS = tuple(
    plant
    for plant in ALONE
    if plant.name.partition("/")[2]
    in {
        "total-one-digit-up",
        "appropriation-blank",
        "item-amount-wrong",
        "narrative-amount-digits-swapped",
        "goal-rate-lower",
        "dates-of-last-year",
        "number-without-an-opening-bracket",
        "years-of-goals-blank",
        "timeliness-under-quality",
        "operator-a-title-mark",
        "rate-in-hours",
        "sum-with-digits-swapped",
    }
)
# Rules on what only the filer's own judgement or the reader can cause, or that other files try.
NOT_PLANTED = {
    "PartNotFound": "a form that has no place for goals, or without a table of indicators",
    "InferredValue": "what was inferred is no mistake",
    "BodyUnlikeOthers": "a filing of four projects",
    "PrintedNotTakenIn": "what was not read is no mistake",
    "SignPerhapsMisread": "a misreading is no mistake of the filer's",
    "NumberPerhapsMisrecognised": "a number that was recognised in a picture",
    "TargetDiffersFromFiling": "results that only a store pairs with indicators",
    "EvaluationsDisagree": "evaluations that only a store tells apart; see tests/cli/test_cli_evaluations.py",
    "EvaluationPerhapsOf": "projects that only a store offers; see tests/cli/test_cli_evaluations.py",
}


@cache
def read(content: bytes, name: str = CLEAN) -> Reading:
    return read_document(content, name, BASE)


def results(content: bytes, name: str = CLEAN) -> tuple[Finding, ...]:
    reading = read(content, name)
    assert reading.report, reading.refusal
    return reading.report.results


def found(each: Finding) -> Found:
    return Found(each.fault.name, (each.about or "") if each.project else "", each.lines)


def judged(*texts: str) -> list[list[Finding]]:
    """Return the findings of the corpus rules in filings of one store, by file."""
    store, sources = ox.Store(), []
    for each in texts:
        reading = read(each.encode())
        assert reading.deposit, reading.refusal
        store.load(reading.deposit.source_triples, ox.RdfFormat.N_TRIPLES)
        sources.append(f"{BASE}id/source/{reading.sha256[:16]}")
    by_source = store_check.judge(store)
    assert by_source.keys() <= set(sources)
    return [list(by_source.get(source, ())) for source in sources]


@pytest.mark.parametrize("name", [CLEAN, BESIDE, "evaluated.txt"])
def test_a_clean_filing_has_no_fault(name: str) -> None:
    assert not results((HERE / name).read_bytes(), name)


@cache
def filings() -> list[list[Plant]]:
    """Return filings with a mistake for each rule, the first that is planted for it."""
    first = {fault: plant for plant in reversed(ALONE) for fault in plant.faults}
    return together(plant for plant in ALONE if plant in first.values())


@pytest.mark.parametrize("part", range(4))
def test_a_mistake_of_each_rule_is_found_among_others(part: int) -> None:
    """Find nothing else, and what others hide without them."""
    for filing in filings()[part::4]:
        reported = results(filing[0].text.encode())
        seen = {*map(found, reported)}
        assert seen <= {each for plant in filing for each in plant.expected}
        for plant in filing:
            if seen.issuperset(plant.expected):
                _says(plant, reported)
            else:
                _is_reported(next(each for each in ALONE if each.name == plant.name))


@pytest.mark.sampled(64)
@pytest.mark.parametrize("plant", ALONE, ids=[plant.name for plant in ALONE])
def test_a_planted_mistake_is_reported_by_the_rule_that_names_it(plant: Plant) -> None:
    _is_reported(plant)


@pytest.mark.sampled(48)
@pytest.mark.parametrize("plant", OTHER_FORMATS, ids=[plant.name for plant in OTHER_FORMATS])
@pytest.mark.parametrize("name", ["a.html", "a.xlsx"])
def test_other_formats_have_the_same_fault(plant: Plant, name: str) -> None:
    rendition = text.read(plant.text.encode())
    content = as_html(rendition).encode() if name == "a.html" else as_xlsx(rendition)
    faults = [(each.fault.name, found(each).about) for each in results(content, name)]
    assert sorted(faults) == [(each.fault, each.about) for each in plant.expected]


def test_clean_filings_have_no_fault_together() -> None:
    assert judged(*((HERE / name).read_text(encoding="utf-8") for name in (CLEAN, BESIDE))) == [[], []]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("plant", TOGETHER, ids=[plant.name for plant in TOGETHER])
def test_a_mistake_against_other_filings_is_told_where_it_shows(plant: Plant) -> None:
    other = (HERE / (BESIDE if plant.source == CLEAN else CLEAN)).read_text(encoding="utf-8")
    assert not results(plant.text.encode())
    own, theirs = judged(plant.text, other)
    assert sorted(map(found, own)) == list(plant.expected), [each.message.zh for each in own]
    assert Counter(each.fault.name for each in theirs) == Counter(plant.elsewhere)
    _says(plant, own)


def test_rules_over_a_store_find_the_same_in_memory_and_in_a_folder() -> None:
    plant = TOGETHER[0]
    other = (HERE / (BESIDE if plant.source == CLEAN else CLEAN)).read_text(encoding="utf-8")
    readings = [read(plant.text.encode()), read(other.encode())]
    findings = judge_corpus(readings, in_memory=True)
    assert findings
    assert findings == judge_corpus(readings, in_memory=False)


def test_every_fault_that_a_filer_can_make_is_planted() -> None:
    planted = {fault for plant in PLANTS for fault in plant.faults}
    own = {fault.name for scope in catalogue.SCOPES[:2] for fault in catalogue.faults(scope)}
    refusals = {fault.name for fault in catalogue.faults() if fault.severity == terms.SH_Violation}
    advice = "plant a mistake as tests/quality/README.md says, or give a reason in NOT_PLANTED"
    assert_complete(planted & own - refusals | NOT_PLANTED.keys(), own - refusals, advice)
    assert not planted & NOT_PLANTED.keys(), "what is planted needs no reason in NOT_PLANTED"


def test_two_faults_of_one_mistake_have_a_reason() -> None:
    assert all(plant.because for plant in PLANTS if len(plant.faults) > 1)


@pytest.mark.parametrize("prose", ["48", "58"])
def test_a_cover_unlike_the_wrong_amounts_of_a_form_stands_below_them(prose: str) -> None:
    """The form alone is wrong, or the text above it too, so that the items of the costs differ."""
    whole = (HERE / CLEAN).read_text(encoding="utf-8").replace("预算资金 48 万元", f"预算资金 {prose} 万元")
    wrong = whole.replace("480,000.00", "580,000.00").replace("450,000.00", "550,000.00")
    (cause,) = groups.folded(groups.grouped(report_on(CLEAN, read(wrong.encode())).findings)).grave
    assert cause.fault.name == ("NarrativeAmountDiffers" if prose == "48" else "CostItemsDiffer")
    assert [each.fault.name for each in cause.effects] == ["CoverTotalDiffers"]


@pytest.mark.parametrize(
    ("printed", "wrong", "cause", "effects"),
    [
        (
            "项目资金总额\t480,000.00",
            "项目资金总额\t48.00",
            "AmountInAnotherUnit",
            {"AmountImpossible", "AnnualRequestExceedsTotal", "TotalDiffersFromFunds"},
        ),
        (
            "项目资金总额\t480,000.00",
            "项目资金总额\t-480,000.00",
            "AmountImpossible",
            {"AnnualRequestExceedsTotal", "TotalDiffersFromFunds"},
        ),
    ],
)
def test_one_mistake_is_one_finding_led_by_its_cause(printed: str, wrong: str, cause: str, effects: set[str]) -> None:
    text = (HERE / CLEAN).read_text(encoding="utf-8").replace(printed, wrong)
    (found,) = groups.folded(groups.grouped(report_on(CLEAN, read(text.encode())).findings)).own
    assert (found.fault.name, {each.fault.name for each in found.effects}) == (cause, effects)


def test_periodicals_that_differ_come_before_a_target_of_two_figures() -> None:
    example = Path(__file__).parents[2] / "examples" / "songjiang-zhengxie-2022.txt"
    text = example.read_text(encoding="utf-8").replace("杂志6期，每期", "杂志4期，每期")
    (found,) = (
        each
        for each in groups.folded(groups.grouped(report_on(CLEAN, read(text.encode())).findings)).grave
        if 354 in each.lines
    )
    assert "“6期”" in found.first.message.zh
    assert [each.fault.name for each in found.effects] == ["TwoNumbersInTarget"]


def _is_reported(plant: Plant) -> None:
    reported = results(plant.text.encode())
    assert sorted(map(found, reported)) == list(plant.expected), [each.message.zh for each in reported]
    _says(plant, reported)


def _says(plant: Plant, reported: list[Finding] | tuple[Finding, ...]) -> None:
    """Both languages give the numbers of the first finding; words are looked for in Chinese."""
    for words in plant.says:
        message = next(each.message for each in reported if found(each) in plant.expected)
        assert words in message.zh
        assert words in message.en or not words.isascii()
