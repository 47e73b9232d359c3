"""Painting pages: a file that breaks its painter, or never ends, costs no more than one process of limited means."""

import asyncio
import time

import pytest
from PIL import Image, ImageDraw

from jixiao.server.errors import LimitError, PoolBusyError
from jixiao.server.http.clients import Client
from jixiao.server.sources import painting, pictures
from jixiao.server.sources.pictures import Pictures, Sheet, _painted
from tests.support import hostile_scans
from tests.support.packing import saved
from tests.support.pdfs import at, document
from tests.support.scanned_forms import back


def of(kept, sheet, path):
    return asyncio.run(kept.of(sheet, path, Client("192.0.2.7")))


def test_a_file_that_cannot_be_painted_is_not_tried_again_at_once(tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"%PDF-1.7\nnothing more")
    kept = Pictures()
    with pytest.raises(LimitError):
        of(kept, Sheet("broken", 1), path)
    path.write_bytes(document(at(50, 50, "甲")))
    with pytest.raises(LimitError):
        of(kept, Sheet("broken", 1), path)
    assert of(kept, Sheet("whole", 1), path).startswith(b"\x89PNG")


def test_a_page_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "PAINTING", 0.3)
    path = tmp_path / "endless.pdf"
    path.write_bytes(document("0 0 600 800 re f\n" * 1_000_000 + "0 0 m 600 800 l S\n" * 2_000_000))
    began = time.monotonic()
    with pytest.raises(LimitError):
        of(Pictures(), Sheet("endless", 1), path)
    assert time.monotonic() - began < 5


def test_too_many_requests_at_once_are_turned_away(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_painted", lambda *_: time.sleep(0.05) or b"painted")

    async def asked():
        kept, client = Pictures(), Client("192.0.2.7")
        every = [kept.of(Sheet("any", number), tmp_path, client) for number in range(1, 10)]
        return await asyncio.gather(*every, return_exceptions=True)

    *first, last = asyncio.run(asked())
    assert isinstance(last, PoolBusyError)
    assert {*first} == {b"painted"}


WIDTH, HEIGHT = 400, 600
"""Points of the upright page of the pictures below; they have two pixels a point."""
MARK = (60, 100, 120, 130)
"""A black box on it."""


def upright():
    page = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), "white")
    ImageDraw.Draw(page).rectangle(tuple(2 * edge for edge in MARK), fill="black")
    return page


def painted(content, tmp_path, number=1, turns=0, warp=None):
    path = tmp_path / "picture"
    path.write_bytes(content)
    box = None if warp is None else (0.0, 0.0, float(WIDTH), float(HEIGHT))
    return painting._upright(path, number, turns, box, warp).convert("L")


def marked(page):
    """The box around what is black, in points of the upright page."""
    dark = page.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark
    return tuple(edge * WIDTH / page.width for edge in dark)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("kind", "angle"), [("PNG", 0), ("JPEG", 2.5), ("TIFF", 92.5), ("PNG", 180), ("PDF", 2.5), ("PDF", 92.5)]
)
def test_a_scanned_page_is_shown_upright_so_that_boxes_fit(kind, angle, tmp_path):
    quarters, skew = divmod(angle, 90)
    picture = upright().rotate(skew, Image.Resampling.BICUBIC, fillcolor="white").rotate(90 * quarters, expand=True)
    page = painted(saved(picture, kind), tmp_path, warp=back(angle, WIDTH, HEIGHT))
    assert page.width / page.height == pytest.approx(WIDTH / HEIGHT, rel=0.01)
    assert marked(page) == pytest.approx(MARK, abs=1.5)


def test_a_photograph_is_shown_straightened_and_without_what_lies_around_the_page(tmp_path):
    a, b, c, d, e, f, g, h = back = 0.85, 0.04, 30.0, -0.03, 0.88, 25.0, 0.00012, -0.00008
    # The inverse, up to a factor: from the photograph to the page.
    rows = [e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h]
    in_pixels = [rows[n] / (a * e - b * d) * (2 if n in {2, 5} else 0.5 if n > 5 else 1) for n in range(8)]
    size = upright().size
    taken = upright().transform(size, Image.Transform.PERSPECTIVE, in_pixels, fillcolor=(90, 90, 90))
    page = painted(saved(taken, "JPEG"), tmp_path, warp=(*back, 1.0))
    assert page.getpixel((5, 5)) > 200
    assert marked(page) == pytest.approx(MARK, abs=1.5)


def test_each_page_of_a_tiff_has_its_picture(tmp_path):
    blank = Image.new("1", (2 * WIDTH, 2 * HEIGHT), 1)
    content = saved(blank, "TIFF", save_all=True, append_images=[upright().convert("1")])
    assert marked(painted(content, tmp_path, 2)) == pytest.approx(MARK, abs=1.5)
    assert marked(painted(content, tmp_path, 2, turns=2))[0] > WIDTH / 2
    with pytest.raises(EOFError):
        painted(content, tmp_path, 3)


def test_pictures_of_a_hundred_megapixels_and_of_other_formats_are_refused(tmp_path):
    path, bomb = tmp_path / "bomb", Image.new("1", (10_000, painting.TOO_MANY_PIXELS // 10_000))
    path.write_bytes(saved(bomb, "PNG"))
    with pytest.raises(LimitError):
        of(Pictures(), Sheet("bomb", 1), path)
    for kind, refusal in (("TIFF", SystemExit), ("GIF", OSError)):
        with pytest.raises(refusal):
            painted(saved(bomb if kind == "TIFF" else upright(), kind), tmp_path)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_large_pictures_are_turned_as_they_say(kind, tmp_path):
    large = Image.new("L", (4_000, 3_000), 255)
    large.paste(0, (0, 0, 400, 300))
    said = Image.Exif()
    said[0x0112] = 6  # a quarter to the right
    page = painted(hostile_scans.saved(large, kind, exif=said), tmp_path)
    assert page.size == (1_350, 1_800)
    assert page.getpixel((1_300, 50)) < 30
    assert page.getpixel((50, 50)) > 225


@pytest.mark.judge
@pytest.mark.parametrize("name", ["png-99-megapixels-rgb", "tiff-70-megapixels-lzw", "jpeg-cmyk-99-megapixels"])
def test_pictures_below_the_bound_are_painted_in_the_memory_of_a_painter(name, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(hostile_scans.LARGE[name]())
    assert _painted(path, Sheet(name, 1), 240)
