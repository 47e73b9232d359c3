"""Find the sheet of paper in a picture by its edges, if it lies on a darker surface."""

from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Picture, Points, reduced

_LOOK = 500  # pixels of the longer side of the reduced picture in which edges are looked for
_STROKES = 13  # pixels of that picture: text and rulings are narrower, and wiped out first
_NEAR = np.ones((5, 5), np.uint8)  # pixels: the blur of an edge is narrower; light changes little over this distance
_BESIDE = 5.0  # pixels on both sides of an edge at which paper and surface are compared
_DARKER = 0.88  # share of the paper's lightness: the surface must be darker than this
_LEAST = 0.25  # share of the picture's area that a sheet must cover
_OUTSIDE = 0.25  # share of the picture's side by which a corner may lie outside of it
_SEEN = 0.4  # share of an edge within the picture beyond which it must be dark, for the edge to count as seen
_PLACES = 50  # places of an edge at which this is examined


class Paper(NamedTuple):
    """The corners of a sheet, clockwise from the top left, and whether its top, right, bottom and left edge are seen.

    Where an edge is not seen, the sheet extends to the end of the picture.
    """

    corners: Points
    seen: tuple[bool, ...]


def paper(pixels: Picture) -> Paper | None:
    """Return the sheet in a picture; None if none of its edges is seen."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    small, ratio = reduced(grey, _LOOK)
    # The surface between an edge and the end of the picture may be narrower than text, and is widened before.
    wide = cv2.copyMakeBorder(small, *(_STROKES,) * 4, cv2.BORDER_REPLICATE)
    tone = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((_STROKES, _STROKES), np.uint8))
    tone = cv2.medianBlur(tone, 5)[_STROKES:-_STROKES, _STROKES:-_STROKES]
    corners = _corners(tone)
    if corners is None:
        return None
    seen = tuple(_is_seen(tone, *ends) for ends in zip(corners, np.roll(corners, -1, axis=0), strict=True))
    return Paper(corners / ratio, seen) if any(seen) else None


def _corners(tone: Picture) -> Points | None:
    """Return the corners of the area in the middle of a picture that no edge divides; None if no sheet can have them.

    A corner that is outside of the picture is where the edges beside it meet.
    """
    height, width = tone.shape
    even = cv2.erode(tone, _NEAR) > _DARKER * cv2.dilate(tone, _NEAR)
    labels = cv2.connectedComponents(even.astype(np.uint8), connectivity=4)[1]
    middle = labels[height // 4 : -(height // 4), width // 4 : -(width // 4)]
    found = np.bincount(middle[middle > 0])
    if not found.size:
        return None
    own = cv2.dilate((labels == found.argmax()).astype(np.uint8), _NEAR)
    corners = cv2.approxPolyN(cv2.convexHull(cv2.findNonZero(own)), 4)[0].astype(float)
    corners = np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)
    size = np.array([width, height])
    near = (corners >= -_OUTSIDE * size).all() and (corners <= (1 + _OUTSIDE) * size).all()
    large = cv2.contourArea(corners.clip(0, size).astype(np.float32)) >= _LEAST * width * height
    return corners if near and large else None


def _is_seen(tone: Picture, start: Points, end: Points) -> bool:
    """Return whether the picture `tone` is darker beyond the edge of a sheet from `start` to `end`."""
    normal = np.array([start[1] - end[1], end[0] - start[0]]) / np.linalg.norm(end - start)
    edge = np.linspace(start, end, _PLACES)
    inside, paper, surface = (_tones(tone, edge + way * _BESIDE * normal) for way in (0, 1, -1))
    return bool((surface < _DARKER * paper).sum() > _SEEN * np.isfinite(inside).sum())


def _tones(tone: Picture, places: Points) -> Points:
    """Return the grey levels of the picture `tone` at some places; NaN at those outside of it."""
    x, y = places.astype(np.float32).T
    found = cv2.remap(tone.astype(np.float32), x, y, cv2.INTER_NEAREST, borderValue=(np.nan,))
    return np.asarray(found.ravel(), float)
