"""Measure how far a picture is from level: rows and columns change most abruptly when lines run along them."""

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Matrix, Picture, reduced

_SMALL = 900  # pixels of the longer side of the reduced picture that is measured
# Degrees: how far to both sides angles are tried, and the distance of tries, coarse to fine.
_STEPS = ((8.0, 0.5), (0.5, 0.1), (0.1, 0.02))


def skew(grey: Picture) -> float:
    """Return the angle in degrees, clockwise, by which to turn a picture to make it level."""
    small = _small(grey)
    best = 0.0
    for reach, step in _STEPS:
        tries = [best + step * at for at in range(-round(reach / step), round(reach / step) + 1)]
        best = max(tries, key=lambda angle: (_abruptness(small, angle), -abs(angle)))
    return round(best, 2)


def sharpness(grey: Picture) -> float:
    """Return how abruptly rows and columns change, a number to compare with that of another picture of the page."""
    return _abruptness(_small(grey), 0.0)


def gain(grey: Picture, towards: Matrix) -> float:
    """Return how much better a picture is level after straightening than after mere levelling, as a ratio.

    It compares how abruptly rows and columns change. `towards` maps the picture to the straightened page.
    """
    small = _small(grey)
    height, width = small.shape
    unit = np.diag([width / grey.shape[1], height / grey.shape[0], 1.0])
    moved = cv2.warpPerspective(small, unit @ towards @ np.linalg.inv(unit), (width, height), flags=cv2.INTER_LINEAR)
    return _abruptness(moved, 0.0) / max(_abruptness(small, skew(grey)), 1.0)


def _small(grey: Picture) -> Picture:
    small = 255 - reduced(grey, _SMALL)[0]
    return cv2.GaussianBlur(small, (3, 3), 0)  # turning blurs a picture; so that an unturned one has no advantage


def _abruptness(small: Picture, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    turned = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR)
    sums = (cv2.reduce(turned, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for axis in (0, 1))
    return float(sum(np.square(np.diff(each)).sum() for each in sums))
