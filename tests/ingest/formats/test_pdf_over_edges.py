"""PDF: a text that runs over the edges of its cell is one text of this cell, or withheld."""

from collections.abc import Callable

import pytest

from jixiao.ingest.readers import pdf
from jixiao.ingest.recognition import UNREAD
from tests.ingest.formats.test_pdf_laid_over import XS, YS
from tests.ingest.formats.test_pdf_shown import shown
from tests.support.pdfs import HEIGHT, at, document, table

LONG = "河道保洁和清理项目经费"  # 110 points
WIDER = LONG + "甲乙丙丁戊己庚辛"  # 190 points
GRID = table(XS, YS[:3])


def glyphs(x: float, top: float, words: str) -> str:
    """Words painted a glyph at a time."""
    return "".join(at(x + 10 * number, top, sign) for number, sign in enumerate(words))


def parts(x: float, top: float, *words: str, gap: int) -> str:
    """Words painted at once, with a gap in thousandths of their height between them."""
    shown_at_once = f" -{gap} ".join(f"<{word.encode('utf-16-be').hex()}>" for word in words)
    return f"BT /F 10 Tf {x} {HEIGHT - top - 8.8} Td [{shown_at_once}] TJ ET\n"


@pytest.mark.parametrize("paint", [at, glyphs])
@pytest.mark.parametrize(
    ("x", "words", "read_as"),
    [
        (45, LONG, f"{LONG}||"),
        (43, WIDER, f"{WIDER}||"),
        (245, LONG, f"||{LONG}"),  # over the right edge of the table
        (337 - 190, WIDER, f"||{WIDER}"),  # set to the right
        (190 - 55, LONG, f"|{LONG}|"),  # centred
        (45, "河道保洁 A 区清理经费", "河道保洁 A 区清理经费||"),
        (70, LONG, f"{UNREAD}|{UNREAD}|"),
        (45, LONG * 2 + "甲乙丙丁戊己庚", f"{UNREAD}|{UNREAD}|{UNREAD}"),  # from edge to edge
    ],
)
def test_text_over_the_edges_of_its_cell_is_one(
    paint: Callable[[float, float, str], str], x: float, words: str, read_as: str
) -> None:
    row = paint(x, 100, words) + at(45, 130, "甲") + at(145, 130, "乙") + at(245, 130, "丙")
    assert shown(pdf.read(document(GRID + row))) == f"{read_as}|甲|乙|丙"


@pytest.mark.parametrize(
    "row",
    [
        parts(45, 100, "河道保洁", "甲乙", gap=6000),
        parts(45, 100, "河道保洁的经", "甲乙", gap=4000),
        parts(45, 100, "河道保洁的经费九", "甲乙", gap=2000),
        at(45, 100, "河道保洁" + " " * 6 + "甲乙"),
        at(45, 100, "河道保洁") + at(145, 100, "甲乙"),
        at(58, 100, "河道保洁的经费费") + at(142, 100, "甲乙"),
    ],
)
def test_texts_with_a_gap_between_them_are_texts_of_two_cells(row: str) -> None:
    first, second, *_ = shown(pdf.read(document(GRID + row + at(245, 100, "丙") + at(45, 130, "甲")))).split("|")
    assert first.startswith("河道保洁")
    assert second == "甲乙"


def test_text_printed_twice_over_an_edge_is_read_once() -> None:
    row = at(45, 100, LONG) + at(45.4, 100, LONG) + at(45, 130, "甲") + at(145, 130, "乙")
    assert shown(pdf.read(document(GRID + row))) == f"{LONG}|||甲|乙|"
