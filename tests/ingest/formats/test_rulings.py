"""Rulings of scans: the lines of tables, and no row of strokes."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.support.scans import font, needs_engine, needs_font

INCH = 200
LINES = (40, 250, 460)  # of both directions

pytestmark = [needs_engine, pytest.mark.debian, needs_font]


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
