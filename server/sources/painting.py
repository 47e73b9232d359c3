"""Paint a page of a PDF as a PNG image, in a process of its own: the file may be broken, or made to do harm.

Started by pictures.py. The image goes to standard output; exit status 0 says that it is whole.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

LONGEST = 1800
"""Pixels of the longer side of an image."""
LARGEST = 4 << 20
"""Bytes of an image; a page of text has some sixty thousand."""

_NICE = 10  # niceness, so that a page that takes long does not slow the server down
_FINEST = 3.0  # pixels a point: a small page is not enlarged beyond legibility
_COLOURS = 32  # text and seals need no more, and the image takes a third of the bytes


def main() -> None:
    """Paint the page that the arguments name: file, page from 1, quarter turns, bytes of memory, seconds."""
    path, page, turns, memory, seconds = sys.argv[1:]
    _limit(int(memory), int(seconds))
    _paint(Path(path), int(page), int(turns))


def _limit(memory: int, seconds: int) -> None:
    os.nice(_NICE)
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        # macOS accepts the limit of memory but does not enforce it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _paint(path: Path, number: int, turns: int) -> None:
    # Loaded here, so that pictures.py, which imports this module, loads none of it into the server.
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # noqa: PLC0415

    document = PdfDocument(path)
    page = document[number - 1]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        sys.exit(1)
    scale = min(_FINEST, LONGEST / max(width, height))
    image = page.render(scale=scale, rotation=90 * turns % 360, may_draw_forms=False).to_pil()
    image.quantize(_COLOURS).save(sys.stdout.buffer, "PNG")
