"""Set pages upright: straighten photographs, turn pages by quarters of a circle, and level them.

The sheet of paper in a photograph is found by its edges, if it lies on a darker surface.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.scan.engine import Engine
from jixiao.ingest.scan.ink import Mask, Matrix, Picture, Pieces, Points, cleaned, reduced
from jixiao.ingest.scan.levelling.flatness import flattened, gain, skew
from jixiao.ingest.scan.levelling.pencils import Pencil, direction, pencil, pieces, written

_SEARCHED = 500  # pixels of the longer side of the reduced picture in which edges are looked for
_STROKES = 13  # pixels of that picture: text and rulings are narrower, and wiped out first
_NEAR = np.ones((5, 5), np.uint8)  # pixels: the blur of an edge is narrower; light changes little over this distance
_BESIDE = 5.0  # pixels on both sides of an edge at which paper and surface are compared
_DARKER = 0.88  # share of the paper's lightness: the surface must be darker than this
_LEAST = 0.25  # share of the picture's area that a sheet must cover
_OUTSIDE = 0.25  # share of the picture's side by which a corner may lie outside of it
_SEEN = 0.4  # share of an edge within the picture beyond which it must be dark, for the edge to count as seen
_PLACES = 50  # places of an edge at which this is examined


class Paper(NamedTuple):
    """The corners of a sheet, clockwise from the top left, and which of its edges are visible.

    Where an edge is not seen, the sheet extends to the end of the picture. `seen` is in the order top, right, bottom,
    left.
    """

    corners: Points
    seen: tuple[bool, ...]


def paper(pixels: Picture) -> Paper | None:
    """Return the sheet of paper in a picture; None if no edge of the paper is visible."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    small, ratio = reduced(grey, _SEARCHED)
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
    inside, sheet, surface = (_tones(tone, edge + way * _BESIDE * normal) for way in (0, 1, -1))
    return bool((surface < _DARKER * sheet).sum() > _SEEN * np.isfinite(inside).sum())


def _tones(tone: Picture, places: Points) -> Points:
    """Return the grey levels of the picture `tone` at some places; NaN at places outside of the picture."""
    x, y = places.astype(np.float32).T
    found = cv2.remap(tone.astype(np.float32), x, y, cv2.INTER_NEAREST, borderValue=(np.nan,))
    return np.asarray(found.ravel(), float)


_TURNED = 7.0  # degrees: a page turned by more is always straightened
_GAIN = 1.1  # least factor by which straightening must make rows and columns change more abruptly
_CUT = 0.03  # least share of the picture that is cut off as surroundings
_EDGE = 12  # pieces that each seen edge of the paper contributes
_INSIDE = 0.012  # share of the longer side: pieces nearer to an edge of the paper are not on the page
_FARTHEST = 0.45  # limit of perspective: the least depth at a corner, relative to the middle (the most is its inverse)
_GROWTH = 1.5  # times the picture's longer side: the most that the page's longer side may have
_RATIOS = (1.1, 1.8)  # longer to shorter side of a sheet as measured: within these limits it is taken for A4
_RIM = 9  # pixels along the paper's edge that are painted white, so that the edge is not taken for a ruling
_LOOK = 960  # pixels of the longer side of the reduced picture in which lines are looked for
_VOTES = 6  # lines that are read to decide which way is up
_ASKED = 8  # times a line's height: the width that is read; enough, as upright lines score over twenty times higher
_SHAPES = (2.5, 20.0)  # width to height of the lines that are read to decide which way is up
_SKEW = 0.03  # degrees: a smaller skew is not corrected


class Straight(NamedTuple):
    """A straightening of a page: the matrix from page to picture, the page's size in pixels, and its turn in degrees.

    `corners` are the corners of the paper in the picture, and `whole` is true if all four edges of the paper are seen.
    """

    matrix: Matrix
    size: tuple[int, int]
    angle: float
    corners: Points
    whole: bool

    def of(self, grey: Picture, back: Matrix | None = None, size: tuple[int, int] | None = None) -> Picture:
        """Return the straightened page, with white surroundings.

        If the page is to be levelled in the same step, `back` maps points of the levelled page, whose width and height
        are `size`, to points of the straightened one.
        """
        around: Mask = np.full(grey.shape, 255, np.uint8)
        cv2.fillPoly(around, [self.corners.round().astype(np.int32)], (0,))
        grey = cv2.max(grey, cv2.dilate(around, np.ones((_RIM, _RIM), np.uint8), borderValue=(0,)))
        matrix = self.matrix if back is None else self.matrix @ back
        return cv2.warpPerspective(
            grey, matrix, size or self.size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderValue=(255,)
        )


