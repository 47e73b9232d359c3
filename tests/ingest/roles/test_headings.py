"""Headings of narratives by word and number, lines and titles that name a project."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import heading, number_of
from jixiao.ingest.structure.gate import story

SECTIONS = ("项目概述", "立项依据", "实施主体")


def rows(*texts: str) -> list[Row]:
    return [Row((Cell(((line, text),)),)) for line, text in enumerate(texts, 1)]


def below(*lines: str) -> list[Row]:
    return rows(*lines, *(f"({n}){word}。已定。" for n, word in enumerate(SECTIONS, 1)))


@pytest.mark.parametrize(
    ("text", "meaning", "rest"),
    [
        ("二、立项依据", "立项依据", ""),
        ("（2）项目立项依据：临政发〔2021〕16号", "立项依据", "临政发〔2021〕16号"),
        ("(4)起止时间。2024年1月", "实施周期", "2024年1月"),
        ("4)起止时间。2024年1月", "实施周期", "2024年1月"),
        ("6．预算安排：见表", "年度预算安排", "见表"),
        ("绩效目标", "绩效目标", ""),
    ],
)
def test_heading_means_the_same_in_any_words_and_numbers(text: str, meaning: str, rest: str) -> None:
    found = heading(text)
    assert (found.meaning, found.rest) == (meaning, rest)


@pytest.mark.parametrize("text", ["起止时间", "绩效目标：完成清淤", "二、立项依据充分", "2.5立项依据", "立项依据。"])
def test_what_is_no_heading_outside_a_narrative(text: str) -> None:
    assert heading(text) is None


@given(st.integers(1, 39))
def test_numbers_are_read_alike_however_they_are_written(value: int) -> None:
    tens, ones = divmod(value, 10)
    figures = " 一二三四五六七八九"
    chinese = (figures[tens] if tens > 1 else "") + ("十" if tens else "") + (figures[ones] if ones else "")
    written = (f"{value}.甲", f"（{value}）甲", f"{chinese}、甲", f"（{chinese}）甲")
    assert [found.value for text in written if (found := number_of(text))] == [value] * len(written)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("1.“青河清淤”项目。", "青河清淤"),
        ("（一）“青河清淤”项目", "青河清淤"),
        ("1.非遗保护与传承", "非遗保护与传承"),
        ("项目名称：青河清淤", "青河清淤"),
        ("“青河清淤”项目情况说明", "青河清淤"),
        ("1.“青**清淤”项目。", None),
        ("1.项目支出绩效目标情况", None),
        ("1.2024年度部门项目", None),
        ("1.临江市水务局", None),
        ("1.项目如下", None),
        ("青河清淤", None),
        ("1.清淤，运泥", None),
    ],
)
def test_line_above_the_headings_that_names_a_project(line: str, name: str | None) -> None:
    named = story(below(line), 0)
    assert (named and named.name) == name


def test_line_above_fewer_than_three_headings_names_nothing() -> None:
    lines = ("1.“青河清淤”项目。", "(1)项目概述。清淤。", "(2)立项依据。规划。")
    assert story(rows(*lines, *["已完成。"] * 60), 0) is None
    assert story(rows(*lines[:2]), 0) is None
    assert story(rows("1.“青河清淤”项目。", "已完成。", "(1)项目概述。清淤。"), 0) is None


def test_line_above_two_headings_at_the_end_of_a_text_names_a_project() -> None:
    assert story(rows("1.“青河清淤”项目。", "(1)项目概述。清淤。", "(2)立项依据。规划。"), 0).name == "青河清淤"
