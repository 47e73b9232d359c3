"""Pieces of one text, which a site broke and numbered, are joined; the items of a list stay apart."""

import pytest

from jixiao.ingest.cells.lines import whole_text
from jixiao.ingest.rendition import Cell, Row, joined

TEXT = "管护林木，补植行道树，修剪枝叶" * 50  # 750 characters, and no end of a sentence after 300 or 600


def _rows(*texts: str) -> list[Row]:
    return [Row((Cell(((line, text),)),)) for line, text in enumerate(texts, 1)]


def test_pieces_are_joined_where_the_text_was_broken_and_keep_their_lines() -> None:
    rows = _rows("资源描述", f"1、{TEXT[:300]}", f"2、{TEXT[300:600]}", f"3、{TEXT[600:]}", "相关资源")
    above, whole, below = joined(rows, whole_text)
    assert whole.text == TEXT
    assert [line for line, _ in whole.cells[0].parts] == [2, 3, 4]
    assert [above.text, below.text] == ["资源描述", "相关资源"]


@pytest.mark.parametrize(
    "texts",
    [
        (f"1、{TEXT[:299]}。", f"2、{TEXT[:40]}"),
        (f"1、{TEXT[:120]}", f"2、{TEXT[:40]}"),
        (f"1、{TEXT[:300]}", f"3、{TEXT[:40]}"),
        (f"1、{TEXT[:300]}", f"2、{TEXT[:400]}"),
        (f"1、{TEXT[:300]}", TEXT[:40]),
    ],
    ids=["ends with a sentence", "shorter", "not numbered on", "a longer one follows", "no number follows"],
)
def test_items_of_a_list_stay_apart(texts: tuple[str, ...]) -> None:
    rows = _rows(*texts)
    assert joined(rows, whole_text) == rows
