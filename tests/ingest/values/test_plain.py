"""Remains of Word, HTML and LaTeX come off; what a filer wrote stays."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.plain import folded, plain, remains
from tests.support.generated import tries


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("[bookmark: _GoBack] 一、项目概述 ", "一、项目概述"),
        ("<p>保护馆藏<br/>善本</p>", "保护馆藏善本"),
        ('<span style="color:red">善本</span>', "善本"),
        (r"$\geq 90.00\%$", "≥ 90.00%"),
        (r"$800 \times 50 = 40000$", "800 × 50 = 40000"),
        (r"$\leqslant 5$", "≤ 5"),
        (r"$\text{善本}$", "善本"),
        ("<十四五>规划", "<十四五>规划"),
        ("<pre>", "<pre>"),
        ("体现&nbsp;馆藏", "体现\u00a0馆藏"),
        ("&ge;90%&#12290;", "≥90%。"),
        ("善\u200b本\u00ad", "善本"),
        ("A&B;R&unknown;", "A&B;R&unknown;"),
        ("[2020]6号", "[2020]6号"),
        ("5$和6", "5$和6"),
        ("≥９０％", "≥９０％"),
    ],
)
def test_plain(printed: str, words: str) -> None:
    assert plain(printed) == words


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("[bookmark: _GoBack] 一、项目概述 ", [("bookmark", "[bookmark: _GoBack]")]),
        ("<p>保护馆藏<br/>善本</p>", [("tag", "<p>"), ("tag", "<br/>"), ("tag", "</p>")]),
        (r"$\geq 90.00\%$", [("formula", r"$\geq 90.00\%$")]),
        ("体现&nbsp;馆藏&unknown;", [("entity", "&nbsp;")]),
        ("善\u200b本", [("unseen", "U+200B")]),
        ("<十四五>规划，5$和6$，a\\b", []),
    ],
)
def test_remains(printed: str, found: list[tuple[str, str]]) -> None:
    assert list(remains(printed)) == found


def test_folded_takes_width_and_blanks_away() -> None:
    assert folded("［项 目\u3000名\n称］：１２％") == "[项目名称]:12%"


@given(st.text(max_size=40))
@tries(100)
def test_folded_has_no_blank_and_settles(printed: str) -> None:
    assert not any(char.isspace() for char in folded(printed))
    assert plain(printed) == plain(printed).strip()
