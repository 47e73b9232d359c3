"""Print a text form to paper and scan it again: pages as pictures, with the damage that scanners and cameras do.

Nothing is drawn at random: a page is damaged in one way, by its number.
"""

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from jixiao.ingest.readers import text
from tests.support.camera import photographed
from tests.support.printers import printed_by_chromium, printed_by_libreoffice
from tests.support.writers import as_docx, as_html

_EVER = time.gmtime(0)  # a file of the same pictures is always the same
Printer = Literal["libreoffice", "chromium"]


@dataclass(frozen=True)
class Damage:
    """The damage to a page: degrees of tilt at most, noise, blur, quality of JPEG, shadow, red stamp, camera.

    Blur is in hundredths of an inch.
    """

    tilt: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    quality: int = 92
    shadow: bool = False
    stamp: bool = False
    photo: bool = False


DAMAGES: Mapping[str, Damage] = {
    "none": Damage(),
    "mild": Damage(tilt=1.0, noise=6.0, quality=80),
    "heavy": Damage(tilt=3.0, noise=18.0, quality=60, shadow=True, stamp=True),
    "photo": Damage(noise=6.0, quality=75, photo=True),
    "harsh": Damage(tilt=1.0, noise=8.0, blur=0.8, quality=45),
}


def printed(file: Path, printer: Printer) -> bytes:
    """Print a text file with a printer, and return the PDF; the content of a PDF file is returned unchanged."""
    content = file.read_bytes()
    if content.startswith(b"%PDF"):
        return content
    rendition = text.read(content)
    if printer == "chromium":
        return printed_by_chromium({"a": as_html(rendition)})["a"]
    with TemporaryDirectory() as folder:
        return printed_by_libreoffice({"a": as_docx(rendition)}, Path(folder))["a"]


class Pictures(NamedTuple):
    """Pictures of pages after printing and scanning, the pixels an inch (`inch`), and the damage that was done."""

    pages: Sequence[Image.Image]
    inch: int
    damage: Damage

    def as_pdf(self) -> bytes:
        """Return the pictures as a PDF without text."""
        file = io.BytesIO()
        first, *others = self.pages
        inch = 72 if self.damage.photo else self.inch  # a camera does not know the size of the paper
        settings = {"resolution": inch, "quality": self.damage.quality, "creationDate": _EVER, "modDate": _EVER}
        first.save(file, "PDF", save_all=True, append_images=others, **settings)
        return file.getvalue()


def pictures(pdf: bytes, inch: int, damage: Damage) -> Pictures:
    """Render the pages of a PDF at `inch` pixels an inch, and damage them as scanners and cameras do."""
    document = pypdfium2.PdfDocument(pdf)
    pages = (document[number].render(scale=inch / 72).to_numpy()[:, :, :3] for number in range(len(document)))
    return Pictures([_damaged(page, number, inch, damage) for number, page in enumerate(pages)], inch, damage)


def _damaged(page: Any, number: int, inch: int, damage: Damage) -> Image.Image:
    rng = np.random.default_rng(number)
    height, width = page.shape[:2]
    middle = (width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.7))
    if damage.stamp:
        stamp = np.full_like(page, 255)
        centre, red = (int(middle[0]), int(middle[1])), (40, 30, 210)
        cv2.circle(stamp, centre, int(0.8 * inch), red, max(3, inch // 30))
        cv2.circle(stamp, centre, int(0.25 * inch), red, -1)
        page = cv2.multiply(page, stamp, scale=1 / 255)
    if damage.shadow:
        shade = np.linspace(1, 0.55, width)[None, :, None] * np.linspace(1, 0.85, height)[:, None, None]
        page = (page * shade).astype(np.uint8)
    if damage.tilt:
        angle = damage.tilt * (1 - 2 * (number % 2)) * rng.uniform(0.3, 1.0)
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        page = cv2.warpAffine(page, turn, (width, height), borderValue=(225, 225, 225))
    if damage.blur:
        page = cv2.GaussianBlur(page, (0, 0), damage.blur * inch / 100)
    if damage.photo:
        page = photographed(page, rng)
    if damage.noise:
        page = np.clip(page + rng.normal(0, damage.noise, page.shape), 0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(page[:, :, ::-1]))
