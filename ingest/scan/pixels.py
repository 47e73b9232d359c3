"""Types for pictures as arrays of pixels."""

from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

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
