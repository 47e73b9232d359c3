"""A cell that a bar or the edge of a grid closed is whole: it is never cut, joined or dropped."""

from jixiao.ingest.choosing import cells
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Marks

_LIST = "补助资金分配表 |\n补助项目 |\n补助金额 |\n山洪监测站点更新 |\n32 |\n合计 |\n{figure}\n"


def _texts(text: str) -> list[str]:
    rows, _ = cells(read(text.encode()), Marks())
    return [cell.text for row in rows for cell in row.filled]


def test_figure_between_bars_is_no_page_number_and_words_are_not_joined() -> None:
    shown = ["补助资金分配表", "补助项目", "补助金额", "山洪监测站点更新", "32", "合计", "32"]
    assert _texts(_LIST.format(figure="32 |")) == shown


def test_number_on_a_line_of_its_own_is_a_page_number() -> None:
    assert _texts(_LIST.format(figure="32 |\n\n- 3 -"))[-1] == "32"


def test_number_below_a_label_of_money_is_no_page_number() -> None:
    """The money of a level of government counts, too, although its label's value is kept by no field."""
    form = "资金情况（万元）\n年度金额\n64\n其中：中央补助\n25\n地方资金\n39\n年度目标\n推进河道整治。\n7\n"
    assert [text for text in _texts(form) if text.isdigit()] == ["64", "25", "39"]
