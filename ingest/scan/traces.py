"""Trace the thin dark lines of a level picture: long runs, also faint, dashed and slightly bent ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Mask, Picture

_THICKEST = 5.0  # points
_BLUR = 12.0  # points along a line, over which noise is averaged
_FAINT = 26  # of 255: the least contrast of a line with the paper on both sides
SHORTEST = 13.0  # points
_GAP = 8.0  # points that may be missing in a broken line
_BESIDE = 0.8  # of a line's length: dark against both sides, unlike the strokes of characters
_SOFT = 4.0  # points along a line, over which noise is averaged where its edges are looked at
_EVEN = 0.4  # of the contrast of most of a line: the least along it
_STRAIGHT = 0.8  # points: a line strays no further from its middle
_HAIR = 1.5  # points: gaps that noise tears
_SOLID = 0.95  # of the places along a line: dark, while there is paper between characters
_REACH = 1.5  # points beside a line
# Dashes and dots:
_FEWEST = 6
_PERIOD = 7.0  # points from one to the next: characters are wider
_REGULAR = 0.75  # of them: as far from the next as most, give or take a quarter
_LIGHT = 200  # of 255: paper
_BARE = 0.8  # of the places beside them: paper
# Lines of a page that was not flat:
_BENT = (40.0, 0.5)  # points: the least length, and the least drift
_STEEPEST, _STEP, _FURTHEST = 0.04, 0.2, 9.0  # drift: points a point, where the page stepped, and in all
_WINDOW = 25  # points along a line, over which its course is looked for


class Run(NamedTuple):
    """A line along an axis: its place across the axis, its start and its end, and its thickness, in pixels.

    `depth` is the contrast with the paper. `dashed` lines have gaps all along. Lines that are not `drawn` were
    concluded from others. `course` are points of a bent line: places along it, and across.
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
    """The picture around a line, as if that ran straight: its rows, and the first and last ones that are the line's.

    `course` is the line's place in the picture for each column of the band, or the place of the band's first row.
    """

    rows: Picture
    first: int
    last: int
    course: NDArray[np.float64] | float


def traces(grey: Picture, scale: float) -> Iterator[Run]:
    """Yield the flat lines of a picture with `scale` pixels a point."""
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
    """Return the picture around a line that stands within a box, along the line's course if that is bent."""
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
    """Return the row of a bent line in each column of its box; None for a straight one, and what is no line."""
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
    """Yield the line in a band of the picture, if it is straight there, and darker than the paper on both sides.

    Strokes of characters beside its ends, which the mask joins to it, are left out.
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
    """Return points of a bent line, some ten points apart."""
    if isinstance(band.course, float):
        return ()
    columns = np.linspace(ends[0], ends[1] - 1, max(2, round((ends[1] - ends[0]) / (10 * scale)))).astype(int)
    return tuple((float(x + column), float(band.course[column] + row)) for column in columns)


def _beside(band: _Band, at: int) -> Picture:
    """Return the rows above and below a line, without those next to it."""
    near = band.first + at
    return np.concatenate([band.rows[: max(0, near - 2)][:2], band.rows[near + 4 :][-2:]])


def _is_dashed(dark: NDArray[np.bool_], beside: Picture, scale: float) -> bool:
    """Return whether dark places follow each other as dashes or dots do, with paper on both sides."""
    marks = spans(dark)
    if len(marks) < _FEWEST or not len(beside) or (beside > _LIGHT).mean() < _BARE:
        return False
    steps = np.diff([start for start, _ in marks])
    usual = float(np.median(steps))
    return usual <= _PERIOD * scale and float((np.abs(steps - usual) <= usual / 4 + 1).mean()) >= _REGULAR


def _middles(band: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return the row, from 0, around which each column of a band is dark."""
    dark = np.clip(255 - band, 1, None).astype(float) ** 2
    rows = np.arange(len(band)) + 0.5
    return np.asarray(rows @ dark / dark.sum(axis=0))


def spans(marks: NDArray[Any], gap: int = 0) -> list[tuple[int, int]]:
    """Return start and end of each run of marked places; runs no further apart than the gap are one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (marks > 0).astype(np.int8), [0]))))
    found: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
