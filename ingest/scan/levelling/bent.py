"""Flatten pages that are slightly bent: straighten the rulings and lines of text that bow."""

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.levelling.pencils import pieces, written
from jixiao.ingest.scan.levelling.skew import sharpness
from jixiao.ingest.scan.pixels import Picture

_STRAY = 0.09  # radians: pieces further from level are not used
_SPREAD = 0.006  # radians: pieces that differ more from the fitted bow hardly count
_ROUNDS = 8  # repetitions of the fit, each with outliers weighted down
_LONGEST = 0.1  # halves of the longer side: a longer piece has no more weight than one of this length
_FEWEST = 40  # least number of pieces for a fit
# Shares of the longer side: a smaller bow does not matter, a larger one is taken for an error.
_LEAST, _MOST = 0.002, 0.015
_GAIN = 1.05  # least factor by which flattening must make rows and columns change more abruptly
_STEP = 16  # pixels: the bow is computed at places this far from each other, since it is smooth
# Powers of the place along a line, and of the place across, in the fitted slope.
_POWERS = ((0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1), (3, 1))

Numbers = NDArray[np.float64]


def flattened(grey: Picture) -> Picture | None:
    """Return a straightened page with its bow removed; None if there is no bow, or if it is too large."""
    height, width = grey.shape
    half = max(grey.shape) / 2
    lines = np.vstack([pieces(grey), written(grey, 0.0)])
    middle = np.array([width / 2, height / 2])
    ends = (lines.reshape(-1, 2, 2) - middle) / half
    bows = [_bow(ends), _bow(ends[:, :, ::-1])]
    columns, rows = (np.arange(_STEP / 2, side + _STEP, _STEP) for side in (width, height))
    x, y = np.meshgrid((columns - middle[0]) / half, (rows - middle[1]) / half)
    down = np.zeros(x.shape) if bows[0] is None else _offset(bows[0], x, y)
    across = np.zeros(x.shape) if bows[1] is None else _offset(bows[1], y, x)
    most = max(np.abs(down).max(), np.abs(across).max()) / 2
    if not _LEAST < most < _MOST:
        return None
    found = [middle[0] - 0.5 + (x + across) * half, middle[1] - 0.5 + (y + down) * half]
    maps = [cv2.resize(each.astype(np.float32), None, fx=_STEP, fy=_STEP)[:height, :width] for each in found]
    flat = cv2.remap(grey, maps[0], maps[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return flat if sharpness(flat) > _GAIN * sharpness(grey) else None


def _bow(ends: Numbers) -> Numbers | None:
    """Return the bow of a page: its slope at each place, as the coefficients of the powers in `_POWERS`.

    The slope is fitted to that of nearly level pieces; None if they are too few. `ends` are the end points of all
    pieces, in halves of the picture's longer side from its middle.
    """
    steps, at = ends[:, 1] - ends[:, 0], ends.mean(axis=1)
    near = np.abs(steps[:, 1]) < _STRAY * np.abs(steps[:, 0])
    steps, at = steps[near], at[near]
    if len(steps) < _FEWEST:
        return None
    slopes = steps[:, 1] / steps[:, 0]
    sure = np.minimum(np.abs(steps[:, 0]), _LONGEST) ** 2
    summands = np.stack([at[:, 0] ** i * at[:, 1] ** j for i, j in _POWERS], axis=1)
    weights, spread = sure, _STRAY
    for _ in range(_ROUNDS):
        ridge = 1e-3 * sure.sum() * np.eye(len(_POWERS))
        found = np.linalg.solve(summands.T @ (weights[:, None] * summands) + ridge, summands.T @ (weights * slopes))
        weights = sure / (1 + ((slopes - summands @ found) / spread) ** 2) ** 2
        spread = max(_SPREAD, spread / 2)
    return np.asarray(found)


def _offset(bow: Numbers, along: Numbers, across: Numbers) -> Numbers:
    """Return how far a line that is straight on the page is displaced at each place (`along`, `across`).

    It is the integral of the slope `bow` along the line, in halves of the picture's longer side.
    """
    summands = zip(bow, _POWERS, strict=True)
    return np.asarray(sum(c * along ** (i + 1) / (i + 1) * across**j for c, (i, j) in summands))
