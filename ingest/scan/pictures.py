"""Take the pages of a file as pictures: pages of a PDF, and images of one or more frames.

Sizes are known before anything is decoded, so that a picture that would fill the memory is refused.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Collection, Iterator

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.scan.pixels import LONG_SIDE, Picture, Sheet

MOST_PAGES = 100
LARGEST = 100_000_000  # pixels
_INCH = 200  # pixels an inch of pages whose size is known
_LONGEST = 3400  # pixels: 200 an inch on the longer side of A3, and all that is kept of a photograph
_PHOTOGRAPH = 2600  # pixels of the longer side of a picture whose size on paper is not known
_DENSITIES = (90.0, 700.0)  # pixels an inch that a scanner makes; cameras and screens claim others
_SHEETS = (400.0, 1300.0)  # points: the longer side of sheets of paper from A5 to A3
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError, Image.DecompressionBombError)


def of_pdf(content: bytes, numbers: Collection[int]) -> Iterator[Sheet]:
    """Yield the pages of a PDF with these numbers. Raises UnreadableError for too many, and pictures too large."""
    _bounded(len(numbers))
    document = pypdfium2.PdfDocument(content)
    try:
        for number in sorted(numbers):
            page = document[number - 1]
            width, height = page.get_size()
            finest = 0
            for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3):
                _small_enough(*image.get_px_size())
                finest = max(finest, *image.get_px_size())
            longer = max(width, height)
            known = longer <= _SHEETS[1]
            scale = min(_INCH / 72, _LONGEST / longer) if known else min(max(finest, _PHOTOGRAPH), _LONGEST) / longer
            bitmap = page.render(scale=scale, rev_byteorder=False)
            size = (side if known else side * LONG_SIDE / longer for side in (width, height))
            yield Sheet(number, _colours(np.asarray(bitmap.to_numpy())), *size)
            bitmap.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("PDF 的页面无法显示", "a page of the PDF cannot be shown") from error
    finally:
        document.close()


def of_image(content: bytes) -> Iterator[Sheet]:
    """Yield the frames of an image. Raises UnreadableError for broken ones, too many and too large ones."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are judged here, and of odd metadata
            with Image.open(io.BytesIO(content)) as image:
                frames = getattr(image, "n_frames", 1)
                _bounded(frames)
                for frame in range(frames):
                    image.seek(frame)
                    _small_enough(*image.size)
                    yield _frame(image, frame + 1)
    except _BROKEN as error:
        raise UnreadableError("图片已损坏，无法解码", "a broken picture that cannot be decoded") from error


def _frame(image: Image.Image, number: int) -> Sheet:
    density = image.info.get("dpi", (0, 0))
    density = float(density[0]) if isinstance(density, tuple) and density else 0.0
    longest = max(image.size)
    points = longest / density * 72 if _DENSITIES[0] <= density <= _DENSITIES[1] else 0.0
    known = _SHEETS[0] <= points <= _SHEETS[1]
    points = points if known else LONG_SIDE
    wanted = min(points * _INCH / 72, _LONGEST) if known else _PHOTOGRAPH
    image.draft("RGB", (math.ceil(wanted), math.ceil(wanted)))
    upright = ImageOps.exif_transpose(image).convert("RGB" if image.mode not in {"1", "L", "I;16"} else "L")
    if max(upright.size) > wanted:
        upright.thumbnail((math.ceil(wanted), math.ceil(wanted)), Image.Resampling.BOX)
    pixels = np.asarray(upright)
    scale = max(pixels.shape[:2]) / points
    return Sheet(number, _colours(pixels[:, :, ::-1] if pixels.ndim == 3 else pixels), *_size(pixels, scale))


def _size(pixels: Picture, scale: float) -> tuple[float, float]:
    return pixels.shape[1] / scale, pixels.shape[0] / scale


def _colours(pixels: Picture) -> Picture:
    """Return grey, or blue, green and red, without any other channel."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    return np.ascontiguousarray(pixels[:, :, :3] if pixels.ndim == 3 else pixels)


def _bounded(pages: int) -> None:
    if pages > MOST_PAGES:
        raise UnreadableError(
            f"扫描的页太多（{pages} 页，最多 {MOST_PAGES} 页）：请分成几份",
            f"too many scanned pages ({pages}, at most {MOST_PAGES}): split the file",
        )


def _small_enough(width: int, height: int) -> None:
    if width * height > LARGEST:
        raise UnreadableError(
            f"图片太大（{width:,}×{height:,} 像素，最多 {LARGEST:,}）",
            f"a picture that is too large ({width:,} by {height:,} pixels, at most {LARGEST:,})",
        )
