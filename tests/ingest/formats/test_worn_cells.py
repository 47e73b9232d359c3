"""Lines of text in cells of worn scans: columns of characters, small print, text that hangs over a ruling, scrawls."""

from typing import Any

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")

EM = 30  # pixels
BOX = (0, 0, 400, 300)


def marks(*boxes: tuple[int, int, int, int]) -> Any:
    """Ink: boxes of left, top, right and bottom."""
    page = np.zeros((300, 400), np.uint8)
    for left, top, right, bottom in boxes:
        page[top:bottom, left:right] = 255
    return page


def below(tops: list[int]) -> list[tuple[int, int, int, int]]:
    return [(20, top, 47, top + 26) for top in tops]


def spans(page: Any) -> list[tuple[int, int]]:
    from jixiao.ingest.scan.lines import Span, column

    return [(span.top, span.bottom) for span in column(page, Span(*BOX), EM)]


def test_characters_that_stand_one_below_the_other_are_a_column() -> None:
    assert spans(marks(*below([20, 50, 80, 110]))) == [(20, 46), (50, 76), (80, 106), (110, 136)]


def test_a_character_of_three_strokes_is_one_character_of_a_column() -> None:
    three = [(20, 52, 47, 55), (22, 62, 45, 65), (20, 72, 47, 75)]
    assert spans(marks(*below([20, 80, 110]), *three)) == [(20, 46), (52, 75), (80, 106), (110, 136)]


def test_a_column_may_have_wide_gaps() -> None:
    assert len(spans(marks(*below([20, 70, 120])))) == 3


@pytest.mark.parametrize(
    "boxes",
    [
        [(20, 20, 47, 46)],
        [(20, 20, 120, 46), (20, 56, 120, 82), (20, 92, 60, 118)],
        [(20, 20, 30, 100)],
        [],
    ],
)
def test_lines_of_text_are_no_column(boxes: list[tuple[int, int, int, int]]) -> None:
    assert spans(marks(*boxes)) == []


def test_two_lines_of_small_print_are_two_lines() -> None:
    from jixiao.ingest.scan.lines import Span, in_cell

    page = marks(*((x, top, x + 14, top + 16) for x in range(20, 200, 18) for top in (20, 41)))
    assert [(span.top, span.bottom) for span in in_cell(page, page, Span(*BOX), EM)] == [(20, 36), (41, 57)]


def run(at: float) -> Any:
    from jixiao.ingest.scan.rulings import Run

    return Run(at, 0.0, 400.0, 3.0)


def test_what_hangs_over_a_ruling_belongs_to_the_cell_of_most_of_its_character() -> None:
    from jixiao.ingest.scan.lines import Span, overhanging, whole, without

    page = marks((20, 84, 46, 108), (60, 84, 86, 99), (20, 130, 86, 156))
    parts, inked = overhanging(page, [run(100.0)], EM, 200 / 72)
    assert [(box, below) for box, _, below in parts] == [(Span(20, 100, 46, 108), True)]
    assert whole(Span(20, 84, 86, 97), parts, 200 / 72) == Span(20, 84, 86, 108)
    assert whole(Span(20, 130, 86, 156), parts, 200 / 72) == Span(20, 130, 86, 156)
    assert not without(page, inked, 0)[101:120].any()


def test_marks_across_rulings_larger_than_characters_are_scrawls() -> None:
    from jixiao.ingest.scan.lines import Span, is_scrawled, scrawls

    page = marks((20, 20, 46, 46), (300, 20, 326, 46))
    cv2.line(page, (100, 60), (200, 160), (255,), 3)
    found = scrawls(page, [run(100.0)], [], EM)
    assert found[110, 150]
    assert not found[20:46].any()
    assert is_scrawled(Span(160, 90, 200, 116), found, EM)
    assert not is_scrawled(Span(300, 20, 326, 46), found, EM)
    assert not scrawls(page, [run(250.0)], [], EM).any()


def texts(*rows: list[tuple[int, int]]) -> list[Any]:
    """Texts on rows that are 50 pixels apart, each from left to right."""
    from jixiao.ingest.scan.lines import Span

    return [Span(left, 50 * at, right, 50 * at + 28) for at, row in enumerate(rows) for left, right in row]


def columns(spans: list[Any], loose: list[Any]) -> set[int]:
    from jixiao.ingest.scan.lines import in_columns

    return in_columns(spans, loose, EM, 200 / 72)


def test_texts_that_begin_at_one_edge_row_by_row_stand_in_columns() -> None:
    row = [(100, 200), (400, 520)]
    assert columns(texts([(100, 900)], [], [(300, 600)], [], *[row] * 4), []) == set(range(2, 10))
    assert columns(texts([(100, 900)], row, row, row), []) == set()
    assert columns(texts([(100, 900)], *[[(100, 200), (400 + 60 * n, 900)] for n in range(5)]), []) == set()


def test_texts_between_lines_from_edge_to_edge_stand_in_a_table() -> None:
    rows = texts([(100, 900)], [(110, 500)], [(110, 500)], [(110, 500)], [], [(100, 900)])
    lines = [run(at)._replace(start=100.0, end=900.0) for at in (45.0, 95.0, 145.0, 195.0)]
    assert columns(rows, lines) == {1, 2, 3}
    assert columns(rows, lines[:2]) == set()
    fields = texts(*[[(100, 480)]] * 4)  # labels before underlined blanks
    assert columns(fields, [each._replace(start=300.0) for each in lines]) == set()
