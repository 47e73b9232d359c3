"""Find the two pencils of a picture of a page: the lines that are level on the page, and those that are upright.

In a photograph taken askew, lines that are parallel on the paper run to one point. A pencil is told by short straight
pieces: of rulings, of the strokes of characters, of lines of text, and of the edges of the paper.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Picture, Pieces, Points, reduced

_LOOK = 1400  # pixels: the longer side of the picture in which pieces are looked for
_SHORTEST = 9.0  # pixels of that picture: shorter pieces say little
_LONGEST = 0.15  # of the longer side: a longer piece counts as one of this length, lest one curved line decide
_ASIDE = 0.3  # of the angle in radians: how far a piece strays from the usual directions at most
_ROUNDS = 12
_SPREAD = 0.012  # radians: pieces that stray further hardly count
_FEWEST = 12  # pieces
_DOUBTS = 2.5  # standard errors: what may be chance
_AGREED = 0.5  # of the pieces, by the squares of their lengths: near the pencil


class Pencil(NamedTuple):
    """The slope of a pencil's lines: at (x, y) along its axis and across it, `tilt` - `turn` · y over 1 - `turn` · x.

    Coordinates are from the middle of the picture, in halves of its longer side; `doubt` is the standard error of
    `turn`.
    """

    tilt: float
    turn: float
    doubt: float

    @property
    def surely(self) -> float:
        """The turn, less what may be chance."""
        return self.turn * max(0.0, 1 - (_DOUBTS * self.doubt / self.turn) ** 2) if self.turn else 0.0


def pieces(grey: Picture) -> Pieces:
    """Return straight pieces of lines in a cleaned picture: of rulings, strokes and lines of text."""
    small, ratio = reduced(grey, _LOOK)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    lines: Pieces = np.zeros((0, 4)) if found is None else found.reshape(-1, 4).astype(float) / ratio
    return np.asarray(lines[_lengths(lines) * ratio >= _SHORTEST])


def direction(found: Pieces) -> float:
    """Return the usual direction of pieces, in radians from -π/4 to π/4: that of one pencil, or across the other."""
    ways = np.arctan2(found[:, 3] - found[:, 1], found[:, 2] - found[:, 0])
    weights = np.minimum(_lengths(found), np.percentile(_lengths(found), 99))
    bins = 180
    counts, _ = np.histogram(ways % (np.pi / 2), bins, (0, np.pi / 2), weights=weights)
    wide = np.convolve(np.concatenate([counts[-4:], counts, counts[:4]]), np.hanning(9), "valid")
    peak = (int(wide.argmax()) + 0.5) * np.pi / 2 / bins
    return float((peak + np.pi / 4) % (np.pi / 2) - np.pi / 4)


def pencil(lines: Pieces, middle: Points, half: float, way: float) -> Pencil | None:
    """Return the pencil of the pieces whose direction is near `way`; None if they are too few, or disagree."""
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
    weights, spread = sure, _ASIDE
    for _ in range(_ROUNDS):
        inverse = np.linalg.pinv(rows.T @ (weights[:, None] * rows))
        best = inverse @ rows.T @ (weights * across)
        strays = across - rows @ best
        weights = sure / (1 + (strays / spread) ** 2) ** 2
        spread = max(_SPREAD, spread / 2)
    if sure[np.abs(strays) < 2 * _SPREAD].sum() < _AGREED * sure.sum():
        return None
    each = rows * (weights * strays)[:, None]
    doubt = np.sqrt((inverse @ (each.T @ each) @ inverse)[1, 1])
    return Pencil(float(best[0]), float(best[1]), float(doubt))


def _lengths(lines: Pieces) -> Any:
    return np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
