"""Define the types of pictures, clean pictures of pages, and separate their ink from the paper.

The scores of words that are out of focus are lowered.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.recognition import Word

Picture: TypeAlias = NDArray[Any]
"""Rows of pixels, from 0 to 255: grey, or with three values each for blue, green and red."""

Mask: TypeAlias = NDArray[Any]
"""Rows of pixels that are 255 where something is, such as ink, and 0 elsewhere."""

Matrix: TypeAlias = NDArray[Any]
"""A 3 by 3 matrix (homography) that maps points of one picture to points of another."""

Points: TypeAlias = NDArray[np.float64]
"""Points, a row each: x and y in pixels."""

Pieces: TypeAlias = NDArray[np.float64]
"""Straight pieces of lines, a row each: x and y of one end, then of the other end, in pixels."""

Numbers: TypeAlias = NDArray[np.float64]
"""Numbers in rows, columns or both."""

LONG_SIDE = 842.0
"""The longer side of A4 in points; a sheet of unknown size is taken for A4."""


class Sheet(NamedTuple):
    """A page as a picture: its number (from 1), its pixels, and its width and height on paper in points."""

    number: int
    pixels: Picture
    width: float
    height: float


def reduced(grey: Picture, longest: int) -> tuple[Picture, float]:
    """Return a picture reduced so that its longer side has at most `longest` pixels, and the factor (at most 1)."""
    height, width = grey.shape
    ratio = min(1.0, longest / max(height, width))
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA), ratio


_RED = 24  # grey levels by which red exceeds green and blue in the ink of a stamp
_DARK = 185  # of 255, on paper made white: darker pixels are ink; high enough for the thin rings of full stops 。
_PALE = 215  # of 255: the lightest that thin strokes of a blurred picture may be
_ABOVE_NOISE = 5  # standard deviations of the paper's tone by which faint ink must be darker
_DEVIATIONS = 1.48  # standard deviations per distance from the median to the quartile of a normal distribution
_LIGHT = 150  # of 255: the least red value assumed for the ink of a stamp
_REDUCED = 4  # the factor by which the picture is reduced to look for shadows, and to measure noise
_PAPER = 9  # pixels of the reduced picture: wider than strokes, narrower than shadows
_SMOOTH = 15  # pixels of the reduced picture over which the paper's tone is smoothed
_STEP = 12  # grey levels (of 255) between adjacent pixels: a smaller step is not the edge of a stroke
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
    """Return a grey picture with the paper made white: each pixel is divided by the paper's tone around it.

    The paper's tone is the lightest tone near a pixel, smoothed.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _REDUCED), max(1, height // _REDUCED)), interpolation=cv2.INTER_AREA)
    tone = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_PAPER, _PAPER), np.uint8))
    tone = cv2.medianBlur(tone, _SMOOTH)
    return cv2.divide(grey, cv2.resize(tone, (width, height), interpolation=cv2.INTER_LINEAR), scale=255)


def ink(grey: Picture) -> Mask:
    """Return a mask of the ink in a cleaned picture; single dark pixels do not count."""
    return np.where(cv2.GaussianBlur(grey, (3, 3), 0) < _DARK, np.uint8(255), np.uint8(0))


def faint_ink(grey: Picture) -> Mask:
    """Return a mask of the ink in a cleaned picture, including strokes that are little darker than the paper."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    quarter, middle = np.percentile(smooth[::_REDUCED, ::_REDUCED], (25, 50))
    noise = (middle - quarter) * _DEVIATIONS
    return np.where(smooth < max(_DARK, min(_PALE, middle - _ABOVE_NOISE * noise)), np.uint8(255), np.uint8(0))


def focus(grey: Picture, em: float) -> float:
    """Return the sharpness of a cleaned picture, from 0 to 1 (sharp); `em` is its characters' height in pixels."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(smooth, axis=1))[1:], np.abs(np.diff(smooth, axis=0))[:, 1:])
    edges = steps[steps > _STEP]
    return min(1.0, float(np.percentile(edges, 90)) * em / 255 / _SHARP) if edges.size else 1.0


def blurred(words: Iterable[Word], sharp: float) -> Iterator[Word]:
    """Yield the words with their scores multiplied by `sharp`, the picture's sharpness from 0 to 1 (see `focus`)."""
    return (word._replace(scores=tuple(round(score * sharp, 4) for score in word.scores)) for word in words)
