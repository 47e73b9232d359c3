"""Ink alone: pictures without the red of stamps, shadows and the tint of paper."""

from __future__ import annotations

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Mask, Picture

_RED = 24  # red exceeds the other colours by more in the ink of a stamp
_DARK = 185  # of 255, after the paper was made white: ink, also of the thin rings of full stops
_PALE = 215  # of 255: thin strokes of a blurred picture, beside darker ones
_ABOVE_NOISE = 5  # standard deviations of the paper's tone
_DEVIATIONS = 1.48  # standard deviations in a quarter of all tones
_LIGHT = 150  # of 255: red in the ink of a stamp
_SHADE = 4  # shadows are looked for in a picture that is smaller by this factor
_PAPER = 9  # pixels of that picture: wider than strokes, narrower than shadows
_SMOOTH = 15


def cleaned(pixels: Picture) -> Picture:
    """Return the picture in grey, on white paper, without red ink; black ink under it remains."""
    if pixels.ndim == 2:
        return _on_white(pixels)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    blue, green, red = cv2.split(pixels)
    excess = cv2.subtract(red, cv2.max(blue, green))
    strong = red[excess > 3 * _RED]
    # The red channel sees red ink as paper, a little darker than it is, and black ink under it as black.
    light = float(np.median(strong)) if strong.size else 255.0
    lifted = cv2.convertScaleAbs(red, alpha=255 / max(light, _LIGHT))
    return _on_white(np.where(excess > _RED, cv2.max(lifted, grey), grey))


def _on_white(grey: Picture) -> Picture:
    """Divide a picture by its paper: the lightest tone around each place, smoothed."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _SHADE), max(1, height // _SHADE)), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_PAPER, _PAPER), np.uint8))
    paper = cv2.medianBlur(paper, _SMOOTH)
    return cv2.divide(grey, cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), scale=255)


def ink(grey: Picture) -> Mask:
    """Return where ink stands in a cleaned picture; single specks are no ink."""
    return np.where(cv2.GaussianBlur(grey, (3, 3), 0) < _DARK, np.uint8(255), np.uint8(0))


def faint_ink(grey: Picture) -> Mask:
    """Return where ink stands, thin strokes of a blurred picture included: anything darker than the noise of paper."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    quarter, middle = np.percentile(smooth[::_SHADE, ::_SHADE], (25, 50))
    noise = (middle - quarter) * _DEVIATIONS
    return np.where(smooth < max(_DARK, min(_PALE, middle - _ABOVE_NOISE * noise)), np.uint8(255), np.uint8(0))
