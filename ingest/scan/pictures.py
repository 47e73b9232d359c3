"""Open a file's pages as pictures: the pages of a PDF, and the frames of an image.

Sizes are checked before decoding, so that a picture that would fill the memory is refused.
"""

import io
import math
from collections.abc import Callable

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition.bounds import LARGEST
from jixiao.ingest.recognition.extra import PICTURES
from jixiao.ingest.scan.ink import LONG_SIDE, Sheet

_INCH = 200  # pixels per inch at which a page of known size is rendered
_LONGEST = 3400  # pixels of the longer side, at most: A3 at 200 pixels per inch
_PHOTOGRAPH = 2600  # pixels of the longer side of a picture whose size on paper is unknown
_DENSITIES = (90.0, 700.0)  # least and most pixels per inch that scanners state; cameras and screens state others
_SHEETS = (400.0, 1300.0)  # points: the longer side of paper, from A5 to A3
_DEPTH = 5  # levels of forms within forms that are searched for pictures
_NOT_SHOWN = ("PDF 的页面无法显示", "a page of the PDF cannot be shown")
_UNDECODABLE = ("图片已损坏，无法解码", "a broken picture that cannot be decoded")
_DEEP = ("I", "F")  # first letters of Pillow's modes with more than 256 tones
_BROKEN = (OSError, SyntaxError, ValueError, LookupError, EOFError, UnidentifiedImageError, OverflowError, TypeError)

Take = Callable[[int], Sheet]
"""A function from a page number (from 1) to the page. Raises UnreadableError for a broken or too large page."""


def opened(content: bytes) -> tuple[int, Take]:
    """Return the number of pages of a PDF or image, and a function that returns the page with a number (from 1).

    Raises UnreadableError.
    """
    return _image(content) if content.startswith(tuple(PICTURES)) else _pdf(content)


def _pdf(content: bytes) -> tuple[int, Take]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(*_NOT_SHOWN) from error
    return len(document), lambda number: _of_pdf(document, number)


def _of_pdf(document: pypdfium2.PdfDocument, number: int) -> Sheet:
    try:
        page = document[number - 1]
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise UnreadableError(*_NOT_SHOWN)
        finest = 0
        for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
            _small_enough(*image.get_px_size())
            finest = max(finest, *image.get_px_size())
        longer = max(width, height)
        known = longer <= _SHEETS[1]
        scale = min(_INCH / 72, _LONGEST / longer) if known else min(max(finest, _PHOTOGRAPH), _LONGEST) / longer
        bitmap = page.render(scale=scale, rev_byteorder=False)
        size = (side if known else side * LONG_SIDE / longer for side in (width, height))
        return Sheet(number, np.array(bitmap.to_numpy()), *size)
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise UnreadableError(*_NOT_SHOWN) from error


def _image(content: bytes) -> tuple[int, Take]:
    Image.MAX_IMAGE_PIXELS = None  # switches Pillow's own limit off; sizes are checked here
    try:
        image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF"))
        # Only a TIFF has pages: further frames of a JPEG are previews, and those of a PNG an animation.
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    except _BROKEN as error:
        raise UnreadableError(*_UNDECODABLE) from error
    return count, lambda number: _of_image(image, number)


def _of_image(image: Image.Image, number: int) -> Sheet:
    try:
        if number > 1:
            image.seek(number - 1)
        _small_enough(*image.size)
        return _frame(image, number)
    except _BROKEN as error:
        raise UnreadableError(*_UNDECODABLE) from error


def _frame(image: Image.Image, number: int) -> Sheet:
    density = image.info.get("dpi", (0, 0))
    density = float(density[0]) if isinstance(density, tuple) and density else 0.0
    points = max(image.size) / density * 72 if _DENSITIES[0] <= density <= _DENSITIES[1] else 0.0
    known = _SHEETS[0] <= points <= _SHEETS[1]
    points = points if known else LONG_SIDE
    wanted = min(points * _INCH / 72, _LONGEST) if known else _PHOTOGRAPH
    image.draft("RGB", (math.ceil(wanted), math.ceil(wanted)))
    tones = _of_256_tones(image)  # reduced before any further copy
    tones.thumbnail((math.ceil(wanted), math.ceil(wanted)), Image.Resampling.BOX)
    tones = ImageOps.exif_transpose(tones)
    if tones.mode == "RGBA":
        tones = Image.alpha_composite(Image.new("RGBA", tones.size, "white"), tones).convert("RGB")
    pixels = np.asarray(tones)
    scale = max(tones.size) / points
    pixels = np.ascontiguousarray(pixels[:, :, ::-1]) if pixels.ndim == 3 else pixels  # blue comes first
    return Sheet(number, pixels, tones.width / scale, tones.height / scale)


def _of_256_tones(image: Image.Image) -> Image.Image:
    """Return an image in grey, colours, or colours with transparency, with 256 tones per channel."""
    if image.mode.startswith(_DEEP):
        _, high = image.getextrema()
        tones = np.asarray(image) // (257 if isinstance(high, int | float) and high > 255 else 1)
        found = Image.fromarray(tones.clip(0, 255).astype(np.uint8))
    else:
        opaque = "L" if image.mode in {"1", "L"} else "RGB"
        mode = "RGBA" if image.has_transparency_data else opaque
        found = image if image.mode == mode else image.convert(mode)
    found.info = image.info
    return found


def _small_enough(width: int, height: int) -> None:
    if width * height > LARGEST:
        raise UnreadableError(
            f"图片太大（{width:,}×{height:,} 像素，最多 {LARGEST:,}）",
            f"a picture that is too large ({width:,} by {height:,} pixels, at most {LARGEST:,})",
        )
