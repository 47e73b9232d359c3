"""Find the ruled lines of a level page: long thin dark runs, also faint and broken ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Mask, Picture

_THICKEST = 5.0  # points
_BLUR = 12.0  # points along a line, over which noise is averaged
_FAINT = 26  # of 255: the least contrast of a line with the paper on both sides
_SHORTEST = 13.0  # points
_GAP = 8.0  # points that may be missing in a broken line
_BESIDE = 0.8  # of a line's length: dark against both sides, unlike the strokes of characters
_SOFT = 4.0  # points along a line, over which noise is averaged where its edges are looked at
_EVEN = 0.4  # of the contrast of most of a line: the least along it
_LONG = 60.0  # points: lines that need no others
_STRAIGHT = 0.8  # points: a line strays no further from its middle
_HAIR = 1.5  # points: gaps that noise tears
_SOLID = 0.95  # of the places along a line: dark, while there is paper between characters
_EDGE = 0.4  # points beside a line that are erased with it
_TOUCH = 3.0  # points between a line and one that crosses it


class Run(NamedTuple):
    """A line along an axis: its place across the axis, its start and its end, and its thickness, in pixels."""

    at: float
    start: float
    end: float
    thick: float


class Rulings(NamedTuple):
    """The flat and the upright lines of a page."""

    flat: tuple[Run, ...]
    upright: tuple[Run, ...]


def rulings(grey: Picture, scale: float) -> Rulings:
    """Return the ruled lines of a cleaned, level picture with `scale` pixels a point."""
    flat, upright = list(_runs(grey, scale)), list(_runs(np.ascontiguousarray(grey.T), scale))
    long = _LONG * scale
    kept = [[run for run in runs if run.end - run.start >= long] for runs in (flat, upright)]
    for _ in range(2):  # short lines between long ones, and then those between short ones
        kept = [_held(flat, kept[0], kept[1], scale), _held(upright, kept[1], kept[0], scale)]
    crossing = _crossing(kept[0], kept[1], scale), _crossing(kept[1], kept[0], scale)
    return Rulings(tuple(crossing[0]), tuple(crossing[1]))


def _runs(grey: Picture, scale: float) -> Iterator[Run]:
    """Yield the flat lines of a picture."""
    thick = max(3, round(_THICKEST * scale)) | 1
    long = max(5, round(_BLUR * scale)) | 1
    smooth = cv2.blur(grey, (long, 1))
    contrast = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    mask = np.where(contrast > _FAINT, np.uint8(255), np.uint8(0))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * scale))), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(_SHORTEST * scale)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    for each in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[each])
        if area / width > _THICKEST * scale:
            continue
        yield from _trimmed(grey, mask, (x, y, width, height), scale)


def _trimmed(grey: Picture, mask: Mask, box: tuple[int, int, int, int], scale: float) -> Iterator[Run]:
    """Yield the line in a box of the mask, if it is straight, and darker than the paper on both sides.

    Strokes of characters beside its ends, which the mask joins to it, are left out.
    """
    x, y, width, height = box
    reach = max(2, round(1.5 * scale))
    top, bottom = max(0, y - reach), min(grey.shape[0], y + height + reach)
    soft = cv2.blur(grey[top:bottom, x : x + width], (max(3, round(_SOFT * scale)), 1))
    inner = soft[y - top : y - top + height].astype(np.int16)
    above = soft[: y - top].max(axis=0) if y > top else np.full(width, 255)
    below = soft[y - top + height :].max(axis=0) if bottom > y + height else np.full(width, 255)
    middles = _middles(inner)
    middle = float(np.median(middles))
    depth = np.minimum(above, below).astype(np.int16) - inner.min(axis=0)
    even = np.percentile(depth, 75) * _EVEN
    clear = (depth > max(_FAINT, even)) & (np.abs(middles - middle) < _STRAIGHT * scale)
    parts = spans(clear, round(_HAIR * scale))
    while parts and parts[0][1] - parts[0][0] < _SHORTEST * scale:
        parts.pop(0)
    while parts and parts[-1][1] - parts[-1][0] < _SHORTEST * scale:
        parts.pop()
    if not parts or clear[parts[0][0] : parts[-1][1]].mean() < _BESIDE:
        return
    at = int(middle)
    sharp = grey[y + max(0, at - 1) : y + at + 2, x : x + width].min(axis=0)
    dark = sharp < 255 - np.median(depth) / 2
    if np.concatenate([dark[start:end] for start, end in parts]).mean() >= _SOLID:
        thick = float((mask[y : y + height, x : x + width] > 0).sum()) / width
        yield Run(y + middle, x + float(parts[0][0]), x + float(parts[-1][1]), thick)


def _middles(band: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return the row, from 0, around which each column of a band is dark."""
    dark = np.clip(255 - band, 1, None).astype(float) ** 2
    rows = np.arange(len(band)) + 0.5
    return np.asarray(rows @ dark / dark.sum(axis=0))


def _held(runs: Sequence[Run], kept: Sequence[Run], others: Sequence[Run], scale: float) -> list[Run]:
    """Return the lines kept so far, and those whose ends both meet crossing lines that are kept."""
    return [
        run for run in runs if run in kept or all(_meets(end, run.at, others, scale) for end in (run.start, run.end))
    ]


def _crossing(runs: Sequence[Run], others: Sequence[Run], scale: float) -> Iterator[Run]:
    """Yield the lines that cross or meet others: a line alone rules no table, and may be a row of strokes."""
    near = _TOUCH * scale
    for run in runs:
        if any(
            run.start - near <= other.at <= run.end + near and other.start - near <= run.at <= other.end + near
            for other in others
        ):
            yield run


def _meets(along: float, at: float, others: Sequence[Run], scale: float) -> bool:
    """Return whether a place on a line, `along` it and `at` its own place across, stands on a crossing line."""
    near = _TOUCH * scale
    return any(abs(other.at - along) <= near and other.start - near <= at <= other.end + near for other in others)


def erased(grey: Picture, found: Rulings, scale: float, margin: float = _EDGE) -> Picture:
    """Return the picture without its ruled lines, and without so many points at both sides of each."""
    plain = grey.copy()
    for runs, turned in ((found.flat, plain), (found.upright, plain.T)):
        for run in runs:
            half = run.thick / 2 + margin * scale
            top, bottom = max(0, int(run.at - half)), int(run.at + half + 1)
            turned[top:bottom, max(0, int(run.start)) : int(run.end + 1)] = 255
    return plain


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
