"""Measure how far a picture is from level: its rows and columns change the most abruptly where lines run along them."""

from __future__ import annotations

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Matrix, Picture, reduced

_SMALL = 900  # pixels: the longer side of the picture whose skew is measured
_STEPS = ((8.0, 0.5), (0.5, 0.1), (0.1, 0.02))  # degrees to both sides, and from one try to the next


def skew(grey: Picture) -> float:
    """Return the degrees, clockwise, that level a picture: rows and columns then change the most abruptly."""
    small = _small(grey)
    best = 0.0
    for reach, step in _STEPS:
        tries = [best + step * at for at in range(-round(reach / step), round(reach / step) + 1)]
        best = max(tries, key=lambda angle: (_abruptness(small, angle), -abs(angle)))
    return round(best, 2)


def sharpness(grey: Picture) -> float:
    """Return how abruptly rows and columns change, to be compared with another picture of the page."""
    return _abruptness(_small(grey), 0.0)


def gain(grey: Picture, towards: Matrix) -> float:
    """Return how much more abruptly rows and columns change if a matrix is applied than if the picture is levelled."""
    small = _small(grey)
    height, width = small.shape
    unit = np.diag([width / grey.shape[1], height / grey.shape[0], 1.0])
    moved = cv2.warpPerspective(small, unit @ towards @ np.linalg.inv(unit), (width, height), flags=cv2.INTER_LINEAR)
    return _abruptness(moved, 0.0) / max(_abruptness(small, skew(grey)), 1.0)


def _small(grey: Picture) -> Picture:
    small = 255 - reduced(grey, _SMALL)[0]
    return cv2.GaussianBlur(small, (3, 3), 0)  # turning blurs; what is not turned must not seem sharper for it


def _abruptness(small: Picture, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    turned = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR)
    sums = (cv2.reduce(turned, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for axis in (0, 1))
    return float(sum(np.square(np.diff(each)).sum() for each in sums))
