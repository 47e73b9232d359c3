"""Render a page of a PDF or of a picture file as a PNG image, in a process of its own, since the file may be malicious.

pictures.py starts the process and receives the image from it.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from jixiao.ontology.processes.channel import Channel

LONGEST = 1800
"""Pixels of the longer side of an image."""
TOO_MANY_PIXELS = 100_000_000
"""Number of pixels from which a picture is not opened; a sheet of A3 at 600 dots per inch has 70 million."""

_FINEST = 3.0  # most pixels per point, enough to read a small page
_SMOOTH = {"L", "LA", "RGB", "RGBA", "CMYK"}  # Pillow's modes whose pixels can be averaged to reduce a picture


def paint(  # noqa: PLR0913, PLR0917 - a page, as pictures.Sheet has it
    channel: Channel,
    path: str,
    number: int,
    turns: int,
    box: Sequence[float] | None,
    warp: Sequence[float] | None,
) -> None:
    """Send a page of the file at `path` as PNG; pictures.Sheet describes the other parameters."""
    image = io.BytesIO()
    # Enough for text and seals; the image has a third of the bytes.
    _upright(Path(path), number, turns, box, warp).quantize(32).save(image, "PNG")
    channel.send(image.getvalue())


def _upright(
    path: Path, number: int, turns: int, box: Sequence[float] | None, warp: Sequence[float] | None
) -> Image.Image:
    """Return the upright image of a page: turned clockwise by `turns` quarters or, with a box, transformed by `warp`.

    pictures.Sheet describes `box` and `warp`.
    """
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    painter = _of_pdf if is_pdf else _of_picture
    return painter(path, number, turns) if box is None or warp is None else _warped(painter(path, number, 0), box, warp)


def _warped(image: Image.Image, box: Sequence[float], warp: Sequence[float]) -> Image.Image:
    """Return the part of a picture that is the upright page `box`, transformed by the matrix `warp` (pictures.Sheet).

    The longer sides of the picture and of the page correspond, which gives the pixels per point.
    """
    left, top, width, height = box[0], box[1], box[2] - box[0], box[3] - box[1]
    longer, pixels = max(width, height), max(image.size)
    dots, scale = pixels / longer, min(pixels, LONGEST) / longer  # pixels per point, of the picture and of the result
    rows = []
    for at, factor in ((0, dots), (3, dots), (6, 1.0)):
        a, b, c = warp[at : at + 3]
        rows += [factor * a / scale, factor * b / scale, factor * (a * left + b * top + c)]
    return image.transform(
        (round(width * scale), round(height * scale)),
        Image.Transform.PERSPECTIVE,
        tuple(each / rows[8] for each in rows[:8]),
        Image.Resampling.BICUBIC,
        fillcolor=(255,) * len(image.getbands()),
    )


def _of_pdf(path: Path, number: int, turns: int) -> Image.Image:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # noqa: PLC0415 - not for pictures

    page = PdfDocument(path)[number - 1]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        sys.exit(1)
    scale = min(_FINEST, LONGEST / max(width, height))
    painted: Image.Image = page.render(scale=scale, rotation=90 * turns % 360, may_draw_forms=False).to_pil()
    return painted


def _of_picture(path: Path, number: int, turns: int) -> Image.Image:
    """Return a page of a picture file, turned by its EXIF orientation and by `turns` quarters clockwise.

    The longer side of the result has at most LONGEST pixels.
    """
    Image.MAX_IMAGE_PIXELS = None  # checked below, for each page
    image: Any
    # The file is opened here, since Pillow, given a path, misreads the pixels of a TIFF whose tags say to turn it.
    with path.open("rb") as file, Image.open(file, formats=("PNG", "JPEG", "TIFF")) as image:
        image.seek(number - 1)
        width, height = image.size
        if width * height >= TOO_MANY_PIXELS or min(width, height) < 1:
            sys.exit(1)
        if image.format == "JPEG":
            image.draft(None, (LONGEST, LONGEST))
        image.load()  # turns a TIFF by its orientation, which may swap width and height
        if image.mode in _SMOOTH:  # reduced first, since the steps below copy it
            image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        painted = _plain(ImageOps.exif_transpose(image))
    painted.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return painted.rotate(-90 * turns, expand=True) if turns % 4 else painted


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in the mode L (grey) or RGB; transparent pixels become white."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"1", "L", "I", "F"}:
        return image.convert("L")
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        return paper.convert("RGB")
    return image.convert("RGB")
