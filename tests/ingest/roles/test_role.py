"""Roles of cells by their words, wherever the cells stand."""

import pytest

from jixiao.ingest.rendition import Cell
from jixiao.ingest.roles.role import Kind, line, role


def cell(text: str) -> Cell:
    return Cell(((1, text),))


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("项目名称：", Kind.FIELD, "name"),
        ("其中：财政拨款（万元）", Kind.AMOUNT, "fiscalFunds"),
        ("年度\n总体目标", Kind.GOAL, "annualGoal"),
        ("项目资金", Kind.MONEY, None),
        ("立项依据", Kind.SECTION, "立项依据"),
        ("项目负责人及电话", Kind.PERSON, None),
        ("中期指标", Kind.SEVERAL_YEARS, None),
        ("项目编码", Kind.OTHER, None),
        ("数量指标（10分）", Kind.LEVEL, None),
        ("三级指标", Kind.COLUMN, "name"),
        ("举办培训班", Kind.VALUE, None),
        ("", Kind.BLANK, None),
    ],
)
def test_words_tell_a_role(text: str, kind: Kind, meaning: str | None) -> None:
    told = role(cell(text))
    assert (told.kind, told.meaning) == (kind, meaning)


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("项目支出绩效目标申报表", Kind.TITLE, None),
        ("（2024年度）", Kind.YEAR, "2024"),
        ("单位：万元", Kind.UNIT, None),
    ],
)
def test_patterns_tell_a_line_over_a_form(text: str, kind: Kind, meaning: str | None) -> None:
    told = line(cell(text))
    assert (told.kind, told.meaning or None, told.evidence) == (kind, meaning, "line")


def test_a_value_is_told_by_its_place_alone() -> None:
    assert line(cell("举办培训班")) is None
    assert role(cell("举办培训班")).evidence == "place"
    assert role(cell("项目名称")).evidence == "word"
