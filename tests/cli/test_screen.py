"""Sections of text on a screen of any size: nothing overflows, and what is left out is counted."""

import io
import re

from hypothesis import given, strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from jixiao.report.explained import Section, aligned, fitted

texts = st.text(alphabet="甲乙ab 1", max_size=60).map(Text)
sections = st.lists(st.builds(Section, texts, st.lists(texts, max_size=30), st.lists(texts, max_size=2)), max_size=6)


def _screen(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, height=24)


@given(sections, st.integers(10, 120), st.integers(3, 60))
def test_nothing_overflows(found: list[Section], width: int, height: int) -> None:
    rows = fitted(found, Text("全部 all"), _screen(width), height)
    assert len(rows) <= height
    assert all(cell_len(row.plain) <= width for row in rows)
    assert rows[-1].plain == "全部 all"


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.integers(15, 60))
def test_what_is_left_out_is_counted(sizes: list[int], height: int) -> None:
    found = [Section(Text("题 head"), [Text("项 entry")] * size) for size in sizes]
    rows = [row.plain for row in fitted(found, Text("全部 all"), _screen(80), height)]
    left = sum(int(number) for row in rows for number in re.findall(r"还有 (\d+) 项 more", row))
    assert rows.count("题 head") == len(sizes)
    assert rows.count("项 entry") + left == sum(sizes)
    if left:
        assert len(rows) == height


def test_a_long_section_does_not_crowd_out_a_short_one() -> None:
    found = [Section(Text("长"), [Text("甲")] * 99), Section(Text("短"), [Text("乙")] * 3)]
    rows = [row.plain for row in fitted(found, Text("全部"), _screen(20), 12)]
    assert rows.count("乙") == 3
    assert rows[6:] == ["      …… 还有 94 项…", "短", "乙", "乙", "乙", "全部"]


def test_sections_without_room_are_counted() -> None:
    found = [Section(Text(f"第{number}节")) for number in range(10)]
    rows = [row.plain for row in fitted(found, Text("全部"), _screen(40), 5)]
    assert rows == ["第0节", "第1节", "第2节", "…… 还有 7 节 more sections", "全部"]


def test_columns_stand_below_one_another() -> None:
    rows = [["1", "古籍修复", "无"], ["10", "很长很长很长很长的名称", "3"]]
    assert aligned(rows, 80, flexible=1, right=frozenset({0, 2})) == [
        " 1  古籍修复                无",
        "10  很长很长很长很长的名称   3",
    ]
    assert aligned(rows, 20, flexible=1, right=frozenset({0, 2})) == [
        " 1  古籍修复      无",
        "10  很长很长很…    3",
    ]
