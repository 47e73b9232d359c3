"""Measure how far pages are from level, and flatten those that are slightly bent.

Rows and columns of pixels change most abruptly when lines run along them. A *bow* is what bends rulings and lines of
text on a page that does not lie flat.
"""

from itertools import product

import cv2
import numpy as np

from jixiao.ingest.scan.ink import Matrix, Numbers, Picture, reduced
from jixiao.ingest.scan.levelling.pencils import fitted, pieces, written

_STRAY = 0.09  # radians: pieces further from level are not used
_SPREAD = 0.006  # radians: pieces that differ more from the fitted bow hardly count
_LONGEST = 0.1  # halves of the longer side: a longer piece has no more weight than one of this length
_FEWEST = 40  # least number of pieces for a fit
# Shares of the longer side: a smaller bow does not matter, a larger one is taken for an error.
_LEAST, _MOST = 0.002, 0.015
_GAIN = 1.05  # least factor by which flattening must make rows and columns change more abruptly
_STEP = 16  # pixels: the bow is computed at places this far from each other, since it is smooth
# Powers of the place along a line, and of the place across, in the fitted slope.
_POWERS = tuple(product(range(4), range(2)))

_SMALL = 900  # pixels of the longer side of the reduced picture that is measured
# Degrees: how far to both sides angles are tried, and the distance of tries, coarse to fine.
_STEPS = ((8.0, 0.5), (0.5, 0.1), (0.1, 0.02))


def flattened(grey: Picture) -> Picture:
    """Return a level page with its bow removed, unless the bow is too small to matter, or too large to be one."""
    height, width = grey.shape
    half = max(grey.shape) / 2
    lines = np.vstack([pieces(grey), written(grey, 0.0)])
    middle = np.array([width / 2, height / 2])
    ends = (lines.reshape(-1, 2, 2) - middle) / half
    columns, rows = (np.arange(_STEP / 2, side + _STEP, _STEP) for side in (width, height))
    x, y = np.meshgrid((columns - middle[0]) / half, (rows - middle[1]) / half)
    down, across = _offset(_bow(ends), x, y), _offset(_bow(ends[:, :, ::-1]), y, x)
    most = max(np.abs(down).max(), np.abs(across).max()) / 2
    if not _LEAST < most < _MOST:
        return grey
    found = [middle[0] - 0.5 + (x + across) * half, middle[1] - 0.5 + (y + down) * half]
    maps = [cv2.resize(each.astype(np.float32), None, fx=_STEP, fy=_STEP)[:height, :width] for each in found]
    flat = cv2.remap(grey, maps[0], maps[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return flat if levelness(flat) > _GAIN * levelness(grey) else grey


def _bow(ends: Numbers) -> Numbers:
    """Return how the lines of a page bend: one coefficient for each pair of powers in `_POWERS`.

    With them, the slope of lines at (x, y) is the sum of coefficient * x**i * y**j. They are fitted to the slopes of
    the nearly level stretches of writing; all are 0 if these are too few. `ends` are the end points of all stretches,
    in halves of the picture's longer side from its middle.
    """
    steps, at = ends[:, 1] - ends[:, 0], ends.mean(axis=1)
    near = np.abs(steps[:, 1]) < _STRAY * np.abs(steps[:, 0])
    steps, at = steps[near], at[near]
    if len(steps) < _FEWEST:
        return np.zeros(len(_POWERS))
    sure = np.minimum(np.abs(steps[:, 0]), _LONGEST) ** 2
    summands = np.stack([at[:, 0] ** i * at[:, 1] ** j for i, j in _POWERS], axis=1)
    return fitted(summands, steps[:, 1] / steps[:, 0], sure, (_STRAY, _SPREAD), 1e-3)[0]


def _offset(bow: Numbers, along: Numbers, across: Numbers) -> Numbers:
    """Return how far a line that is straight on the page is displaced at each place.

    It is the integral of the slope `bow` along the line, in halves of the picture's longer side. `along` and `across`
    are the coordinates of the places.
    """
    return np.asarray(sum(c * along ** (i + 1) / (i + 1) * across**j for c, (i, j) in zip(bow, _POWERS, strict=True)))


def skew(grey: Picture) -> float:
    """Return the angle in degrees, clockwise, by which to turn a picture to make it level."""
    small = _small(grey)
    best = 0.0
    for reach, step in _STEPS:
        tries = [best + step * at for at in range(-round(reach / step), round(reach / step) + 1)]
        best = max(tries, key=lambda angle: (_abruptness(small, angle), -abs(angle)))
    return round(best, 2)


def levelness(grey: Picture) -> float:
    """Return how abruptly neighbouring rows and columns of pixels differ; the larger, the more level the page is.

    Only pictures of one page can be compared.
    """
    return _abruptness(_small(grey), 0.0)


def gain(grey: Picture, towards: Matrix) -> float:
    """Return a picture's levelness after straightening, divided by its levelness after a mere turn.

    `towards` is the matrix from the picture to the straightened page.
    """
    small = _small(grey)
    height, width = small.shape
    unit = np.diag([width / grey.shape[1], height / grey.shape[0], 1.0])
    moved = cv2.warpPerspective(small, unit @ towards @ np.linalg.inv(unit), (width, height), flags=cv2.INTER_LINEAR)
    return _abruptness(moved, 0.0) / max(_abruptness(small, skew(grey)), 1.0)


def _small(grey: Picture) -> Picture:
    # Turning blurs a picture; so that an unturned one has no advantage, it is blurred as well.
    return cv2.GaussianBlur(255 - reduced(grey, _SMALL)[0], (3, 3), 0)


def _abruptness(small: Picture, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    turned = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR)
    sums = (cv2.reduce(turned, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for axis in (0, 1))
    return float(sum(np.square(np.diff(each)).sum() for each in sums))
