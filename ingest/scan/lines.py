"""Find lines of text: within a cell by its ink, and in running text by the boxes that the detector found.

Ink that overlaps rulings is divided: characters that hang over into the next cell, and scrawls. A *scrawl* is a mark
larger than characters that crosses rulings: handwriting, or a stamp over the table. In every function, `em` is the
height of a character in pixels, and `scale` the number of pixels per point of the picture.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.ink import Mask, Picture
from jixiao.ingest.scan.rulings import Run, spans
from jixiao.ontology.grouping import grouped

# Multiples of a character's height, unless the comment says otherwise:
_WITHIN = 0.4  # the largest gap between the strokes of one line, such as those of 二
_ONE = 1.35  # the most height of one line
_APART = 2.5  # the least gap between two texts on one line
_FAINT = 0.45  # the least height of a line found in faint ink alone
_SPECK = 0.12  # marks smaller than this in both directions are specks
_WHOLE = 0.5  # ink of less height is a part of a line, such as a stroke; ink of more is a line of small characters
_COLUMN = (0.6, 1.5)  # least and most width of a column of characters written one below the other
_SLENDER = 1.8  # the least height of such a column, in its widths
# In widths of such a column: least distance from character to character, most height of one, most distance.
_PITCH = (0.85, 1.15, 2.2)
_BETWEEN = 0.2  # share of that distance, to both sides of where a gap should be, within which the gap is looked for

# Texts in columns of tables without upright rulings, or without any:
_ALIGNED = 0.7  # times a character's height: the left edges of texts in one column differ by no more
_ROWS = 4  # least number of rows with a text in a column; fewer are signatures, or a title with its unit
_LINES = 3  # least number of flat lines with the same ends; fewer divide sections of a page
_ENDS = 4.0  # points by which the ends of such lines may differ
_INSIDE = 0.9  # share of the texts between the lines that are within their ends, unlike labels of underlined blanks


class Span(NamedTuple):
    """The box of a text on one line, in pixels; its height is that of the whole line."""

    left: int
    top: int
    right: int
    bottom: int

    def of(self, page: Picture) -> Picture:
        """Return the part of a picture or mask within the box."""
        return page[self.top : self.bottom, self.left : self.right]


def without_specks(marks: Mask, em: float) -> Mask:
    """Return a mask of ink without specks: connected ink narrower and lower than 0.12 of `em`, a character's height."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    kept = (stats[:, cv2.CC_STAT_WIDTH] > _SPECK * em) | (stats[:, cv2.CC_STAT_HEIGHT] > _SPECK * em)
    kept[0] = False
    shown: Mask = np.where(kept, np.uint8(255), np.uint8(0))[labels]
    return shown


