"""Money of self-evaluations, however its header and its figures are printed."""

import pytest

from jixiao.ingest.cells.run_together import money
from jixiao.ingest.rendition import Cell, Row

HEAD = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
TOTAL = ("年度资金总额:", "88", "88", "80", "10", "90.91%", "9.09")
PART = ("其中:本年财政拨款", "88", "88", "80", "-", "-", "-")


def rows(text: str) -> list[Row]:
    return [Row((Cell(((number, line),)),)) for number, line in enumerate(text.splitlines(), 1)]


def restored(text: str) -> list[tuple[str, ...]]:
    return [tuple(cell.text.replace("\n", "") for cell in row.cells) for row in money.spending_restored(rows(text))]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join((*HEAD, *TOTAL, *PART, "年度总体目标")),
        "\n".join((*(" ".join(words) for words in (HEAD, TOTAL, PART)), "年度总体目标")),
        "\n".join((" ".join(HEAD[:4]), "执行率", "得分", " ".join(TOTAL[:3]), *TOTAL[3:], *PART, "年度总体目标")),
        "\n".join(("年初", "预算数", "全年", "预算数", "全年", "执行数", *HEAD[3:], *TOTAL, *PART, "年度总体目标")),
        "\n".join((*HEAD, *TOTAL, "其中:本年", "财政拨款 88 88 80 - - -", "年度总体目标")).replace("本年\n", "本年 "),
    ],
    ids=["a cell a line", "a row a line", "mixed", "words broken over lines", "a label with a blank"],
)
def test_money_is_one_table_however_its_lines_end(text: str) -> None:
    assert restored(text) == [("", *HEAD), TOTAL, PART, ("年度总体目标",)]


@pytest.mark.parametrize("join", ["\n", " "])
def test_labels_that_stand_before_their_figures_are_a_header(join: str) -> None:
    first, part = ("预算数:", "36万元", "执行数:", "35 万元"), ("中央补助", "20万元", "中央补助", "19 万元")
    *others, head, total, of_part = restored("\n".join((join.join(first), join.join(part), "年度目标")))[:3]
    assert not others
    assert [head, total, of_part] == [
        ("", "预算数:", "执行数:"),
        ("", "36万元", "35 万元"),
        ("中央补助", "20万元", "19 万元"),
    ]


def test_a_sentence_with_the_words_of_a_header_is_no_table() -> None:
    sentence = "全年预算数88万元,执行数80万元,预算执行率90.91%,资金使用规范"
    assert restored(sentence) == [(sentence,)]
