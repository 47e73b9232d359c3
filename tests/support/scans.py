"""Small pictures of pages, drawn by Pillow: a table, lines of text, a stamp, turns and tilts."""

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from jixiao.ingest.recognition import extra
from tests.support.packing import saved

INCH = 150  # pixels
_ROW, _LEFT, _TOP = 46, 60, 120


@cache
def font(size: int = 22) -> ImageFont.FreeTypeFont | None:
    """A Chinese font of the machine; None without one."""
    if shutil.which("fc-match") is None:
        return None
    command = ["fc-match", "-f", "%{file}", "Noto Serif CJK SC"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return ImageFont.truetype(found, size) if "CJK" in found else None


needs_engine = pytest.mark.skipif(not extra.is_installed(), reason="needs the extra ocr: pip install 'jixiao[ocr]'")
needs_font = pytest.mark.skipif(font() is None, reason="needs Debian's package fonts-noto-cjk")


def page(
    rows: Sequence[Sequence[str]],
    title: str = "",
    widths: Sequence[int] = (150, 330, 150, 200),
    *,
    stamp: bool = False,
) -> Image.Image:
    """A page with a title and a ruled table."""
    picture = Image.new("RGB", (sum(widths) + 2 * _LEFT, len(rows) * _ROW + _TOP + 60), "white")
    draw = ImageDraw.Draw(picture)
    written = font()
    assert written
    draw.text((_LEFT, _TOP - 60), title, "black", written)
    for number, row in enumerate(rows):
        x, y = _LEFT, _TOP + number * _ROW
        for text, width in zip(row, widths, strict=True):
            draw.rectangle((x, y, x + width, y + _ROW), outline="black", width=2)
            draw.text((x + 10, y + 6), text, "black", written)
            x += width
    if stamp:
        stamped = Image.new("RGB", picture.size, "white")
        draw = ImageDraw.Draw(stamped)
        middle, radius = (picture.width // 2, picture.height // 2), 90
        draw.ellipse([at + way for way in (-radius, radius) for at in middle], outline=(215, 30, 40), width=8)
        draw.text((middle[0] - 40, middle[1] - 10), "公章", (215, 30, 40), written)
        picture = ImageChops.multiply(picture, stamped)  # ink does not cover ink
    return picture


def as_png(picture: Image.Image) -> bytes:
    """The picture as a scanner saves it."""
    return saved(picture, "PNG", dpi=(INCH, INCH))


def as_pdf(*pictures: Image.Image) -> bytes:
    """The pictures as pages of a PDF without text."""
    return saved(pictures[0], "PDF", save_all=True, append_images=pictures[1:], resolution=INCH)
