"""Boxes on a page, in points from its top left."""

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in points from the top left of its page."""

    x0: float
    top: float
    x1: float
    bottom: float


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around several."""
    every = list(boxes)
    return Box(
        min(box.x0 for box in every),
        min(box.top for box in every),
        max(box.x1 for box in every),
        max(box.bottom for box in every),
    )
