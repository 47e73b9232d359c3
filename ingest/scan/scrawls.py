"""Find handwriting and stamps over a table: marks larger than characters that cross its rulings (scrawls)."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.pixels import Mask
from jixiao.ingest.scan.traces import Run

_LARGE = 1.8  # times a character's height: the least height and width of a scrawl
_BEYOND = 0.2  # times a character's height: the least that a scrawl extends beyond a ruling on both sides
# Times a character's height, sideways and upwards: characters this near may be lost in the scrawl.
_BESIDE, _OVER = 1.2, 0.3


def scrawls(marks: Mask, flat: Sequence[Run], upright: Sequence[Run], em: float) -> Mask:
    """Return a mask of the ink of scrawls; `marks` is a mask of all ink without rulings."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    found: Mask = np.zeros_like(marks)
    for each in np.flatnonzero((wide >= _LARGE * em) & (high >= _LARGE * em)):
        x, y = int(stats[each, cv2.CC_STAT_LEFT]), int(stats[each, cv2.CC_STAT_TOP])
        box = Span(x, y, x + int(wide[each]), y + int(high[each]))
        if each and any(_crossed(box, flat, upright, _BEYOND * em)):
            inside = slice(box.top, box.bottom), slice(box.left, box.right)
            found[inside][labels[inside] == each] = 255
    return found


def _crossed(box: Span, flat: Sequence[Run], upright: Sequence[Run], reach: float) -> Iterator[bool]:
    """Yield, for each ruling, whether a mark's box crosses it and extends `reach` pixels beyond on both sides."""
    for runs, (low, high), (start, end) in (
        (flat, (box.top, box.bottom), (box.left, box.right)),
        (upright, (box.left, box.right), (box.top, box.bottom)),
    ):
        yield from (
            low + reach < run.at < high - reach and run.start < end and start < run.end for run in runs if run.drawn
        )


def is_scrawled(span: Span, found: Mask, em: float) -> bool:
    """Return whether a text overlaps a scrawl or is beside one, so that characters may have been lost in it.

    `found` is the mask of scrawls.
    """
    beside, over = round(_BESIDE * em), round(_OVER * em)
    top, left = max(0, span.top - over), max(0, span.left - beside)
    return bool(found[top : span.bottom + over, left : span.right + beside].any())
