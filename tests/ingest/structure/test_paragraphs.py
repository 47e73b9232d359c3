"""Paragraphs that run titles and headings together are divided before each, and lose no character."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.structure.dividing import divided_paragraphs


def texts(*paragraphs: str) -> list[str]:
    rows = [Row((Cell(((line, text),)),)) for line, text in enumerate(paragraphs, 1)]
    return [row.text for row in divided_paragraphs(rows)]


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        (
            "(2)立项依据。规划（2）一份。(3)实施主体。水务站。(5)项目内容。清淤。",
            ["(2)立项依据。规划（2）一份。", "(3)实施主体。水务站。(5)项目内容。清淤。"],
        ),
        (
            "1.“清淤”项目。 (1)项目概述。清理。 (2)立项依据：规划。 2.“植树”项目：(1)项目概述。种树。",
            [
                "1.“清淤”项目。",
                "(1)项目概述。清理。",
                "(2)立项依据：规划。",
                "2.“植树”项目：",
                "(1)项目概述。种树。",
            ],
        ),
        (
            "“清淤”项目。项目概述：清理。立项依据：规划。绩效目标：通畅。“植树”项目。项目概述：种。",
            [
                "“清淤”项目。",
                "项目概述：清理。",
                "立项依据：规划。",
                "绩效目标：通畅。",
                "“植树”项目。",
                "项目概述：种。",
            ],
        ),
        (
            "1.青河清淤。（1）项目概述：清理。（2）立项依据：规划。",
            ["1.青河清淤。", "（1）项目概述：清理。", "（2）立项依据：规划。"],
        ),
        (
            "(6)年度预算安排。12万元。(7)绩效目标。通畅。 项目支出绩效目标表 |",
            ["(6)年度预算安排。12万元。", "(7)绩效目标。通畅。", "项目支出绩效目标表", "|"],
        ),
        ("四、绩效目标 设置情况", ["四、绩效目标 设置情况"]),
        ("“清淤”项目。“植树”项目。", ["“清淤”项目。“植树”项目。"]),
    ],
)
def test_paragraph_is_divided_before_titles_and_headings(paragraph: str, parts: list[str]) -> None:
    assert texts(paragraph) == parts


def test_heading_within_a_line_goes_on_from_the_paragraph_above() -> None:
    assert texts("(1)项目概述。清理青", "河。(2)立项依据。规划。", "水务站。(4)起止时间。全年。") == [
        "(1)项目概述。清理青",
        "河。",
        "(2)立项依据。规划。",
        "水务站。(4)起止时间。全年。",
    ]
    assert texts("清理青", "河。(2)立项依据。规划。") == ["清理青", "河。(2)立项依据。规划。"]


@given(
    st.lists(st.sampled_from(sorted(labels().sections)), min_size=1, max_size=6),
    st.text("甲乙，。；:1.( ”“|", max_size=20),
)
def test_parts_of_a_paragraph_are_its_text(words: list[str], between: str) -> None:
    for mark in "：。 ":
        numbered = "".join(f"({n}){word}{mark}{between}" for n, word in enumerate(words, 1))
        for text in (numbered, between.join(words), f"1.“某”项目。{numbered}2.“某”项目。{numbered}"):
            rows = divided_paragraphs([Row((Cell(((1, text),)),))])
            assert "".join(row.cells[0].parts[0][1] for row in rows) == text
