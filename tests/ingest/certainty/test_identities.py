"""Projects of a scan whose names, bodies or years are not sure are withheld as a whole, with what else may be read."""

from pathlib import Path

import pytest

from jixiao.ingest.certainty import identities, kinds
from jixiao.ingest.certainty.scores import nearly
from jixiao.ingest.extract import extract
from jixiao.ontology import terms
from jixiao.ontology.reasons import Reason, reason
from tests.support.scanned import FORM, scanned

LIMIT = kinds.limits("project").doubted
LOW = LIMIT - 0.01
STORY = "项目经费情况说明1--{}\n\n一、项目概述\n\n保护馆藏善本。\n\n"


def form(name: str = "古籍修复经费", department: str = "临江市文化局", unit: str = "", year: int = 2023) -> str:
    return FORM.format(name=name, department=department, unit=unit, year=year)


def why(text: str, scores: dict[str, float] | None = None, second: dict[str, str] | None = None) -> list[Reason | None]:
    """Return why each project of a scan is withheld; None for one that is not."""
    rendition = scanned(text, scores, second)
    read = extract(rendition)
    found = identities.unsure(read, rendition)
    return [found.get(at) for at in range(len(read.projects))]


def test_sure_characters_identify_a_project() -> None:
    assert why(form()) == [None]


UNSURE = [
    # name, body and year: once, and below the limit
    (form(), {"复": LOW}, {}, "名称"),
    (form(), {"化": LOW}, {}, "单位"),
    (form(), {"23": LOW}, {}, "年度"),
    # two scales read a name differently
    (form(), {}, {"古籍修复": "古藉修复"}, "又读作“古藉修复经费”"),
    # the narrative of the project bears another name, however sure both are
    (STORY.format("古籍修经费") + form(), {}, {}, "又读作“古籍修经费”"),
]


@pytest.mark.parametrize(("text", "scores", "second", "said"), UNSURE)
def test_a_project_that_is_not_sure_is_withheld(
    text: str, scores: dict[str, float], second: dict[str, str], said: str
) -> None:
    [reason] = why(text, scores, second)
    assert reason
    assert said in reason.zh


SURE = [
    # Each stands in a second place: in the narrative, in another cell, in another year.
    (STORY.format("古籍修复经费") + form(), {"复": LOW}),
    (form(unit="临江市文化局"), {"化": LOW}),
    (form().replace("≥200册", "2023年底完成"), {"（2023": LOW}),
]


@pytest.mark.parametrize(("text", "scores"), SURE)
def test_a_second_place_makes_sure(text: str, scores: dict[str, float]) -> None:
    assert why(text, scores) == [None]


def test_a_name_that_only_nearly_stands_elsewhere_is_shown_with_it() -> None:
    first, second = why(form("古籍修复一期") + form("古籍修复二期"), {"一期": LOW})
    assert first
    assert "“古籍修复二期”" in first.zh
    assert second is None


def test_a_form_without_a_year_beside_others_lost_its_own() -> None:
    *others, last = why(form("古籍修复") + form("读者培训", year=2022) + form("流动书车").replace("（2023年度）", ""))
    assert others == [None, None]
    assert last == reason("unsure-year", also="")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("古籍修复", "古籍修夏", True),
        ("一步做实做强", "步做实做强", True),
        ("古籍修复", "古籍修复", False),
        ("古籍修复", "培训读者", False),
        ("社区文化活动中心运行维护经费", "社区文化活动中心运行维修费", True),
    ],
)
def test_names_in_which_few_characters_differ_are_nearly_the_same(one: str, other: str, expected: bool) -> None:
    assert nearly(one, other) is expected


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


def test_amounts_are_known_by_their_currency_and_other_facts_by_the_table() -> None:
    assert kinds.kind(terms.annualRequest) == kinds.kind(terms.itemUnitPrice) == "amount"
    assert kinds.kind(terms.roundedTo) != "amount"
    assert kinds.kind(terms.targetValue) == kinds.kind(terms.weight) == "figure"
    assert kinds.kind(terms.printedNumber) == "number"
    assert kinds.kind(terms.indicatorType) == "level"
    assert kinds.kind(terms.text) == "text"
