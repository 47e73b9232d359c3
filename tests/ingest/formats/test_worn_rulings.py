"""Rulings of scans are lines of tables and no strokes; what worn ones lost is found again, or said to be doubtful."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.support.scans import font, needs_engine, needs_font

cv2 = pytest.importorskip("cv2")

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
    from jixiao.ingest.formats.grids import grids
    from jixiao.ingest.recognition import Box
    from jixiao.ingest.scan.rulings import rulings

    found = rulings(page, SCALE)
    rules = [Box(run.start / SCALE, run.at / SCALE, run.end / SCALE, run.at / SCALE) for run in found.flat]
    rules += [Box(run.at / SCALE, run.start / SCALE, run.at / SCALE, run.end / SCALE) for run in found.upright]
    return [(each.row, each.last_row, each.column) for grid in grids(rules) for each in grid.regions]


def doubts(page: Picture) -> tuple[int, int]:
    from jixiao.ingest.scan.rulings import rulings

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
    from jixiao.ingest.scan.rulings import erased, rulings

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
    from jixiao.ingest.scan.rulings import erased, rulings

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
    from jixiao.ingest.scan.rulings import rulings

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
