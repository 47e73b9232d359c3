"""Trace the thin dark lines of a level picture: long ones, including faint, dashed and slightly bent lines."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Mask, Picture

_THICKEST = 5.0  # points: thicker marks are not lines
_BLUR = 12.0  # points along a line over which noise is averaged
_FAINT = 26  # grey levels (of 255) by which a line is darker than the paper on both sides, at the least
SHORTEST = 13.0  # points: shorter lines are not traced
_GAP = 8.0  # points: gaps up to this length are closed
_BESIDE = 0.8  # share of a line's length that must be darker than both sides, unlike the strokes of characters
_SOFT = 4.0  # points along a line over which noise is averaged before its contrast is measured
_EVEN = 0.4  # share of the line's usual contrast that each place must have
_STRAIGHT = 0.8  # points that a line may stray from its middle
_HAIR = 1.5  # points: gaps up to this length are noise
_SOLID = 0.95  # share of a line's places that are dark; a row of characters has gaps
_REACH = 1.5  # points on both sides of a line that are examined with it
# Lines of dashes and dots:
_FEWEST = 6  # least number of dashes or dots in a line
_PERIOD = 7.0  # points: the most from one dash to the next; characters are wider
_REGULAR = 0.75  # share of the dashes at the usual distance from the next, within a quarter of it
_LIGHT = 200  # of 255: lighter pixels are paper
_BARE = 0.8  # share of the pixels beside dashes that must be paper
# Lines of a page that did not lie flat in the scanner:
_BENT = (40.0, 0.5)  # points: the least length, and the least drift across, of a line that is traced as bent
# Drift: usual and largest slope (points per point), and most points in all.
_STEEPEST, _STEP, _FURTHEST = 0.04, 0.2, 9.0
_WINDOW = 25  # samples along a bent line over which its course is smoothed


class Run(NamedTuple):
    """A traced line: its place across, its start and end along, and its thickness, in pixels.

    `depth` is its contrast with the paper in grey levels. A `dashed` line has gaps at regular distances. A line that is
    not `drawn` was concluded from others. `course` has points of a bent line, as places along and across.
    """

    at: float
    start: float
    end: float
    thick: float
    depth: float = 255.0
    dashed: bool = False
    drawn: bool = True
    course: tuple[tuple[float, float], ...] = ()

    @property
    def length(self) -> float:
        """The length in pixels."""
        return self.end - self.start


class _Band(NamedTuple):
    """The surroundings of a line cut out of the picture, with a bent line straightened.

    `first` and `last` bound the rows of the line itself. `course` is the row in the picture of the band's first row:
    one number for a straight line, or one for each column of a bent line.
    """

    rows: Picture
    first: int
    last: int
    course: NDArray[np.float64] | float


def traces(grey: Picture, scale: float) -> Iterator[Run]:
    """Yield the flat lines of a picture with `scale` pixels per point."""
    thick = max(3, round(_THICKEST * scale)) | 1
    long = max(5, round(_BLUR * scale)) | 1
    smooth = cv2.blur(grey, (long, 1))
    contrast = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    mask = np.where(contrast > _FAINT, np.uint8(255), np.uint8(0))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * scale))), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(SHORTEST * scale)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    for each in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[each])
        if area / width > _THICKEST * scale:
            continue
        part = labels[y : y + height, x : x + width] == each
        yield from _trimmed(_band(grey, part, (x, y), scale), x, area / width, scale)


def _band(grey: Picture, part: Mask, corner: tuple[int, int], scale: float) -> _Band:
    """Return the surroundings of a line as a band, following the line's course if it is bent.

    `part` is the mask of the line, and `corner` the x and y of its box.
    """
    (x, y), (height, width) = corner, part.shape
    reach = max(2, round(_REACH * scale))
    course = _course(part, scale)
    if course is None:
        top, bottom = max(0, y - reach), min(grey.shape[0], y + height + reach)
        return _Band(grey[top:bottom, x : x + width], y - top, y - top + height, float(top))
    half = round(part.sum() / width / 2 + 1)
    middle = np.floor(course).astype(int) + y
    rows = np.clip(middle[None, :] + np.arange(-half - reach, half + reach + 1)[:, None], 0, grey.shape[0] - 1)
    band = np.ascontiguousarray(grey[rows, np.arange(x, x + width)[None, :]])
    return _Band(band, reach, reach + 2 * half + 1, (middle - half - reach).astype(float))


def _course(part: Mask, scale: float) -> NDArray[np.float64] | None:
    """Return the row of a bent line in each column of its box; None for a straight line, or if it is no line.

    `part` is the mask of the line in its box.
    """
    height, width = part.shape
    (shortest, least), step = _BENT, max(1, round(scale))
    if width < shortest * scale or height < 2 * least * scale:
        return None
    thin = part[:, ::step]
    middles = (np.arange(height) + 0.5) @ thin / np.maximum(thin.sum(axis=0), 1)
    padded = np.pad(middles, _WINDOW // 2, mode="edge")
    middles = np.median(np.lib.stride_tricks.sliding_window_view(padded, _WINDOW), axis=1)
    middles = cv2.blur(middles[None, :], (_WINDOW // 2 | 1, 1), borderType=cv2.BORDER_REPLICATE)[0]
    drift = float(np.ptp(middles))
    if not least * scale < drift < _FURTHEST * scale:
        return None
    steep = np.abs(np.diff(middles)) / step
    if steep.max() > _STEP or np.percentile(steep, 90) > _STEEPEST:
        return None
    return np.asarray(np.interp(np.arange(width), np.arange(len(middles)) * step, middles))


def _trimmed(band: _Band, x: int, thick: float, scale: float) -> Iterator[Run]:
    """Yield the line of a band, if it is straight there and darker than the paper on both sides.

    Strokes of characters that touch its ends are cut off. `x` is the band's first column in the picture, and `thick`
    the line's thickness in pixels.
    """
    rows, first, last, _ = band
    soft = cv2.blur(rows, (max(3, round(_SOFT * scale)), 1))
    inner, width = soft[first:last].astype(np.int16), rows.shape[1]
    above = soft[:first].max(axis=0) if first else np.full(width, 255)
    below = soft[last:].max(axis=0) if last < len(rows) else np.full(width, 255)
    middles = _middles(inner)
    middle = float(np.median(middles))
    depth = np.minimum(above, below).astype(np.int16) - inner.min(axis=0)
    even = np.percentile(depth, 75) * _EVEN
    clear = (depth > max(_FAINT, even)) & (np.abs(middles - middle) < _STRAIGHT * scale)
    parts = spans(clear, round(_HAIR * scale))
    while parts and parts[0][1] - parts[0][0] < SHORTEST * scale:
        parts.pop(0)
    while parts and parts[-1][1] - parts[-1][0] < SHORTEST * scale:
        parts.pop()
    if not parts or clear[parts[0][0] : parts[-1][1]].mean() < _BESIDE:
        return
    at = int(middle)
    dark = rows[first + max(0, at - 1) : first + at + 2].min(axis=0) < 255 - np.median(depth) / 2
    solid = np.concatenate([dark[start:end] for start, end in parts]).mean() >= _SOLID
    start, end = parts[0][0], parts[-1][1]
    if solid or _is_dashed(dark[start:end], _beside(band, at)[:, start:end], scale):
        course = _points(band, first + middle, (start, end), x, scale)
        place = float(np.median([across for _, across in course])) if course else band.course + first + middle
        found = float(np.median(depth[start:end]))
        yield Run(float(place), float(x + start), float(x + end), thick, found, not solid, course=course)


def _points(band: _Band, row: float, ends: tuple[int, int], x: int, scale: float) -> tuple[tuple[float, float], ...]:
    """Return places on a bent line (along, across) in pixels, one for about every ten points (1/72 inch).

    `row` is the middle of the line in the band, `ends` its first and last column there, and `x` the band's first column
    in the picture. A straight line has none.
    """
    if isinstance(band.course, float):
        return ()
    columns = np.linspace(ends[0], ends[1] - 1, max(2, round((ends[1] - ends[0]) / (10 * scale)))).astype(int)
    return tuple((float(x + column), float(band.course[column] + row)) for column in columns)


def _beside(band: _Band, at: int) -> Picture:
    """Return four rows of a band's pixels: two above and two below a row of the line, with one left out next to it.

    `at` is the row, counted from the first row of the line itself.
    """
    near = band.first + at
    return np.concatenate([band.rows[: max(0, near - 2)][:2], band.rows[near + 4 :][-2:]])


def _is_dashed(dark: NDArray[np.bool_], beside: Picture, scale: float) -> bool:
    """Return whether dark places follow each other regularly, like dashes or dots, with paper on both sides.

    `dark` has True for each place along the line that is dark; `beside` has the pixels above and below the line.
    """
    marks = spans(dark)
    if len(marks) < _FEWEST or not len(beside) or (beside > _LIGHT).mean() < _BARE:
        return False
    steps = np.diff([start for start, _ in marks])
    usual = float(np.median(steps))
    return usual <= _PERIOD * scale and float((np.abs(steps - usual) <= usual / 4 + 1).mean()) >= _REGULAR


def _middles(band: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return, for each column of a band's pixels, the row (from 0) of its dark pixels: their mean, by darkness."""
    dark = np.clip(255 - band, 1, None).astype(float) ** 2
    rows = np.arange(len(band)) + 0.5
    return np.asarray(rows @ dark / dark.sum(axis=0))


def spans(marks: NDArray[Any], gap: int = 0) -> list[tuple[int, int]]:
    """Return the start and the end (excluded) of each sequence of places in `marks` that are not 0.

    Sequences with at most `gap` places between them are joined.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (marks > 0).astype(np.int8), [0]))))
    found: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
