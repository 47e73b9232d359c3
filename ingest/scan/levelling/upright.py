"""Set pages upright: straighten photographs, turn pages by quarters to where they read best, and level them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.engine import Engine
from jixiao.ingest.scan.ink import cleaned
from jixiao.ingest.scan.levelling.flatness import flattened, skew
from jixiao.ingest.scan.levelling.straighten import straight
from jixiao.ingest.scan.pixels import Matrix, Picture

_LOOK = 960  # pixels of the longer side of the reduced picture in which lines are looked for
_VOTES = 6  # lines that are read to decide which way is up
_ASKED = 8  # times a line's height: the width that is read; enough, as upright lines score over twenty times higher
_SHAPES = (2.5, 20.0)  # width to height of the lines that are read to decide which way is up
_LEVEL = 0.03  # degrees: a smaller skew is not corrected


class Upright(NamedTuple):
    """A page set upright: its pixels, the degrees of its turn (clockwise), and the matrix back to the picture.

    `straightened` is true if the page was a photograph, and `whole` if it is an entire sheet of paper cut out of one.
    """

    pixels: Picture
    angle: float
    back: Matrix
    straightened: bool = False
    whole: bool = False


def upright(pixels: Picture, engine: Engine) -> Upright:
    """Return the cleaned picture of a page, upright, level and flat; the page of a photograph is also straightened."""
    grey = cleaned(pixels)
    found = straight(pixels, grey)
    level = _level(grey if found is None else found.of(grey), engine)
    if found is not None:
        once = found.of(grey, level.back, level.pixels.shape[1::-1])  # resamples once: twice would blur
        level = Upright(once, found.angle + level.angle, found.matrix @ level.back, True, found.whole)
    return level._replace(pixels=flattened(level.pixels))


def _level(grey: Picture, engine: Engine) -> Upright:
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
    """Return the matrix from points of a picture turned clockwise by quarters to points of the unturned picture."""
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, -1, width], [1, 0, 0]],
    }[quarters]
    return np.array([*rows, [0, 0, 1]], float)


def _quarters(grey: Picture, engine: Engine) -> int:
    """Return the number of quarter turns, clockwise, that set a page upright."""
    found = engine.find(grey, _LOOK)
    lying = sum(right - left for left, top, right, bottom in found if right - left > 1.5 * (bottom - top))
    standing = sum(bottom - top for left, top, right, bottom in found if bottom - top > 1.5 * (right - left))
    sideways = standing > lying
    if sideways:
        found = [(len(grey) - bottom, left, len(grey) - top, right) for left, top, right, bottom in found]
        grey = np.ascontiguousarray(np.rot90(grey, -1))
    crops = list(_asked(grey, found))
    if not crops:
        return 0
    up, down = engine.read(crops), engine.read([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
    is_down = sum(len(each.text) * each.score for each in down) > sum(len(each.text) * each.score for each in up)
    return (1 if sideways else 0) + (2 if is_down else 0)


def _asked(grey: Picture, found: Sequence[tuple[float, float, float, float]]) -> Iterable[Picture]:
    """Yield pictures of the largest lines that have the shape of a line of text, each cut to eight times its height.

    `found` are the boxes of all lines: left, top, right and bottom in pixels.
    """
    fit = [box for box in found if _SHAPES[0] < (box[2] - box[0]) / (box[3] - box[1]) < _SHAPES[1]]
    for box in sorted(fit, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), reverse=True)[:_VOTES]:
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        if bottom - top > 4:
            yield grey[top:bottom, left : min(right, left + _ASKED * (bottom - top))]
