"""Find the two pencils of lines in a picture of a page: the lines that are level on the page, and the upright ones.

A pencil is a set of lines that are parallel on the paper; in a photograph taken at an angle they meet in one point. It
is estimated from short straight pieces: of rulings, strokes of characters, lines of text, and edges of the paper.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.ink import Mask, Numbers, Picture, Pieces, Points, reduced

_LOOK = 1400  # pixels of the longer side of the reduced picture in which pieces are looked for
_SHORTEST = 9.0  # pixels of that picture: shorter pieces are dropped
_LONGEST = 0.15  # share of the longer side: a longer piece has no more weight, so that one curved line cannot decide
_ASIDE = 0.3  # slope: pieces further from the usual direction are not used
_SPREAD = 0.012  # radians: pieces that differ more from the fitted pencil hardly count
_FEWEST = 12  # least number of pieces for a fit
_AGREED = 0.5  # least share of the pieces, weighted by squared length, that must be near the pencil
# Lines of text, which show the direction better than strokes: in many types these slant.
_LINES = 700  # pixels of the longer side of the reduced picture in which lines are looked for
_INK = 170  # of 255: darker pixels are ink
_JOINED = 17  # pixels: gaps between characters that are closed, so that a line becomes one mark
_WIDE = 60  # pixels: shorter marks are not lines
_SLENDER = 8.0  # times as long as thick: the least shape of a line

# Coefficients are fitted to values of which many are outliers (iteratively reweighted least squares):
_ROUNDS = 12  # repetitions of the fit, each with outliers weighted down


class Pencil(NamedTuple):
    """The lines that are parallel on a page; their slope at (x, y) is (`tilt` - `turn` · y) / (1 - `turn` · x).

    x is along the lines' main direction and y across it, from the middle of the picture, in halves of its longer side.
    `turn` is 0 for lines that are parallel in the picture, too.
    """

    tilt: float
    turn: float


def pieces(grey: Picture) -> Pieces:
    """Return the straight pieces of lines in a cleaned picture: of rulings, strokes and lines of text."""
    small, ratio = reduced(grey, _LOOK)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    lines: Pieces = np.zeros((0, 4)) if found is None else found.reshape(-1, 4).astype(float) / ratio
    return np.asarray(lines[_lengths(lines) * ratio >= _SHORTEST])


def written(grey: Picture, way: float) -> Pieces:
    """Return the lines of text in a cleaned picture that run along the direction `way` (radians) or across it."""
    small, ratio = reduced(grey, _LINES)
    height, width = small.shape
    wide = round(float(np.hypot(width, height)))
    found = []
    for turn in (way, way + np.pi / 2):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(np.degrees(turn)), 1.0)
        matrix[:, 2] += [(wide - width) / 2, (wide - height) / 2]
        turned = cv2.warpAffine(small, matrix, (wide, wide), flags=cv2.INTER_LINEAR, borderValue=(255,))
        mask = cv2.threshold(turned, _INK, 255, cv2.THRESH_BINARY_INV)[1]
        back = cv2.invertAffineTransform(matrix)
        found += [ends @ back[:, :2].T + back[:, 2] for ends in _slender(mask)]
    return np.array(found).reshape(-1, 4) / ratio


def _slender(mask: Mask) -> Iterator[Points]:
    """Yield both end points of each long, thin, nearly horizontal group of ink in a mask."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, _JOINED), np.uint8))
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask)
    for piece in range(1, count):
        x, y, across, down = stats[piece][:4]
        if across < max(_WIDE, 2 * down):
            continue
        moments = cv2.moments((labels[y : y + down, x : x + across] == piece).astype(np.uint8), binaryImage=True)
        spread = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / moments["m00"]
        (thin, long), axes = np.linalg.eigh(spread)
        if long > _SLENDER**2 * thin:
            step = np.sqrt(3 * long) * axes[:, 1]
            yield np.array([middles[piece] - step, middles[piece] + step])


def direction(found: Pieces) -> float:
    """Return the usual direction of straight pieces in radians, from -π/4 to π/4.

    Directions are counted modulo a quarter turn, so that level and upright pieces support the same direction.
    """
    ways = np.arctan2(found[:, 3] - found[:, 1], found[:, 2] - found[:, 0])
    return float(np.angle((_lengths(found) ** 2 * np.exp(4j * ways)).sum()) / 4)


def pencil(lines: Pieces, middle: Points, half: float, way: float) -> Pencil | None:
    """Fit a pencil of lines to the pieces whose direction is near `way` (radians).

    None if they are too few or disagree. `middle` is the middle of the picture, and `half` half of its longer side, in
    pixels.
    """
    cos, sin = np.cos(way), np.sin(way)
    turned = (lines.reshape(-1, 2, 2) - middle) / half @ np.array([[cos, -sin], [sin, cos]])
    steps = turned[:, 1] - turned[:, 0]
    near = np.abs(steps[:, 1]) < _ASIDE * np.abs(steps[:, 0])
    steps, at = steps[near], turned[near].mean(axis=1)
    if len(steps) < _FEWEST:
        return None
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    along, across = steps[:, 0] / lengths, steps[:, 1] / lengths
    rows = np.column_stack([along, across * at[:, 0] - along * at[:, 1]])
    # across - tilt · along + turn · (y · along - x · across) = 0 for each piece
    sure = np.minimum(lengths, 2 * _LONGEST) ** 2
    best, strays = fitted(rows, across, sure, (_ASIDE, _SPREAD))
    if sure[np.abs(strays) < 2 * _SPREAD].sum() < _AGREED * sure.sum():
        return None
    return Pencil(float(best[0]), float(best[1]))


def fitted(
    summands: Numbers, values: Numbers, sure: Numbers, spreads: tuple[float, float], ridge: float = 0.0
) -> tuple[Numbers, Numbers]:
    """Return the coefficients of `summands` (a column each) that fit `values` best, and by how much each value strays.

    The weight of a value is its entry in `sure`, reduced the further it strays: values that stray by more than a spread
    hardly count. The spread begins at `spreads[0]` and is halved round by round down to `spreads[1]`. `ridge` draws
    coefficients that the values leave open to 0.
    """
    weights, spread = sure, spreads[0]
    for _ in range(_ROUNDS):
        squares = summands.T @ (weights[:, None] * summands) + ridge * sure.sum() * np.eye(summands.shape[1])
        best = np.linalg.pinv(squares) @ summands.T @ (weights * values)
        strays = values - summands @ best
        weights = sure / (1 + (strays / spread) ** 2) ** 2
        spread = max(spreads[1], spread / 2)
    return np.asarray(best), strays


def _lengths(lines: Pieces) -> Numbers:
    return np.asarray(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]))
