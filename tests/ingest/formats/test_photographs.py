"""Photographs of pages: perspective, turns and what lies around the paper are undone, and flat scans left alone."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from jixiao.ingest.readers import read
from jixiao.ingest.recognition import Box, Word, plain
from jixiao.ingest.rendition import Rendition
from tests.support import camera
from tests.support.scans import as_png, needs_engine, needs_font, page

pytestmark = [needs_engine]
HIGH, WIDE = 1100, 800
LEVELS, UPRIGHTS = range(200, 901, 70), (100, 300, 520, 700)


def form() -> Any:
    """A page with a table, whose cells hold short strokes."""
    drawn = np.full((HIGH, WIDE), 255, np.uint8)
    for y in LEVELS:
        cv2.line(drawn, (UPRIGHTS[0], y), (UPRIGHTS[-1], y), 0, 2)
        for x in range(UPRIGHTS[0] + 20, UPRIGHTS[-1] - 60, 14):
            cv2.line(drawn, (x, y + 20), (x + 9, y + 20), 0, 1)
            cv2.line(drawn, (x, y + 20), (x, y + 32), 0, 1)
    for x in UPRIGHTS:
        cv2.line(drawn, (x, LEVELS[0]), (x, LEVELS[-1]), 0, 2)
    return drawn


def tables_corners(matrix: Any) -> Any:
    corners = np.array([[x, y, 1] for y in (LEVELS[0], LEVELS[-1]) for x in (UPRIGHTS[0], UPRIGHTS[-1])], float)
    mapped = corners @ matrix.T
    return mapped[:, :2] / mapped[:, 2:]


def slopes(corners: Any) -> list[float]:
    """The degrees by which the top, the bottom, the left and the right of a table are askew."""
    one, two, three, four = corners
    level = [np.degrees(np.arctan2(*(end - start)[::-1])) for start, end in ((one, two), (three, four))]
    return level + [np.degrees(np.arctan2(*(end - start))) for start, end in ((one, three), (two, four))]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("number", range(4))
def test_the_perspective_of_a_photograph_is_undone(number: int) -> None:
    from jixiao.ingest.scan.ink import cleaned
    from jixiao.ingest.scan.levelling.upright import straight

    picture = camera.photographed(cv2.cvtColor(form(), cv2.COLOR_GRAY2BGR), np.random.default_rng(number))
    found = straight(picture, cleaned(picture))
    towards = np.linalg.inv(found.matrix) @ camera.pose(WIDE, HIGH, np.random.default_rng(number))
    assert np.abs(slopes(tables_corners(towards))).max() < 0.3
    assert found.of(cleaned(picture))[:9, :9].min() == 255, "the desk is cut off"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("turn", [-28, 12, 40])
def test_a_page_without_edges_is_turned_by_its_lines(turn: float) -> None:
    from jixiao.ingest.scan.levelling.upright import straight

    level = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), turn, 0.7)
    picture = cv2.warpAffine(form(), level, (WIDE, HIGH), flags=cv2.INTER_AREA, borderValue=(255,))
    found = straight(picture, picture)
    assert found.angle == pytest.approx(turn, abs=0.5)
    assert np.abs(slopes(tables_corners(np.linalg.inv(found.matrix) @ np.vstack([level, [0, 0, 1]])))).max() < 0.1


@pytest.mark.sampled(3)
@pytest.mark.parametrize("tilt", [0, 0.7, -3])
def test_flat_scans_are_left_as_they_are(tilt: float) -> None:
    from jixiao.ingest.scan.levelling.upright import straight

    level = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), tilt, 1.0)
    picture = cv2.warpAffine(form(), level, (WIDE, HIGH), borderValue=(255,))
    shaded = (picture * np.linspace(1, 0.6, WIDE)).astype(np.uint8)  # the lid was not shut
    banded = picture.copy()
    banded[LEVELS[0] : LEVELS[2], UPRIGHTS[0] : UPRIGHTS[-1]] //= 2  # the head of the table has a colour
    assert [straight(each, each) for each in (picture, shaded, banded)] == [None] * 3


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "bow",
    [
        lambda x: 9 * np.sin(x * np.pi),  # paper that curls
        lambda x: 9 * x**2,  # a page that did not lie flat on the glass
        lambda x: 9 * np.exp(-4 * x),  # a page of a book, beside its spine
    ],
)
def test_a_slight_bow_is_flattened(bow: Callable[[Any], Any]) -> None:
    from jixiao.ingest.scan.levelling.flatness import flattened
    from jixiao.ingest.scan.rulings import rulings

    y, x = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    bowed = cv2.remap(form(), x, (y + bow(x / WIDE)).astype(np.float32), cv2.INTER_CUBIC, borderValue=(255,))
    found = [rulings(each, HIGH / 842) for each in (form(), flattened(bowed))]
    assert [len(each.flat) for each in found] == [len(LEVELS)] * 2
    assert [len(each.upright) for each in found] == [len(UPRIGHTS)] * 2
    assert all(run.length > 0.98 * (UPRIGHTS[-1] - UPRIGHTS[0]) for run in found[1].flat)


def test_a_flat_page_is_left_as_it_is() -> None:
    from jixiao.ingest.scan.levelling.flatness import flattened

    page = form()
    assert flattened(page) is page


def test_scores_of_a_blurred_photograph_are_lowered() -> None:
    from jixiao.ingest.scan.ink import blurred, focus

    em, word = 14.0, Word("项目名称", Box(0, 0, 40, 10), (1.0,) * 4)
    sharp, soft = (focus(cv2.GaussianBlur(form(), (0, 0), blur), em) for blur in (0.5, 2.5))
    assert sharp == 1
    assert soft < 0.8
    assert list(blurred([word], sharp)) == [word]
    assert next(blurred([word], soft)).scores == pytest.approx((soft,) * 4, abs=0.001)


def texts(rendition: Rendition) -> list[list[str]]:
    return [[plain(cell.text) for cell in row.cells] for row in rendition.rows]


@pytest.mark.debian
@needs_font
def test_a_photograph_is_read_like_the_page() -> None:
    rows = [["项目名称", "智慧社区建设", "项目类别", "其他项目"], ["实施单位", "", "资金（元）", "1,280,600.50"]]
    flat = page(rows, "财政项目支出绩效目标申报表")
    picture = camera.photographed(np.asarray(flat)[:, :, ::-1], np.random.default_rng(4))
    found, expected = read(cv2.imencode(".jpg", np.rot90(picture))[1].tobytes()), read(as_png(flat))
    assert texts(found) == texts(expected)
    assert found.pages[1][-1] == 1
