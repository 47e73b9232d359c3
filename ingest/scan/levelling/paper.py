"""Find the sheet of paper in a picture by its edges, if it lies on a darker surface."""

import operator
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Picture, Points, reduced

_LOOK = 500  # pixels of the longer side of the reduced picture in which edges are looked for
_STROKES = 13  # pixels of that picture: text and rulings are narrower, and wiped out first
_SMALL = 20.0  # pixels: shorter pieces are not part of an edge
_NEAR = 3.0  # pixels: pieces of an edge are no further from its line
_BESIDE = 5.0  # pixels on both sides of an edge at which paper and surface are compared
_DARKER = 0.88  # share of the paper's lightness: the surface must be darker than this
_LIGHT = 0.4  # most of the area beyond an edge that may be as light as paper, as a share
_STEEPEST = 0.8  # the largest slope of an edge: 38 degrees
_MOST = 4  # candidates for each edge
_LEAST = 0.25  # share of the picture's area that a sheet must cover
_OUTSIDE = 0.25  # share of the picture's side by which a corner may lie outside of it
_SEEN = 0.4  # share of an edge within the picture that must be found, for the edge to count as seen


class Paper(NamedTuple):
    """The corners of a sheet, clockwise from the top left, and whether its top, right, bottom and left edge are seen.

    Where an edge is not seen, the sheet extends to the end of the picture.
    """

    corners: Points
    seen: tuple[bool, ...]


class _Edge(NamedTuple):
    """An edge of a sheet: its line, and the ends of the pieces by which the edge was found.

    The line is given by three numbers: x and y of a normal that points into the sheet, and the line's distance from the
    origin.
    """

    line: Points
    pieces: Points


def paper(pixels: Picture) -> Paper | None:
    """Return the sheet in a picture; None if none of its edges is seen."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    small, ratio = reduced(grey, _LOOK)
    tone = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_STROKES, _STROKES), np.uint8))
    tone = cv2.medianBlur(tone, 5)
    sides = _sides(tone)
    if not any(sides):
        return None
    height, width = tone.shape
    ends = ((0, 1, 0), (-1, 0, -width), (0, -1, -height), (1, 0, 0))
    none = [_Edge(np.array(end, float), np.zeros((0, 2, 2))) for end in ends]
    choices = product(*([end, *found] for end, found in zip(none, sides, strict=True)))
    known = ((edges, _corners(edges, width, height)) for edges in choices)
    sheets = [
        (edges, corners, [_seen(edge, corners, at, tone.shape) for at, edge in enumerate(edges)])
        for edges, corners in known
        if corners is not None
    ]
    edges, corners, lengths = max(sheets, key=lambda sheet: sum(3 * covered - length for covered, length in sheet[2]))
    long = [covered > _SEEN * length for covered, length in lengths]
    seen = tuple(map(operator.and_, long, _is_dark_beyond(tone, edges)))
    return Paper(corners / ratio, seen) if any(seen) else None


def _is_dark_beyond(tone: Picture, edges: Sequence[_Edge]) -> list[bool]:
    """Return for each edge of a sheet whether most of the picture `tone` beyond it is darker than the sheet."""
    y, x = np.indices(tone.shape)
    depths = [edge.line[0] * x + edge.line[1] * y - edge.line[2] for edge in edges]
    dark = tone < _DARKER * np.median(tone[np.min(depths, axis=0) > _BESIDE])
    return [bool(dark[depth < -_BESIDE].sum() > (1 - _LIGHT) * (depth < -_BESIDE).sum()) for depth in depths]


def _sides(tone: Picture) -> list[list[_Edge]]:
    """Return four lists of candidates: for the top, right, bottom and left edge of a sheet in the picture `tone`."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(tone)[0]
    sides: list[list[Points]] = [[], [], [], []]
    for ends in np.zeros((0, 2, 2)) if found is None else found.reshape(-1, 2, 2).astype(float):
        step = ends[1] - ends[0]
        length = float(np.hypot(*step))
        if length < _SMALL or min(abs(step)) > _STEEPEST * max(abs(step)):
            continue
        normal = np.array([-step[1], step[0]]) / length
        inner, outer = (_tones(tone, ends + way * _BESIDE * normal) for way in (1, -1))
        if np.median(inner) < np.median(outer):
            inner, outer, normal = outer, inner, -normal
        if np.mean(outer < _DARKER * inner) < 0.7:
            continue
        side = (0 if normal[1] > 0 else 2) if abs(normal[1]) > abs(normal[0]) else (3 if normal[0] > 0 else 1)
        sides[side].append(ends if normal @ [-step[1], step[0]] > 0 else ends[::-1])
    return [list(_edges(pieces)) for pieces in sides]


