"""Excerpts around a finding: its lines and their neighbours, with the words or cells that are meant marked."""

import pytest
from hypothesis import given, strategies as st

from jixiao.shapes.findings.finding import BLANK, Cell, Shown, SourceLine, by_number, excerpt, occurrences


def marked(text: str, cells: tuple[Cell, ...] = (), quote: str | None = None) -> tuple[str, list[str]]:
    """The line as it is shown, and the marked pieces of it."""
    [shown] = excerpt(by_number([SourceLine(5, text)]), (5,), cells, quote)
    return shown.text, [piece for piece, is_marked in shown.pieces() if is_marked]


@pytest.mark.parametrize(
    ("text", "cells", "quote", "expected"),
    [
        ("\t40000.00", ((5, 3),), None, ("40000.00", ["40000.00"])),
        ("\t", ((5, 3),), None, (BLANK, [BLANK])),
        ("总额\t\t909,800\t年度", ((5, 2),), None, ("总额 │ 909,800 │ 年度", ["909,800"])),
        ("总额\t\t909,800\t年度", ((5, 1),), None, (f"总额 │ {BLANK} │ 909,800 │ 年度", [BLANK])),
        ("| 甲 | 10 | 10 |", ((5, 2),), None, ("甲 │ 10 │ 10", ["10"])),
        ("| 甲 | 10 | 10 |", ((5, 2),), "10", ("甲 │ 10 │ 10", ["10"])),
        ("根据《某条例》和《某办法》。", (), "《某办法》", ("根据《某条例》和《某办法》。", ["《某办法》"])),
        ("每人1，800元，共80 人", (), "80", ("每人1，800元，共80 人", ["80"])),
        ("共 1 800元", (), "1800", ("共 1 800元", ["1 800"])),
        ("满意度》＝90%", (), "》=90%", ("满意度》＝90%", ["》＝90%"])),
        ("没有要找的字", (), "别处", ("没有要找的字", [])),
        ("没有栏", ((5, None),), None, ("没有栏", [])),
    ],
)
def test_marks(text: str, cells: tuple[Cell, ...], quote: str | None, expected: tuple[str, list[str]]) -> None:
    assert marked(text, cells, quote) == expected


def test_a_blank_cell_is_marked_and_not_the_one_text_of_its_row() -> None:
    for text in ("(年 - 年)\t\t", "(年 - 年) | | "):
        lines = by_number([SourceLine(5, text)])
        shown = {blank: excerpt(lines, (5,), ((5, 1),), blank=blank)[0] for blank in (True, False)}
        marks = {blank: [piece for piece, marked in line.pieces() if marked] for blank, line in shown.items()}
        assert marks == {True: [BLANK], False: ["(年 - 年)"]}


def test_the_next_lines_with_text_are_shown_and_blank_ones_passed_over() -> None:
    texts = ["甲", "", "乙", "\t", "", "丙", "", "", "", "", "丁", "戊", "己"]
    lines = by_number(SourceLine(number, text) for number, text in enumerate(texts, start=1))
    shown = excerpt(lines, (3, 12, 99))
    assert [(line.number, line.at_fault) for line in shown] == [
        (1, False), (3, True), (6, False), (11, False), (12, True), (13, False),
    ]  # fmt: skip


def test_a_long_line_is_shown_around_its_mark() -> None:
    line = Shown(1, "", "前" * 100 + "错" + "后" * 100, True, ((100, 101),))
    assert list(line.pieces(30)) == [("…" + "前" * 10, False), ("错", True), ("后" * 19 + "…", False)]
    assert "".join(text for text, _ in line.pieces()) == line.text


@given(st.text(max_size=40), st.text(max_size=6), st.integers(1, 20))
def test_any_text_is_shown_whole_and_in_bounds(text: str, quote: str, most: int) -> None:
    spans = list(occurrences(text, quote))
    assert all(0 <= first < last <= len(text) for first, last in spans)
    line = Shown(1, "", text, True, tuple(spans))
    assert "".join(piece for piece, _ in line.pieces()) == text
    assert sum(len(piece) for piece, _ in line.pieces(most)) <= most + 2


def test_a_line_without_end_is_shown_around_its_mark_and_searched_once() -> None:
    figures = [f"通过率{number}%" for number in range(20_000)]
    lines = by_number([SourceLine(5, "，".join(figures)), SourceLine(6, "后" * 100_000)])
    shown = [excerpt(lines, (5,), quote=each) for each in figures[::400]]
    for quote, (line, after) in zip(figures[::400], shown, strict=True):
        assert [piece for piece, is_marked in line.pieces() if is_marked] == [quote]
        assert max(len(line.text), len(after.text)) <= 4_002
    begin, end = shown[0][0].text, shown[-1][0].text
    assert (begin[:5], begin[-1], end[0]) == ("通过率0%", "…", "…")


def test_a_word_without_end_is_marked_so_many_times() -> None:
    text, pieces = marked("不详，" * 50_000, quote="不详")
    assert (len(text), pieces) == (4_001, ["不详"] * 50)
