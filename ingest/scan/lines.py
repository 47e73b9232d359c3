"""Find the lines of text within a cell, by the ink in it, and those of running text, by the boxes the engine found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Mask
from jixiao.ingest.scan.traces import spans

# In heights of a character:
_WITHIN = 0.4  # a gap between the strokes of one line
_ONE = 1.35  # the height of one line, with its gaps
_TALL = 1.8  # the height of what may be two lines
_APART = 2.5  # a gap between two texts on one line
_BESIDE = 1.2  # a gap between boxes of one line
_FAINT = 0.45  # the least height of a line of faint ink
_SPECK = 0.12
_THIN = 0.3  # of the ink of a usual row: the row between two lines that touch
_WHOLE = 0.5  # the least height of a line of small characters
_COLUMN = (0.6, 1.5)  # the width of characters that stand one below the other
_SLENDER = 1.8  # heights to widths of a column
_PITCH = (0.85, 1.15, 2.2)  # of a column's width: from one character to the next, a character's height, and with blanks
_BETWEEN = 0.2  # of the pitch: where the blank between two characters is looked for


class Span(NamedTuple):
    """A text on one line, in pixels: its box, whose height is that of the whole line."""

    left: int
    top: int
    right: int
    bottom: int


def without_specks(marks: Mask, em: float) -> Mask:
    """Return the ink without specks."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    kept = (stats[:, cv2.CC_STAT_WIDTH] > _SPECK * em) | (stats[:, cv2.CC_STAT_HEIGHT] > _SPECK * em)
    kept[0] = False
    shown: Mask = np.where(kept, np.uint8(255), np.uint8(0))[labels]
    return shown