def straight(pixels: Picture, grey: Picture) -> Straight | None:
    """Return how to straighten the page in a picture, or None if there is no need or the page is unclear.

    `pixels` is the picture as taken, and `grey` the cleaned one.
    """
    longer, height, width = max(grey.shape), *grey.shape
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    sheet = paper(pixels) or Paper(frame, (False,) * 4)
    corners, middle, half, margin = sheet.corners, frame[2] / 2, longer / 2, _INSIDE * longer
    lines = _on(sheet, pieces(grey), margin)
    way = direction(lines)
    lines = np.vstack([lines, _on(sheet, written(grey, way), margin)])
    flat, vertical = (pencil(lines, middle, half, way + turn) for turn in (0, np.pi / 2))
    if flat is None or vertical is None:
        return None
    towards = _matrix(flat, vertical, way, middle, half)
    depths = np.column_stack([corners, np.ones(4)]) @ towards[2]
    if depths.min() < _FARTHEST or depths.max() > 1 / _FARTHEST:
        return None
    area = cv2.contourArea(corners.clip(0, frame[2]).astype(np.float32)) / (width * height)
    if area > 1 - _CUT and abs(np.degrees(way)) < _TURNED:
        in_place = np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1]]) @ towards
        if gain(grey, in_place) < _GAIN:
            return None
    matrix, size = _placed(towards, corners, all(sheet.seen), _GROWTH * longer)
    return Straight(matrix, size, -float(np.degrees(way)), corners, all(sheet.seen))


def _on(sheet: Paper, lines: Pieces, margin: float) -> Pieces:
    """Return the straight pieces in `lines` that are on a sheet, and twelve pieces of each of its visible edges.

    A piece counts if it is more than `margin` pixels within the sheet's edges.
    """
    middles = lines.reshape(-1, 2, 2).mean(axis=1)
    corners, after = sheet.corners, np.roll(sheet.corners, -1, axis=0)
    inside = np.ones(len(lines), bool)
    edges = []
    for start, end, seen in zip(corners, after, sheet.seen, strict=True):
        step = (end - start) / np.linalg.norm(end - start)
        inside &= (middles - start) @ np.array([-step[1], step[0]]) > margin
        if seen:
            places = np.linspace(start, end, _EDGE + 1)
            edges.append(np.hstack([places[:-1], places[1:]]))
    return np.vstack([lines[inside], *edges])


def _matrix(flat: Pencil, upright: Pencil, way: float, middle: Points, half: float) -> Matrix:
    """Return the matrix from the picture to the page seen from above.

    `flat` and `upright` are the pencils of lines, `way` is the usual direction of lines in radians, and `half` half of
    the picture's longer side in pixels. The `middle` of the picture is mapped to (0, 0), and keeps its scale.
    """
    cos, sin = np.cos(way), np.sin(way)
    turned = np.diag([1 / half, 1 / half, 1]) @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    turned = turned @ np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]])
    # The point where the lines of `flat` meet, and that of `upright`, whose axes are turned by a quarter.
    one = np.array([1, flat.tilt, flat.turn])
    other = np.array([-upright.tilt, 1, upright.turn])
    horizon = np.cross(one, other)
    far = np.array([[1, 0, 0], [0, 1, 0], horizon / horizon[2]])
    square = np.eye(3)
    square[:2, :2] = np.linalg.inv(np.column_stack([each[:2] / np.linalg.norm(each[:2]) for each in (one, other)]))
    return np.asarray(np.diag([half, half, 1]) @ square @ far @ turned)


