"""Columns of results in the tables of self-evaluations: value reached, score, reason of a deviation."""

import pytest

from jixiao.ingest.roles import aligning, columns
from jixiao.ingest.roles.labels import column_meaning
from tests.support.forms import row


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("实际完成值(B)", "achieved"),
        ("全年完成值", "achieved"),
        ("年末实际完成水平", "achieved"),
        ("自评得分", "score"),
        ("得分（20分*执行率）", "score"),
        ("偏差原因分析及改进措施", "reason"),
        ("未达标原因说明", "reason"),
        ("年初目标值(A)", "target"),
        ("2022年实际完成值", "longTerm"),
    ],
)
def test_heads_of_results_are_known(word: str, meaning: str) -> None:
    assert column_meaning(word) == meaning


WORDS = ("一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")


def test_a_weight_that_moved_into_a_lost_cell_is_no_value_reached() -> None:
    head = columns.head(row(*WORDS))
    assert head is not None
    assert aligning.fit(head.columns, row("配套变压器3台", "3", "9.3", "9.3", "", "", "")) is None
    parts = aligning.fit(head.columns, row("配套变压器3台", "3", "2", "9.3", "9.3", "", ""))
    assert parts is not None
    assert (parts.text("achieved"), parts.text("score")) == ("2", "9.3")


@pytest.mark.parametrize("meaning", ["target", "achieved"])
def test_what_fills_a_blank_row_is_no_value(meaning: str) -> None:
    assert not any(columns.suits(meaning, text, frozenset()) for text in ("……", "指标2", "指标3："))
    assert columns.suits(meaning, "已完成", frozenset())


def test_results_are_dealt_to_their_columns() -> None:
    head = columns.head(row(*WORDS))
    assert head is not None
    parts = aligning.fit(head.columns, row("产出指标", "培训人次", "≥120人次", "0", "10", "9.5", "受疫情影响"))
    assert parts is not None
    told = {meaning: cell.text for meaning, cell in parts.cells.items()}
    assert told["target"] == "≥120人次"
    assert told["achieved"] == "0"
    assert told["reason"] == "受疫情影响"
    assert [points and str(points[0]) for points in (parts.weight, parts.score)] == ["10", "9.5"]
