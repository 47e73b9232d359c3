"""Clean pages, straighten photographs, turn pages by quarters to where they read best, and level them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.engine import Engine
from jixiao.ingest.scan.levelling.flatness import flattened, skew
from jixiao.ingest.scan.levelling.straighten import straight
from jixiao.ingest.scan.pixels import Mask, Matrix, Picture

_RED = 24  # grey levels by which red exceeds green and blue in the ink of a stamp
_DARK = 185  # of 255, on paper made white: darker pixels are ink; high enough for the thin rings of full stops 。
_PALE = 215  # of 255: the lightest that thin strokes of a blurred picture may be
_ABOVE_NOISE = 5  # standard deviations of the paper's tone by which faint ink must be darker
_DEVIATIONS = 1.48  # standard deviations per distance from the median to the quartile of a normal distribution
_LIGHT = 150  # of 255: the least red value assumed for the ink of a stamp
_SHADE = 4  # the factor by which the picture is reduced to look for shadows
_PAPER = 9  # pixels of the reduced picture: wider than strokes, narrower than shadows
_SMOOTH = 15  # pixels of the reduced picture over which the paper's tone is smoothed
_EDGE = 12  # grey levels (of 255) between adjacent pixels: a smaller step is not the edge of a stroke
_SHARP = 3.0  # the slope of a sharp edge: from white to black in a third of a character's height


def cleaned(pixels: Picture) -> Picture:
    """Return the picture in grey on white paper, without red ink; black ink under a red stamp stays."""
    if pixels.ndim == 2:
        return _on_white(pixels)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    blue, green, red = cv2.split(pixels)
    excess = cv2.subtract(red, cv2.max(blue, green))
    strong = red[excess > 3 * _RED]
    # In the red channel, red ink is nearly as light as paper, and black ink under it is black.
    light = float(np.median(strong)) if strong.size else 255.0
    lifted = cv2.convertScaleAbs(red, alpha=255 / max(light, _LIGHT))
    return _on_white(np.where(excess > _RED, cv2.max(lifted, grey), grey))


def _on_white(grey: Picture) -> Picture:
    """Return a picture on white paper: each pixel is divided by the paper's tone around it.

    The paper's tone is the lightest tone near a pixel, smoothed.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _SHADE), max(1, height // _SHADE)), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_PAPER, _PAPER), np.uint8))
    paper = cv2.medianBlur(paper, _SMOOTH)
    return cv2.divide(grey, cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), scale=255)


def ink(grey: Picture) -> Mask:
    """Return a mask of the ink in a cleaned picture; single dark pixels do not count."""
    return np.where(cv2.GaussianBlur(grey, (3, 3), 0) < _DARK, np.uint8(255), np.uint8(0))


def faint_ink(grey: Picture) -> Mask:
    """Return a mask of the ink in a cleaned picture, including strokes that are little darker than the paper."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    quarter, middle = np.percentile(smooth[::_SHADE, ::_SHADE], (25, 50))
    noise = (middle - quarter) * _DEVIATIONS
    return np.where(smooth < max(_DARK, min(_PALE, middle - _ABOVE_NOISE * noise)), np.uint8(255), np.uint8(0))


def focus(grey: Picture, em: float) -> float:
    """Return the sharpness of a cleaned picture, from 0 to 1 (sharp); `em` is its characters' height in pixels."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(smooth, axis=1))[1:], np.abs(np.diff(smooth, axis=0))[:, 1:])
    edges = steps[steps > _EDGE]
    return min(1.0, float(np.percentile(edges, 90)) * em / 255 / _SHARP) if edges.size else 1.0


def blurred(words: Iterable[Word], sharp: float) -> Iterator[Word]:
    """Yield the words with their scores multiplied by `sharp`, the picture's sharpness as `focus` returns it."""
    for word in words:
        yield word._replace(scores=tuple(round(score * sharp, 4) for score in word.scores)) if sharp < 1 else word


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
