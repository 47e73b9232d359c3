"""Pictures as arrays of pixels."""

from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[Any]
"""Rows of pixels: grey, or with the three colours blue, green and red."""

Mask: TypeAlias = NDArray[Any]
"""Rows of pixels that are 0 or 255."""

Matrix: TypeAlias = NDArray[Any]
"""Three rows of three numbers that map points of one picture to points of another."""

Points: TypeAlias = NDArray[np.float64]
"""Rows of two coordinates, in pixels."""

Pieces: TypeAlias = NDArray[np.float64]
"""Straight pieces of lines, a row each: x and y of one end, and of the other, in pixels."""

LONG_SIDE = 842.0
"""Points of the longer side of A4, of which a sheet of unknown size is taken to be."""


class Sheet(NamedTuple):
    """A page as a picture: its number (from 1), its pixels, and its width and height in points."""

    number: int
    pixels: Picture
    width: float
    height: float


def reduced(grey: Picture, longest: int) -> tuple[Picture, float]:
    """Return a picture whose longer side has no more than so many pixels, and its size to that of the other."""
    height, width = grey.shape
    ratio = min(1.0, longest / max(height, width))
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA), ratio
