"""Set pages upright: quarter turns by the lines that read best, and the skew by which lines and rulings run level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.engine import Engine
from jixiao.ingest.scan.pixels import Matrix, Picture

_LOOK = 960  # pixels: the longer side of the picture in which lines are looked for
_VOTES = 6  # lines
_SHAPES = (2.5, 20.0)  # width to height of the lines that are asked which way is up
_SMALL = 900  # pixels: the longer side of the picture whose skew is measured
_STEPS = ((8.0, 0.5), (0.5, 0.1), (0.1, 0.02))  # degrees to both sides, and from one try to the next
_LEVEL = 0.03  # degrees: no skew


class Upright(NamedTuple):
    """A page set upright: its pixels, the degrees it was turned by, clockwise, and the matrix back to the picture."""

    pixels: Picture
    angle: float
    back: Matrix


def upright(grey: Picture, engine: Engine) -> Upright:
    """Return a cleaned picture of a page turned upright and level."""
    quarters = _quarters(grey, engine)
    turned = np.ascontiguousarray(np.rot90(grey, -quarters))
    back = _turned_back(quarters, *grey.shape)
    tilt = skew(turned)
    if abs(tilt) < _LEVEL:
        return Upright(turned, quarters * 90.0, back)
    height, width = turned.shape
    level = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)
    pixels = cv2.warpAffine(turned, level, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    down = cv2.invertAffineTransform(level)
    return Upright(pixels, quarters * 90.0 + tilt, back @ np.vstack([down, [0.0, 0.0, 1.0]]))


def _turned_back(quarters: int, height: int, width: int) -> Matrix:
    """Return the matrix from points of a picture turned by quarters, clockwise, to points of the picture itself."""
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, -1, width], [1, 0, 0]],
    }[quarters]
    return np.array([*rows, [0, 0, 1]], float)


def _quarters(grey: Picture, engine: Engine) -> int:
    """Return the quarter turns, clockwise, that set a page upright."""
    found = engine.find(grey, _LOOK)
    lying = sum(right - left for left, top, right, bottom in found if right - left > 1.5 * (bottom - top))
    standing = sum(bottom - top for left, top, right, bottom in found if bottom - top > 1.5 * (right - left))
    sideways = standing > lying
    turned = np.ascontiguousarray(np.rot90(grey, -1)) if sideways else grey
    if sideways:
        high = grey.shape[0]
        found = [(high - bottom, left, high - top, right) for left, top, right, bottom in found]
    crops = list(_asked(turned, found))
    if not crops:
        return 0
    up, down = engine.read(crops), engine.read([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
    is_down = sum(len(each.text) * each.score for each in down) > sum(len(each.text) * each.score for each in up)
    return (1 if sideways else 0) + (2 if is_down else 0)


def _asked(grey: Picture, found: Sequence[tuple[float, float, float, float]]) -> Iterable[Picture]:
    """Yield the largest lines of a usual shape."""
    fit = [box for box in found if _SHAPES[0] < (box[2] - box[0]) / (box[3] - box[1]) < _SHAPES[1]]
    for box in sorted(fit, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), reverse=True)[:_VOTES]:
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        if bottom - top > 4:
            yield grey[top:bottom, left:right]


def skew(grey: Picture) -> float:
    """Return the degrees, clockwise, that level a picture: rows and columns then change the most abruptly."""
    height, width = grey.shape
    ratio = min(1.0, _SMALL / max(height, width))
    small = 255 - cv2.resize(grey, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (3, 3), 0)  # turning blurs; what is not turned must not seem sharper for it
    best = 0.0
    for reach, step in _STEPS:
        tries = [best + step * at for at in range(-round(reach / step), round(reach / step) + 1)]
        best = max(tries, key=lambda angle: (_abruptness(small, angle), -abs(angle)))
    return round(best, 2)


def _abruptness(small: Picture, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    turned = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR)
    sums = (cv2.reduce(turned, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for axis in (0, 1))
    return float(sum(np.square(np.diff(each)).sum() for each in sums))