def heights(marks: Mask, boxes: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """Yield height and width of each line of some boxes, as the gaps in their ink alone divide it."""
    for box in boxes:
        inside = marks[box.top : box.bottom, box.left : box.right]
        for top, bottom in spans(inside.max(axis=1, initial=0)):
            yield bottom - top, int((inside[top:bottom].max(axis=0) > 0).sum())


def in_cell(marks: Mask, faint: Mask, box: Span, em: float) -> Iterator[Span]:
    """Yield the texts of a cell, line by line: lines and their ends by clear and by faint ink."""
    inside, pale = (each[box.top : box.bottom, box.left : box.right] for each in (marks, faint))
    if not inside.size:
        return
    for top, bottom in _all_bands(inside, pale, em):
        for left, right in _pieces(pale[top:bottom], em):
            yield Span(box.left + left, box.top + top, box.left + right, box.top + bottom)


def _all_bands(inside: Mask, pale: Mask, em: float) -> list[tuple[int, int]]:
    """Return top and bottom of each line of clear ink, and of those of faint ink alone."""
    clear = _bands(inside, em)
    faint = (
        (top, bottom)
        for top, bottom in _bands(pale, em)
        if bottom - top >= _FAINT * em and all(bottom <= start or top >= end for start, end in clear)
    )
    return sorted([*clear, *faint])


def column(marks: Mask, box: Span, em: float) -> list[Span]:
    """Return the characters of a cell that stand one below the other; none where they do not."""
    inside = marks[box.top : box.bottom, box.left : box.right]
    across, down = (np.flatnonzero(inside.max(axis=axis, initial=0)) for axis in (0, 1))
    if not across.size:
        return []
    left, right, top, bottom = int(across[0]), int(across[-1]) + 1, int(down[0]), int(down[-1]) + 1
    width, height = right - left, bottom - top
    if not (_COLUMN[0] * em <= width <= _COLUMN[1] * em and height >= _SLENDER * width):
        return []
    rows = inside[top:bottom].max(axis=1) > 0
    for count in range(max(2, int(height / (_PITCH[2] * width))), round(height / (_PITCH[0] * width)) + 1):
        parts = _characters(rows, count)
        if parts and all(end - start <= _PITCH[1] * width for start, end in parts):
            edge = (box.left + left, box.left + right)
            return [Span(edge[0], box.top + top + start, edge[1], box.top + top + end) for start, end in parts]
    return []


def _characters(rows: NDArray[np.bool_], count: int) -> list[tuple[int, int]]:
    """Return first and last row of so many characters of one pitch, if there is a blank between any two."""
    cuts, pitch = [0], len(rows) / count
    for at in range(1, count):
        reach = max(1, round(_BETWEEN * pitch))
        near = max(1, round(at * pitch) - reach)
        blank = np.flatnonzero(~rows[near : round(at * pitch) + reach])
        if not blank.size:
            return []
        cuts.append(near + int(blank[np.abs(blank - reach).argmin()]))
    filled = [np.flatnonzero(rows[start:end]) + start for start, end in pairwise([*cuts, len(rows)])]
    return [(int(part[0]), int(part[-1]) + 1) for part in filled] if all(part.size for part in filled) else []


def _bands(inside: Mask, em: float) -> list[tuple[int, int]]:
    """Return top and bottom of each line."""
    joined: list[tuple[int, int]] = []
    for top, bottom in spans(inside.max(axis=1)):
        small = joined and min(bottom - top, joined[-1][1] - joined[-1][0]) >= _WHOLE * em
        if joined and not small and top - joined[-1][1] <= _WITHIN * em and bottom - joined[-1][0] <= _ONE * em:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return [
        line
        for top, bottom in joined
        for line in (_divided(inside, top, bottom, em) if bottom - top > _TALL * em else [(top, bottom)])
    ]


def _divided(inside: Mask, top: int, bottom: int, em: float) -> list[tuple[int, int]]:
    """Divide lines that touch at rows with little ink."""
    rows = (inside[top:bottom] > 0).sum(axis=1)
    count = round((bottom - top) / (_ONE * em))
    usual = float(np.median(rows))
    reach = max(1, round(em / 3))
    cuts = []
    for at in range(1, count):
        near = max(1, round(at * len(rows) / count) - reach)
        thinnest = near + int(rows[near : near + 2 * reach].argmin())
        if rows[thinnest] > _THIN * usual:
            return [(top, bottom)]
        cuts.append(top + thinnest)
    return list(zip([top, *cuts], [*cuts, bottom], strict=True))


def _pieces(line: Mask, em: float) -> list[tuple[int, int]]:
    """Return left and right of each text of a line."""
    return spans(line.max(axis=0), round(_APART * em))


def running(marks: Mask, found: Sequence[tuple[float, float, float, float]], em: float) -> Iterator[Span]:
    """Yield the lines of running text from the boxes of lines and parts of lines, in reading order."""
    height, width = marks.shape
    boxes = [
        Span(max(0, round(left)), max(0, round(top)), min(width, round(right)), min(height, round(bottom)))
        for left, top, right, bottom in found
    ]
    joined: list[Span] = []
    for box in sorted(boxes):
        before = next((each for each in reversed(joined) if _go_on(each, box, em)), None)
        if before is not None:
            joined.remove(before)
        joined.append(_around(before or box, box))
    for box in sorted(joined, key=lambda box: (box.top + box.bottom, box.left)):
        inside = marks[box.top : box.bottom, box.left : box.right]
        if inside.size and inside.any():
            down, across = np.flatnonzero(inside.max(axis=1)), np.flatnonzero(inside.max(axis=0))
            left, top = box.left + int(across[0]), box.top + int(down[0])
            yield Span(left, top, box.left + int(across[-1]) + 1, box.top + int(down[-1]) + 1)


def _around(one: Span, other: Span) -> Span:
    low = max(one.right, other.right), max(one.bottom, other.bottom)
    return Span(min(one.left, other.left), min(one.top, other.top), *low)


def _go_on(before: Span, after: Span, em: float) -> bool:
    """Return whether two boxes are parts of one line."""
    over = min(before.bottom, after.bottom) - max(before.top, after.top)
    low = min(before.bottom - before.top, after.bottom - after.top)
    return over > 0.5 * low and after.left - before.right < _BESIDE * max(em, low * 0.7)
