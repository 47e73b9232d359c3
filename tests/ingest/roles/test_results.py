"""Columns of results in the tables of self-evaluations: value reached, score, reason of a deviation."""

import pytest

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import aligning, columns
from jixiao.ingest.roles.labels import column_meaning


def row(*texts: str) -> Row:
    return Row(tuple(Cell(((1, text),), column) for column, text in enumerate(texts)))


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


def test_results_are_dealt_to_their_columns() -> None:
    words = ("一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    head = columns.head(row(*words))
    assert head is not None
    parts = aligning.fit(head.columns, row("产出指标", "培训人次", "≥120人次", "0", "10", "9.5", "受疫情影响"))
    assert parts is not None
    told = {meaning: cell.text for meaning, cell in parts.cells.items()}
    assert told["target"] == "≥120人次"
    assert told["achieved"] == "0"
    assert told["reason"] == "受疫情影响"
    assert [points and str(points[0]) for points in (parts.weight, parts.score)] == ["10", "9.5"]
