"""Pictures as arrays of pixels."""

from typing import Any, NamedTuple, TypeAlias

from numpy.typing import NDArray

Picture: TypeAlias = NDArray[Any]
"""Rows of pixels: grey, or with the three colours blue, green and red."""

Mask: TypeAlias = NDArray[Any]
"""Rows of pixels that are 0 or 255."""

Matrix: TypeAlias = NDArray[Any]
"""Three rows of three numbers that map points of one picture to points of another."""


class Sheet(NamedTuple):
    """A page as a picture: its number (from 1), its pixels, and its width and height in points."""

    number: int
    pixels: Picture
    width: float
    height: float
