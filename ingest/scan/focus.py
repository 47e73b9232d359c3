"""Measure how sharp a photograph is, and lower the scores of a blurred one: models misread blur with high scores."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.pixels import Picture

_EDGE = 12  # grey levels (of 255) between adjacent pixels: a smaller step is not the edge of a stroke
_SHARP = 3.0  # the slope of a sharp edge: from white to black in a third of a character's height


def focus(grey: Picture, em: float) -> float:
    """Return the sharpness of a cleaned picture, from 0 to 1 (sharp); `em` is its characters' height in pixels."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(smooth, axis=1))[1:], np.abs(np.diff(smooth, axis=0))[:, 1:])
    edges = steps[steps > _EDGE]
    return min(1.0, float(np.percentile(edges, 90)) * em / 255 / _SHARP) if edges.size else 1.0


def blurred(words: Iterable[Word], sharp: float) -> Iterator[Word]:
    """Yield the words with their scores multiplied by `sharp`, the picture's sharpness as `focus` returns it."""
    for word in words:
        yield word._replace(scores=tuple(round(score * sharp, 4) for score in word.scores)) if sharp < 1 else word
