"""The documentation states the limits by which facts of scans are judged."""

from pathlib import Path

import pytest

from jixiao.ingest.certainty import kinds
from jixiao.ontology import terms

SCANS = Path(__file__).parents[3] / "docs" / "scans.md"
ROWS = [
    ("figure", "指标值、权重、日期、年度、数量", "targets, weights, dates, years, quantities"),
    ("number", "文号", "document numbers"),
    ("name", "名称", "names"),
    ("project", "项目名称", "names of projects"),
    ("text", "目标、章节的文字", "texts of goals and sections"),
]


@pytest.mark.parametrize(("kind", "zh", "en"), ROWS, ids=[row[0] for row in ROWS])
def test_the_table_of_limits_is_that_of_the_program(kind: str, zh: str, en: str) -> None:
    doubted, withheld = kinds.limits(kind)
    text = SCANS.read_text(encoding="utf-8")
    assert f"| {zh} | 低于 {doubted:.2f} | 低于 {withheld:.2f} |" in text
    assert f"| {en} | below {doubted:.2f} | below {withheld:.2f} |" in text


def test_years_and_levels_have_the_limits_of_figures_and_names() -> None:
    assert kinds.limits("year") == kinds.limits("figure")
    assert kinds.limits("level") == kinds.limits("name")


def test_amounts_are_known_by_their_currency_and_other_facts_by_the_table() -> None:
    assert kinds.kind(terms.annualRequest) == kinds.kind(terms.itemUnitPrice) == "amount"
    assert kinds.kind(terms.roundedTo) != "amount"
    assert kinds.kind(terms.targetValue) == kinds.kind(terms.weight) == "figure"
    assert kinds.kind(terms.printedNumber) == "number"
    assert kinds.kind(terms.indicatorType) == "level"
    assert kinds.kind(terms.text) == "text"
