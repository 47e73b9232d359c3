"""Measure how sharp a photograph is: models read blurred characters wrong with high scores, which are lowered here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.pixels import Picture

_EDGE = 12  # of 255 from one pixel to the next: less is no edge of a stroke
_SHARP = 3.0  # times black that a steep edge changes over the height of a character: less is blurred


def focus(grey: Picture, em: float) -> float:
    """Return how sharp a cleaned picture is, whose characters are `em` pixels high: 1, or less if it is blurred."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(smooth, axis=1))[1:], np.abs(np.diff(smooth, axis=0))[:, 1:])
    edges = steps[steps > _EDGE]
    return min(1.0, float(np.percentile(edges, 90)) * em / 255 / _SHARP) if edges.size else 1.0


def blurred(words: Iterable[Word], sharp: float) -> Iterator[Word]:
    """Yield words of a picture that is so sharp, with scores that are lower if it is not."""
    for word in words:
        yield word._replace(scores=tuple(round(score * sharp, 4) for score in word.scores)) if sharp < 1 else word
