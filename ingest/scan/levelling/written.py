"""Find lines of text as straight pieces, which show the direction better than strokes: in many types these slant."""

from collections.abc import Iterator

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Mask, Picture, Pieces, Points, reduced

_LOOK = 700  # pixels of the longer side of the reduced picture in which lines are looked for
_INK = 170  # of 255: darker pixels are ink
_JOINED = 17  # pixels: gaps between characters that are closed, so that a line becomes one mark
_SHORTEST = 60  # pixels: shorter marks are not lines
_SLENDER = 8.0  # times as long as thick: the least shape of a line


def written(grey: Picture, way: float) -> Pieces:
    """Return the lines of text in a cleaned picture that run along the direction `way` (radians) or across it."""
    small, ratio = reduced(grey, _LOOK)
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
    """Yield both ends of each long, thin and nearly flat mark in a mask."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, _JOINED), np.uint8))
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask)
    for each in range(1, count):
        x, y, across, down = stats[each][:4]
        if across < max(_SHORTEST, 2 * down):
            continue
        own = (labels[y : y + down, x : x + across] == each).astype(np.uint8)
        moments = cv2.moments(own, binaryImage=True)
        spread = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / moments["m00"]
        (thin, long), axes = np.linalg.eigh(spread)
        if long > _SLENDER**2 * thin:
            step = np.sqrt(3 * long) * axes[:, 1]
            yield np.array([middles[each] - step, middles[each] + step])