def _placed(towards: Matrix, corners: Points, whole: bool, most: float) -> tuple[Matrix, tuple[int, int]]:
    """Return the matrix from the page, with its top left at (0, 0), to the picture, and the page's size in pixels.

    A `whole` sheet of about the right shape is stretched to that of A4. `most` limits the longer side.
    """
    mapped = cv2.perspectiveTransform(corners[None], towards)[0]
    least, size = mapped.min(axis=0), np.ptp(mapped, axis=0)
    ratio = size.max() / size.min()
    stretch = np.ones(2)
    if whole and _RATIOS[0] < ratio < _RATIOS[1]:
        stretch[size.argmax()] = 2**0.5 / ratio
    stretch *= min(1.0, most / (size * stretch).max())
    place = np.diag([*stretch, 1.0]) @ np.array([[1, 0, -least[0]], [0, 1, -least[1]], [0, 0, 1]])
    width, height = (size * stretch).round().astype(int)
    back = np.linalg.inv(place @ towards)
    return back / back[2, 2], (int(width), int(height))


class Upright(NamedTuple):
    """A page set upright: its pixels, the degrees of its turn (clockwise), and the matrix back to the picture.

    `straightened` is true if the page was a photograph, and `whole` if it is an entire sheet of paper cut out of one.
    """

    pixels: Picture
    angle: float
    back: Matrix
    straightened: bool = False
    whole: bool = False


def upright(pixels: Picture, engine: Engine) -> Upright:
    """Return the cleaned picture of a page, upright, level and flat; the page of a photograph is also straightened."""
    grey = cleaned(pixels)
    found = straight(pixels, grey)
    level = _level(grey if found is None else found.of(grey), engine)
    if found is not None:
        once = found.of(grey, level.back, level.pixels.shape[1::-1])  # resamples once: twice would blur
        level = Upright(once, found.angle + level.angle, found.matrix @ level.back, True, found.whole)
    return level._replace(pixels=flattened(level.pixels))


def _level(grey: Picture, engine: Engine) -> Upright:
    quarters = _quarters(grey, engine)
    turned = np.ascontiguousarray(np.rot90(grey, -quarters))
    back = _turned_back(quarters, *grey.shape)
    tilt = skew(turned)
    if abs(tilt) < _SKEW:
        return Upright(turned, quarters * 90.0, back)
    height, width = turned.shape
    level = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)
    pixels = cv2.warpAffine(turned, level, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    down = cv2.invertAffineTransform(level)
    return Upright(pixels, quarters * 90.0 + tilt, back @ np.vstack([down, [0.0, 0.0, 1.0]]))


def _turned_back(quarters: int, height: int, width: int) -> Matrix:
    """Return the matrix from points of a picture turned clockwise by quarters to points of the unturned picture."""
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, -1, width], [1, 0, 0]],
    }[quarters]
    return np.array([*rows, [0, 0, 1]], float)


def _quarters(grey: Picture, engine: Engine) -> int:
    """Return the number of quarter turns, clockwise, that set a page upright."""
    found = engine.find(grey, _LOOK)
    lying = sum(right - left for left, top, right, bottom in found if right - left > 1.5 * (bottom - top))
    standing = sum(bottom - top for left, top, right, bottom in found if bottom - top > 1.5 * (right - left))
    sideways = standing > lying
    if sideways:
        found = [(len(grey) - bottom, left, len(grey) - top, right) for left, top, right, bottom in found]
        grey = np.ascontiguousarray(np.rot90(grey, -1))
    crops = list(_largest_lines(grey, found))
    if not crops:
        return 0
    up, down = engine.read(crops), engine.read([np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops])
    is_down = sum(len(each.text) * each.score for each in down) > sum(len(each.text) * each.score for each in up)
    return (1 if sideways else 0) + (2 if is_down else 0)


def _largest_lines(grey: Picture, found: Sequence[tuple[float, float, float, float]]) -> Iterable[Picture]:
    """Yield pictures of the largest lines that have the shape of a line of text, each cut to eight times its height.

    `found` are the boxes of all lines: left, top, right and bottom in pixels.
    """
    fit = [box for box in found if _SHAPES[0] < (box[2] - box[0]) / (box[3] - box[1]) < _SHAPES[1]]
    for box in sorted(fit, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), reverse=True)[:_VOTES]:
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        if bottom - top > 4:
            yield grey[top:bottom, left : min(right, left + _ASKED * (bottom - top))]
