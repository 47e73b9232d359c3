"""Worn scans: rulings that are no strokes, what they lost and what stays doubtful; lines of text in their cells."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from jixiao.ingest.formats.grids import grids
from jixiao.ingest.recognition import Box
from jixiao.ingest.scan.lines import (
    Span,
    column,
    in_cell,
    in_columns,
    is_scrawled,
    overhanging,
    scrawls,
    whole,
    without,
)
from jixiao.ingest.scan.rulings import Run, erased, rulings
from tests.support.scans import font, needs_engine, needs_font

SCALE = 200 / 72
XS, YS = (60, 260, 560, 860), (60, 160, 260, 420)  # pixels
HIGH, WIDE = 480, 920
ROWS = [  # cells: first row, last row and column, of which one is merged over two rows
    (0, 0, 0),
    (0, 0, 1),
    (0, 0, 2),
    (1, 2, 0),
    (1, 1, 1),
    (1, 1, 2),
    (2, 2, 1),
    (2, 2, 2),
]

Picture = Any


def table() -> Picture:
    """A clean table of three columns and rows, whose first column is merged over the last two rows."""
    page = np.full((HIGH, WIDE), 255, np.uint8)
    for y in YS:
        cv2.line(page, (XS[1] if y == YS[2] else XS[0], y), (XS[-1], y), (0,), 2)
    for x in XS:
        cv2.line(page, (x, YS[0]), (x, YS[-1]), (0,), 2)
    return page


def cells(page: Picture) -> list[tuple[int, int, int]]:
    """The cells of a page with one table."""
    found = rulings(page, SCALE)
    rules = [Box(run.start / SCALE, run.at / SCALE, run.end / SCALE, run.at / SCALE) for run in found.flat]
    rules += [Box(run.at / SCALE, run.start / SCALE, run.at / SCALE, run.end / SCALE) for run in found.upright]
    return [(each.row, each.last_row, each.column) for grid in grids(rules) for each in grid.regions]


def doubts(page: Picture) -> tuple[int, int]:
    found = rulings(page, SCALE)
    return len(found.flat_doubts), len(found.upright_doubts)


def lost(left: int, top: int, right: int, bottom: int) -> Callable[[Picture], Picture]:
    def wear(page: Picture) -> Picture:
        page[top:bottom, left:right] = 255
        return page

    return wear


def dashed(page: Picture) -> Picture:
    rows, columns = np.indices(page.shape)
    flat = np.isin(rows, [y + by for y in YS for by in (-1, 0, 1)])
    page[flat & (columns % 10 > 5)] = 255
    page[~flat & (rows % 10 > 5)] = 255
    return page


def pale(page: Picture) -> Picture:
    return np.maximum(page, 205)


def stepped(page: Picture) -> Picture:
    rows, columns = np.indices(page.shape, np.float32)
    return cv2.remap(
        page,
        columns + np.where(rows > HIGH / 2, np.float32(3), np.float32(0)),
        rows,
        cv2.INTER_LINEAR,
        borderValue=(255,),
    )


def shining(page: Picture) -> Picture:
    back = 255 - (255 - np.roll(page[:, ::-1], (-47, 30), axis=(0, 1)).astype(float)) * 0.13
    return np.minimum(page, back.astype(np.uint8))


def doubled(page: Picture) -> Picture:
    cv2.rectangle(page, (XS[0] - 6, YS[0] - 6), (XS[-1] + 6, YS[-1] + 6), (0,), 2)
    return page


def noisy(page: Picture) -> Picture:
    return np.clip(page + np.random.default_rng(1).normal(0, 10, page.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "wear",
    [
        noisy,
        dashed,
        pale,
        stepped,
        shining,
        doubled,
        pytest.param(lost(XS[0] - 3, 0, XS[0] + 4, HIGH), id="no left frame"),
        pytest.param(lost(XS[-1] - 3, 0, XS[-1] + 4, HIGH), id="no right frame"),
        pytest.param(lost(0, YS[-1] - 3, WIDE, YS[-1] + 4), id="no frame at the bottom"),
        pytest.param(lost(300, 230, 480, 290), id="a gap in a cell"),
        pytest.param(lost(480, 120, 640, 190), id="a gap where lines cross"),
        pytest.param(lost(240, 280, 280, 400), id="a gap in an upright line"),
        pytest.param(lost(XS[0] - 10, 130, 180, 190), id="a gap at the frame"),
    ],
)
def test_worn_rulings_make_the_cells_of_the_clean_table(wear: Callable[[Picture], Picture]) -> None:
    assert cells(wear(table())) == ROWS


def test_an_outer_line_is_concluded_and_not_erased() -> None:
    page = lost(XS[0] - 3, 0, XS[0] + 4, HIGH)(table())
    found = rulings(page, SCALE)
    [frame] = [run for run in found.upright if not run.drawn]
    assert frame.at == pytest.approx(XS[0], abs=6)
    page[200:220, XS[0] - 4 : XS[0] + 5] = 0  # text that reaches over where the frame would be
    assert (erased(page, found, SCALE)[205:215, XS[0]] == 0).all()


def test_strokes_beside_the_end_of_a_line_do_not_lengthen_it() -> None:
    page = table()
    for row in (243, 252, 260, 268):  # the strokes of a character in the merged cell, one of them in line with a ruling
        cv2.line(page, (XS[1] - 46, row), (XS[1] - 8, row), (0,), 2)
    cv2.line(page, (XS[1] - 27, 240), (XS[1] - 27, 272), (0,), 3)
    assert cells(page) == ROWS


def test_a_merged_cell_between_others_stays_merged() -> None:
    page = lost(XS[1] + 2, YS[2] - 3, XS[2] - 1, YS[2] + 4)(table())
    assert (1, 2, 1) in cells(page)
    assert doubts(page) == (0, 0)


def test_no_line_is_drawn_through_text_and_the_place_is_doubtful() -> None:
    page = lost(300, 230, 520, 290)(table())
    for x in range(310, 500, 24):  # characters, as high as a line of text
        cv2.rectangle(page, (x, 246), (x + 16, 272), (0,), 2)
    assert (1, 2, 1) in cells(page) or doubts(page) != (0, 0)
    assert doubts(page)[0] == 1


def test_an_underline_is_no_ruling() -> None:
    page = table()
    cv2.line(page, (XS[1] + 30, 130), (XS[1] + 230, 130), (0,), 2)
    assert cells(page) == ROWS
    assert doubts(page) == (0, 0)


def test_dots_that_lead_to_a_number_are_no_ruling() -> None:
    page = table()
    page[300:302, XS[1] + 20 : XS[2] - 40 : 8] = 0
    page[300:302, XS[1] + 21 : XS[2] - 40 : 8] = 0
    assert cells(page) == ROWS


def test_strokes_that_cross_a_line_stay() -> None:
    page = table()
    cv2.line(page, (400, 140), (400, 180), (0,), 3)
    plain = erased(page, rulings(page, SCALE), SCALE)
    assert (plain[140:180, 400] == 0).all()
    plain[138:184, 392:409] = 255
    assert (plain == 255).all()


INCH = 200
LINES = (40, 250, 460)  # of both directions


@needs_engine
@pytest.mark.debian
@needs_font
@pytest.mark.parametrize("text", ["按质按量完成年度", "一二三三二一一二", "量量量量量量量量"])
@pytest.mark.parametrize("noise", [0, 18])
def test_strokes_of_a_row_of_text_are_no_ruling(text: str, noise: int) -> None:
    picture = Image.new("L", (500, 500), 255)
    draw = ImageDraw.Draw(picture)
    for at in LINES:
        draw.line((LINES[0], at, LINES[-1], at), 0, 2)
        draw.line((at, LINES[0], at, LINES[-1]), 0, 2)
    for left in LINES[:2]:
        for top in LINES[:2]:
            draw.text((left + 6, top + 10), text, 0, font(24))
            draw.text((left + 6, top + 60), text, 0, font(24))
    grey = np.asarray(picture) + np.random.default_rng(1).normal(0, noise, (500, 500))
    found = rulings(np.clip(grey, 0, 255).astype(np.uint8), INCH / 72)
    for runs in (found.flat, found.upright):
        assert [round(run.at) for run in runs] == pytest.approx(list(LINES), abs=2)
        assert all(run.end - run.start == pytest.approx(LINES[-1] - LINES[0], abs=8) for run in runs)


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
    return [(span.top, span.bottom) for span in column(page, Span(*BOX), EM)]


THREE_STROKES = [(20, 52, 47, 55), (22, 62, 45, 65), (20, 72, 47, 75)]


@pytest.mark.parametrize(
    ("boxes", "found"),
    [
        pytest.param(below([20, 50, 80, 110]), [(20, 46), (50, 76), (80, 106), (110, 136)], id="a column"),
        pytest.param(
            [*below([20, 80, 110]), *THREE_STROKES], [(20, 46), (52, 75), (80, 106), (110, 136)], id="three strokes"
        ),
        pytest.param(below([20, 70, 120]), [(20, 46), (70, 96), (120, 146)], id="wide gaps"),
        pytest.param([(20, 20, 47, 46)], [], id="one character"),
        pytest.param([(20, 20, 120, 46), (20, 56, 120, 82), (20, 92, 60, 118)], [], id="lines of text"),
        pytest.param([(20, 20, 30, 100)], [], id="a stroke"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_characters_that_stand_one_below_the_other_are_a_column(
    boxes: list[tuple[int, int, int, int]], found: list[tuple[int, int]]
) -> None:
    assert spans(marks(*boxes)) == found


def test_two_lines_of_small_print_are_two_lines() -> None:
    page = marks(*((x, top, x + 14, top + 16) for x in range(20, 200, 18) for top in (20, 41)))
    assert [(span.top, span.bottom) for span in in_cell(page, page, Span(*BOX), EM)] == [(20, 36), (41, 57)]


def run(at: float) -> Any:
    return Run(at, 0.0, 400.0, 3.0)


def test_what_hangs_over_a_ruling_belongs_to_the_cell_of_most_of_its_character() -> None:
    page = marks((20, 84, 46, 108), (60, 84, 86, 99), (20, 130, 86, 156))
    parts, inked = overhanging(page, [run(100.0)], EM, 200 / 72)
    assert [(box, below) for box, _, below in parts] == [(Span(20, 100, 46, 108), True)]
    assert whole(Span(20, 84, 86, 97), parts, 200 / 72) == Span(20, 84, 86, 108)
    assert whole(Span(20, 130, 86, 156), parts, 200 / 72) == Span(20, 130, 86, 156)
    assert not without(page, inked, 0)[101:120].any()


def test_marks_across_rulings_larger_than_characters_are_scrawls() -> None:
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
    return [Span(left, 50 * at, right, 50 * at + 28) for at, row in enumerate(rows) for left, right in row]


def columns(spans: list[Any], loose: list[Any]) -> set[int]:
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
