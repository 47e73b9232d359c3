"""Photograph a page by program: seen askew, on a desk, in uneven light, a little out of focus."""

from typing import Any

import cv2
import numpy as np
from numpy.random import Generator

_MARGIN = 0.12  # of a side of the page: the desk around it
_ASKEW = 0.07  # of a side: how far a corner is moved at most
_TURN = 6.0  # degrees
_ZOOMS = (0.95, 0.95, 1.15)  # seen as a whole, or from so near that edges of the paper lie outside
_LEAST_LIGHT = 0.45  # of the brightest place
_BLUR = 0.9  # pixels
_WOOD = (62, 92, 128)


def photographed(page: Any, rng: Generator) -> Any:
    """Return the picture that a telephone takes of a page."""
    height, width = page.shape[:2]
    wide, high = (round(side * (1 + 2 * _MARGIN)) for side in (width, height))
    matrix = pose(width, height, rng)
    sheet = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, high))
    shadow = cv2.GaussianBlur(np.roll(sheet, (12, 12), (0, 1)), (0, 0), 9) / 255
    picture = (_desk(wide, high, rng) * (1 - shadow[..., None] / 2)).astype(np.uint8)
    cv2.warpPerspective(page, matrix, (wide, high), picture, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    picture = cv2.GaussianBlur(picture, (0, 0), _BLUR)
    return np.clip(picture * _light(wide, high, rng), 0, 255).astype(np.uint8)


def pose(width: int, height: int, rng: Generator) -> Any:
    """Return the matrix from a page to its photograph."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    seen = corners + rng.uniform(-_ASKEW, _ASKEW, (4, 2)) * [width, height]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-_TURN, _TURN), rng.choice(_ZOOMS))
    seen = seen @ turn[:, :2].T + turn[:, 2] + _MARGIN * np.array([width, height])
    return cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))


def _desk(width: int, height: int, rng: Generator) -> Any:
    """Return a desk of wood: its grain runs along it."""
    lines = rng.normal(0, 1, (height // 6 + 1, width // 60 + 1)).astype(np.float32)
    grain = cv2.resize(lines, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array(_WOOD, np.float32) * (1 + 0.25 * grain[..., None]), 0, 255).astype(np.uint8)


def _light(width: int, height: int, rng: Generator) -> Any:
    """Return the light of each place, by colour: a lamp, and the shadow of the hand that holds the telephone."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    lamp = rng.uniform(0.1, 0.9, 2)
    light = 1 - (1 - _LEAST_LIGHT) * np.clip(np.hypot(x - lamp[0], y - lamp[1]), 0, 1.2) / 1.2
    light *= 1 - 0.25 / (1 + np.exp((rng.uniform(0.2, 0.8) - x - 0.3 * y) / 0.04))
    return light[..., None] * np.array([0.88, 0.97, 1.0], np.float32)
