"""A cell that a bar or the edge of a grid closed is whole: it is never cut, joined or dropped."""

from jixiao.ingest.cells.repair import cells
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
