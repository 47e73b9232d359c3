"""Trace the thin dark lines of a level picture: long ones, including faint, dashed and slightly bent lines."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Picture
from jixiao.ontology.grouping import grouped

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


class Run(NamedTuple):
    """A traced line: its place across, its start and end along, and its thickness, in pixels.

    `depth` is its contrast with the paper in grey levels. A `dashed` line has gaps at regular distances. A line that is
    not `drawn` was concluded from others.
    """

    at: float
    start: float
    end: float
    thick: float
    depth: float = 255.0
    dashed: bool = False
    drawn: bool = True

    @property
    def length(self) -> float:
        """The length in pixels."""
        return self.end - self.start


def traces(grey: Picture, scale: float) -> Iterator[Run]:
    """Yield the flat lines of a picture with `scale` pixels per point."""
    thick = max(3, round(_THICKEST * scale)) | 1
    smooth = cv2.blur(grey, (max(5, round(_BLUR * scale)) | 1, 1))
    contrast = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    mask = np.where(contrast > _FAINT, np.uint8(255), np.uint8(0))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * scale))), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(SHORTEST * scale)), np.uint8))
    for x, y, width, height, area in cv2.connectedComponentsWithStats(mask)[2][1:].tolist():
        if area / width <= _THICKEST * scale:
            yield from _trimmed(grey, (x, y, width, height), area / width, scale)


def _trimmed(grey: Picture, box: tuple[int, int, int, int], thick: float, scale: float) -> Iterator[Run]:
    """Yield the line in a box, if it is straight there and darker than the paper on both sides.

    Strokes of characters that touch its ends are cut off. `box` has its left and top, its width and height, and `thick`
    is the line's thickness, in pixels.
    """
    x, y, width, height = box
    reach = max(2, round(_REACH * scale))
    top = max(0, y - reach)
    first, last = y - top, y - top + height
    rows = grey[top : y + height + reach, x : x + width]
    soft = cv2.blur(rows, (max(3, round(_SOFT * scale)), 1))
    inner = soft[first:last].astype(np.int16)
    above = soft[:first].max(axis=0) if first else np.full(width, 255)
    below = soft[last:].max(axis=0) if last < len(rows) else np.full(width, 255)
    middles = _middles(inner)
    middle = float(np.median(middles))
    depth = np.minimum(above, below).astype(np.int16) - inner.min(axis=0)
    even = np.percentile(depth, 75) * _EVEN
    clear = (depth > max(_FAINT, even)) & (np.abs(middles - middle) < _STRAIGHT * scale)
    parts = spans(clear, round(_HAIR * scale))
    long = [at for at, (start, end) in enumerate(parts) if end - start >= SHORTEST * scale]
    parts = parts[long[0] : long[-1] + 1] if long else []
    if not parts or clear[parts[0][0] : parts[-1][1]].mean() < _BESIDE:
        return
    at = int(middle)
    dark = rows[first + max(0, at - 1) : first + at + 2].min(axis=0) < 255 - np.median(depth) / 2
    solid = np.concatenate([dark[start:end] for start, end in parts]).mean() >= _SOLID
    start, end = parts[0][0], parts[-1][1]
    # Two rows above and two below, with one left out next to the line.
    beside = np.concatenate([rows[: max(0, first + at - 2)][:2], rows[first + at + 4 :][-2:]])
    if solid or _is_dashed(dark[start:end], beside[:, start:end], scale):
        found = float(np.median(depth[start:end]))
        yield Run(top + first + middle, float(x + start), float(x + end), thick, found, not solid)


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
    return np.asarray((np.arange(len(band)) + 0.5) @ dark / dark.sum(axis=0))


def spans(marks: NDArray[Any], gap: int = 0) -> list[tuple[int, int]]:
    """Return the start and the end (excluded) of each sequence of places in `marks` that are not 0.

    Sequences with at most `gap` places between them are joined.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (marks > 0).astype(np.int8), [0]))))
    found = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(near[0][0], near[-1][1]) for near in grouped(found, lambda near, each: each[0] - near[-1][1] > gap)]
