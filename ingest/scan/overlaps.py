"""Divide ink that overlaps rulings: characters that hang over into the next cell, and scrawls.

A *scrawl* is a mark larger than characters that crosses rulings: handwriting, or a stamp over the table.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.pixels import Mask, Picture
from jixiao.ingest.scan.traces import Run

_LEAST = 0.8  # points that a mark must extend beyond the ruling; less is a rough edge of the ruling
_MOST = 1.4  # times a character's height: a higher mark is not a character
_SIDE = 0.6  # least share of a mark's height that is on the side of the ruling it belongs to
_NEAR = 2.5  # points: the largest distance of a line of text from the ruling that it overlaps
# Handwriting and stamps:
_LARGE = 1.8  # times a character's height: the least height and width of a scrawl
_BEYOND = 0.2  # times a character's height: the least that a scrawl extends beyond a ruling on both sides
# Times a character's height, sideways and upwards: characters this near may be lost in the scrawl.
_BESIDE, _OVER = 1.2, 0.3


class Part(NamedTuple):
    """The part of a character beyond a ruling: its box, the ruling's row, and whether it hangs below the ruling.

    If it hangs below, the character belongs to the cell above.
    """

    box: Span
    ruling: float
    below: bool


def overhanging(marks: Mask, flat: Iterable[Run], em: float, scale: float) -> tuple[list[Part], Mask]:
    """Return the parts of characters that overlap flat rulings, and a mask of their ink.

    `marks` is a mask of ink without rulings, `flat` the rulings.
    """
    parts: list[Part] = []
    inked: Mask = np.zeros_like(marks)
    for run in flat:
        top, bottom = max(0, round(run.at - 1.5 * em)), min(marks.shape[0], round(run.at + 1.5 * em))
        left, right = max(0, round(run.start)), round(run.end)
        strip = marks[top:bottom, left:right]
        if not run.drawn or not strip.size:
            continue
        _, labels, stats, _ = cv2.connectedComponentsWithStats(strip)
        line = run.at - top
        for each, below in _crossing(stats, line, em, scale):
            x, y, width, height, _ = (int(value) for value in stats[each])
            first, last = (round(line), y + height) if below else (y, round(line))
            box = Span(left + x, top + first, left + x + width, top + last)
            parts.append(Part(box, run.at, below))
            inside = slice(box.top, box.bottom), slice(box.left, box.right)
            inked[inside] |= np.where(labels[first:last, x : x + width] == each, np.uint8(255), np.uint8(0))
    return parts, inked


def _crossing(stats: Mask, line: float, em: float, scale: float) -> Iterator[tuple[int, bool]]:
    """Yield each mark that overlaps a ruling: OpenCV's number of it, and whether it belongs to the cell above.

    If it does not, it belongs to the cell below. `stats` are OpenCV's statistics of marks, and `line` is the row of the
    ruling.
    """
    tops = stats[:, cv2.CC_STAT_TOP]
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    above, below = line - tops, tops + heights - line
    for each in np.flatnonzero((np.minimum(above, below) >= _LEAST * scale) & (heights <= _MOST * em)):
        if each and max(above[each], below[each]) >= _SIDE * heights[each]:
            yield int(each), bool(above[each] > below[each])


def without(picture: Picture, inked: Mask, paper: int) -> Picture:
    """Return a picture in which the pixels of the mask `inked`, and those next to them, have the grey value `paper`."""
    if not inked.any():
        return picture
    cleaned: Picture = picture.copy()
    cleaned[cv2.dilate(inked, np.ones((3, 3), np.uint8)) > 0] = paper
    return cleaned


def whole(span: Span, parts: Sequence[Part], scale: float) -> Span:
    """Return a text's box, extended by the parts of its characters that hang over a ruling beside it.

    `parts` are those of all characters; a part is the text's own if it is at the text's place along the ruling.
    """
    top, bottom = span.top, span.bottom
    for box, ruling, below in parts:
        if box.left < span.right and span.left < box.right:
            if below and abs(span.bottom - ruling) <= _NEAR * scale:
                bottom = max(bottom, box.bottom)
            elif not below and abs(span.top - ruling) <= _NEAR * scale:
                top = min(top, box.top)
    return span._replace(top=top, bottom=bottom)


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