def line_heights(marks: Mask, boxes: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """Yield the height of each line of text in some boxes, and the number of its pixel columns that have ink.

    Lines are divided here by gaps in the ink alone, because the usual height of characters is not yet known.
    """
    for box in boxes:
        inside = box.of(marks)
        for top, bottom in spans(inside.max(axis=1, initial=0)):
            yield bottom - top, int((inside[top:bottom].max(axis=0) > 0).sum())


def in_cell(marks: Mask, inked: Mask, box: Span, em: float) -> Iterator[Span]:
    """Yield the boxes of a cell's texts, from line to line; a line in faint ink alone counts, too.

    `marks` is a mask of clear ink, `inked` of clear and faint ink, `box` the cell, and `em` the height of a character
    in pixels.
    """
    inside = box.of(marks)
    pale = box.of(inked)
    if not inside.size:
        return
    clear = _bands(inside, em)
    faint = (
        (top, bottom)
        for top, bottom in _bands(pale, em)
        if bottom - top >= _FAINT * em and all(bottom <= start or top >= end for start, end in clear)
    )
    for top, bottom in sorted([*clear, *faint]):
        for left, right in spans(pale[top:bottom].max(axis=0), round(_APART * em)):
            yield Span(box.left + left, box.top + top, box.left + right, box.top + bottom)


def column(marks: Mask, box: Span, em: float) -> list[Span]:
    """Return the boxes of a cell's characters if they are written one below the other; otherwise an empty list.

    `marks` is a mask of the page's ink, and `box` the cell.
    """
    ink = _inked(marks, box)
    width = ink.right - ink.left
    height = ink.bottom - ink.top
    if not (_COLUMN[0] * em <= width <= _COLUMN[1] * em and height >= _SLENDER * width):
        return []
    rows = ink.of(marks).max(axis=1) > 0
    for count in range(max(2, int(height / (_PITCH[2] * width))), round(height / (_PITCH[0] * width)) + 1):
        parts = _characters(rows, count)
        if parts and all(end - start <= _PITCH[1] * width for start, end in parts):
            return [ink._replace(top=ink.top + start, bottom=ink.top + end) for start, end in parts]
    return []


def _inked(marks: Mask, box: Span) -> Span:
    """Return the part of a box that has ink; for a box without any, an empty one."""
    x, y, width, height = cv2.boundingRect(box.of(marks))
    return Span(box.left + x, box.top + y, box.left + x + width, box.top + y + height)


def _characters(rows: NDArray[np.bool_], count: int) -> list[tuple[int, int]]:
    """Divide rows of pixels into `count` characters of equal height; return the first and last row of each.

    `rows` has True for each row of pixels with ink. Empty if two neighbouring characters have no row without ink
    between them.
    """
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
    """Return the first and last row of pixels of each line of text in a mask of ink.

    Strokes of one line, such as those of 二, are joined.
    """

    def is_apart(line: Sequence[tuple[int, int]], stroke: tuple[int, int]) -> bool:
        (first, last) = (line[0][0], line[-1][1])
        (top, bottom) = stroke
        are_whole = min(bottom - top, last - first) >= _WHOLE * em
        return are_whole or top - last > _WITHIN * em or bottom - first > _ONE * em

    return [(line[0][0], line[-1][1]) for line in grouped(spans(inside.max(axis=1)), is_apart)]


def running(marks: Mask, found: Sequence[tuple[float, float, float, float]]) -> Iterator[Span]:
    """Yield the boxes of lines of running text from the top down: those that the detector found, cut to their ink."""
    boxes = (Span(*(max(0, round(edge)) for edge in box)) for box in found)
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        if box.of(marks).any():
            yield _inked(marks, box)


def in_columns(texts: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> set[int]:
    """Return the indices of those texts outside of ruled tables that may stand in columns.

    `texts` are the boxes of the texts, and `loose` horizontal lines that do not belong to a ruled table.
    """
    areas = [*_by_lines(texts, loose, em, scale), *_by_alignment(texts, em)]
    middles = [(span.top + span.bottom) / 2 for span in texts]
    return {at for at, middle in enumerate(middles) if any(first <= middle <= last for first, last in areas)}


def _by_alignment(texts: Sequence[Span], em: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom (pixels) of each area with at least four texts that begin at one x.

    A text counts if another text stands to its left on the same line.
    """
    middles = [(span, (span.top + span.bottom) / 2) for span in texts]
    second = [
        span
        for span, middle in middles
        if any(other.right <= span.left and other.top <= middle <= other.bottom for other in texts)
    ]
    for one in second:
        aligned = [span for span in second if abs(span.left - one.left) <= _ALIGNED * em]
        if len(aligned) >= _ROWS:
            yield min(span.top for span in aligned) - em, max(span.bottom for span in aligned) + em


def _by_lines(texts: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom (pixels) of each area with text between three or more horizontal lines of equal ends."""
    near = _ENDS * scale
    for one in loose:
        lines = [run for run in loose if abs(run.start - one.start) <= near and abs(run.end - one.end) <= near]
        top, bottom = min(run.at for run in lines), max(run.at for run in lines)
        between = [span for span in texts if top <= (span.top + span.bottom) / 2 <= bottom]
        inside = [span for span in between if one.start - em <= span.left and span.right <= one.end + em]
        if len(lines) >= _LINES and between and len(inside) >= _INSIDE * len(between):
            yield top - em, bottom + em


_LEAST = 0.8  # points that a mark must extend beyond the ruling; less is a rough edge of the ruling
_MOST = 1.4  # times a character's height: a higher mark is not a character
_SIDE = 0.6  # least share of a mark's height that is on the side of the ruling it belongs to
_NEAR = 2.5  # points: the largest distance of a line of text from the ruling that it overlaps
# Handwriting and stamps:
_LARGE = 1.8  # times a character's height: the least height and width of a scrawl
_BEYOND = 0.2  # times a character's height: the least that a scrawl extends beyond a ruling on both sides
# Times a character's height, sideways and upwards: characters this near may be lost in the scrawl.
_BESIDE, _OVER = 1.2, 0.3


Part = tuple[Span, float, bool]
"""The part of a character beyond a ruling: its box, the ruling's row, and whether it hangs below the ruling.

If it hangs below, the character belongs to the cell above.
"""


def overhanging(marks: Mask, flat: Iterable[Run], em: float, scale: float) -> tuple[list[Part], Mask]:
    """Return the parts of characters that overlap horizontal rulings (printed table lines), and a mask of their ink.

    `marks` is a mask of ink without rulings, `flat` the rulings.
    """
    parts: list[Part] = []
    inked: Mask = np.zeros_like(marks)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    lefts, tops, widths, heights, _ = stats.T
    for run in (run for run in flat if run.drawn):
        above, below = run.at - tops, tops + heights - run.at
        fit = (np.minimum(above, below) >= _LEAST * scale) & (heights <= _MOST * em)
        fit &= (lefts < run.end) & (lefts + widths > run.start)
        for component in np.flatnonzero(fit & (np.maximum(above, below) >= _SIDE * heights)):
            x, y, width, height, _ = (int(value) for value in stats[component])
            hangs = bool(above[component] > below[component])
            first, last = (round(run.at), y + height) if hangs else (y, round(run.at))
            box = Span(x, first, x + width, last)
            parts.append((box, run.at, hangs))
            box.of(inked)[box.of(labels) == component] = 255
    return parts, inked


def without(picture: Picture, inked: Mask, paper: int) -> Picture:
    """Return a picture in which the pixels of the mask `inked`, and those next to them, have the grey value `paper`."""
    if not inked.any():
        return picture
    cleaned: Picture = picture.copy()
    cleaned[cv2.dilate(inked, np.ones((3, 3), np.uint8)) > 0] = paper
    return cleaned


def whole(span: Span, parts: Sequence[Part], scale: float) -> Span:
    """Return a text's box, extended by those parts of its characters that cross a ruling above or below it.

    `parts` are the overhanging parts of all characters; a part belongs to the text if it overlaps the text's box
    horizontally.
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
    """Return a mask of the ink of scrawls: marks larger than characters that cross rulings.

    `marks` is a mask of all ink without rulings.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    found: Mask = np.zeros_like(marks)
    for component in np.flatnonzero((wide >= _LARGE * em) & (high >= _LARGE * em)):
        x, y = int(stats[component, cv2.CC_STAT_LEFT]), int(stats[component, cv2.CC_STAT_TOP])
        box = Span(x, y, x + int(wide[component]), y + int(high[component]))
        if component and any(_crossed(box, flat, upright, _BEYOND * em)):
            box.of(found)[box.of(labels) == component] = 255
    return found


def _crossed(box: Span, flat: Sequence[Run], upright: Sequence[Run], reach: float) -> Iterator[bool]:
    """Yield True for each printed ruling that a mark's box crosses, and False for each other.

    The box must extend over `reach` pixels on both sides of the ruling.
    """
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