def _tones(tone: Picture, piece: Points) -> Any:
    """Return the grey levels of the picture `tone` at nine places along a piece, which is given by its two ends."""
    at = np.linspace(piece[0], piece[1], 9).round().astype(int)
    return tone[at[:, 1].clip(0, tone.shape[0] - 1), at[:, 0].clip(0, tone.shape[1] - 1)].astype(float)


def _edges(pieces: Sequence[Points]) -> Iterator[_Edge]:
    """Yield the edges that the pieces of one side form, starting with those of the longest pieces."""
    left = sorted(pieces, key=lambda piece: -float(np.linalg.norm(piece[1] - piece[0])))
    for _ in range(_MOST):
        if not left:
            return
        line, own = _line(left[:1]), left[:1]
        for _ in range(3):
            own = [piece for piece in left if np.abs(piece @ line[:2] - line[2]).max() < _NEAR] or own
            line = _line(own)
        yield _Edge(line, np.array(own))
        left = [piece for piece in left if not any(piece is each for each in own)]


def _line(pieces: Sequence[Points]) -> Points:
    """Return the line that fits pieces best, with a normal that points into the sheet, to the right of each piece."""
    x, y, *middle = cv2.fitLine(np.concatenate(pieces).astype(np.float32), cv2.DIST_L2, 0, 0.01, 0.01).ravel()
    normal = np.array([-y, x]) * np.sign(sum(piece[1] - piece[0] for piece in pieces) @ [x, y])
    return np.array([*normal, normal @ middle])


def _corners(edges: Sequence[_Edge], width: int, height: int) -> Points | None:
    """Return the corners where adjacent edges meet, from the top left; None if no sheet can have them."""
    lines = np.array([edge.line for edge in edges])
    pairs = np.stack([np.roll(lines, 1, axis=0), lines], axis=1)
    if np.abs(np.linalg.det(pairs[:, :, :2])).min() < 0.5:
        return None
    found = np.linalg.solve(pairs[:, :, :2], pairs[:, :, 2:])[:, :, 0]
    size = np.array([width, height])
    near = (found >= -_OUTSIDE * size).all() and (found <= (1 + _OUTSIDE) * size).all()
    large = cv2.contourArea(found.clip(0, size).astype(np.float32)) >= _LEAST * width * height
    return found if near and large and cv2.isContourConvex(found.astype(np.float32)) else None


def _seen(edge: _Edge, corners: Points, at: int, shape: tuple[int, ...]) -> tuple[float, float]:
    """Return the length over which an edge was found, and its total length within the picture, in pixels.

    `at` is the index of the edge, from the top clockwise; `shape` has the height and width of the picture.
    """
    start, end = corners[at], corners[(at + 1) % 4]
    steps = max(2, int(np.linalg.norm(end - start)))
    if not edge.pieces.size:
        return 0.0, 0.0
    places = np.linspace(start, end, steps)
    inside = ((places >= 0) & (places <= shape[::-1])).all(axis=1)
    ends = np.sort((edge.pieces - start) @ (end - start) / steps, axis=1).clip(0, steps).astype(int)
    covered = np.zeros(steps, bool)
    for first, last in ends:
        covered[first:last] = True
    return float((covered & inside).sum()), float(inside.sum())
