"""Wear pages as scans of copies are worn: rulings lost, torn, dashed, pale, doubled or bent, and marks over the page.

Each page gets some kinds of wear, by its number. What happens to rulings leaves the text as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np

from jixiao.ingest.scan.pixels import Mask, Picture

_DARK = 160
_RULED = 26.0  # points: no stroke of a character is as long
_TORN = 8  # patches of a page that lost their rulings
_PALE = 188  # of 255
_GREY = 120  # of 255: a stamp as a copier shows it


class Paper(NamedTuple):
    """A clean page, the pixels of its flat and upright rulings, pixels a point, and the page's own dice."""

    page: Picture
    flat: Mask
    upright: Mask
    point: float
    dice: np.random.Generator

    @property
    def rules(self) -> Mask:
        """The pixels of all rulings."""
        mask: Mask = self.flat | self.upright
        return mask


Wear: TypeAlias = Callable[[Paper], Picture]


def worn(page: Picture, number: int, inch: int, kinds: Sequence[Sequence[Wear]]) -> Picture:
    """Return a clean page as it looks after some of the kinds of wear."""
    dice = np.random.default_rng(number)
    for wear in kinds[number % len(kinds)]:
        page = wear(_paper(page, inch / 72, dice))
    return page


def _paper(page: Picture, point: float, dice: np.random.Generator) -> Paper:
    dark = np.where(page.min(axis=2) < _DARK, np.uint8(1), np.uint8(0))
    long = round(_RULED * point)
    flat, upright = (cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(size, np.uint8)) for size in ((1, long), (long, 1)))
    near = np.ones((3, 3), np.uint8)  # the softer edges of rulings
    return Paper(page, cv2.dilate(flat, near) > 0, cv2.dilate(upright, near) > 0, point, dice)


def unframed(paper: Paper) -> Picture:
    """Leave out the rulings at the left and right."""
    page, (left, _, right, _) = paper.page.copy(), _frame(paper)
    near = round(2 * paper.point)
    for at in (left, right):
        beside = slice(max(0, at - near), at + near)
        page[:, beside][paper.upright[:, beside]] = 255
    return page


def cut(paper: Paper) -> Picture:
    """Lay the page so far to the left that the ruling at the left is cut off."""
    left = _frame(paper)[0] + round(2 * paper.point)
    return cv2.copyMakeBorder(paper.page[:, left:], 0, 0, 0, left, cv2.BORDER_CONSTANT, value=(255, 255, 255))


def torn(paper: Paper) -> Picture:
    """Lose the rulings within some patches."""
    page, (high, wide) = paper.page.copy(), paper.page.shape[:2]
    for _ in range(_TORN):
        x, y = int(paper.dice.uniform(0.05, 0.9) * wide), int(paper.dice.uniform(0.05, 0.9) * high)
        across, down = (round(paper.dice.uniform(15, 45) * paper.point) for _ in range(2))
        patch = slice(y, y + down), slice(x, x + across)
        page[patch][paper.rules[patch]] = 255
    return page


def dashed(paper: Paper) -> Picture:
    """Break all rulings into dashes."""
    page = paper.page.copy()
    rows, columns = np.indices(page.shape[:2])
    page[paper.flat & ~paper.upright & (columns % (4 * paper.point) > 2.4 * paper.point)] = 255
    page[paper.upright & ~paper.flat & (rows % (4 * paper.point) > 2.4 * paper.point)] = 255
    return page


def pale(paper: Paper) -> Picture:
    """Print the rulings as pale hair lines."""
    page = paper.page.copy()
    page[paper.rules] = np.maximum(page[paper.rules], _PALE)
    return page


def doubled(paper: Paper) -> Picture:
    """Draw a second frame around the first."""
    page, away = paper.page.copy(), round(2.2 * paper.point)
    left, top, right, bottom = _frame(paper)
    thick = max(1, round(0.6 * paper.point))
    cv2.rectangle(page, (left - away, top - away), (right + away, bottom + away), (30, 30, 30), thick)
    return page


def bent(paper: Paper) -> Picture:
    """Scan the page from a bound volume: it rises towards one side, and was drawn in a little askew halfway down."""
    high, wide = paper.page.shape[:2]
    rows, columns = np.indices((high, wide), np.float32)
    side = np.clip(columns / wide - 0.5, 0, None) * 2
    step = np.where(rows > 0.6 * high, np.float32(1.2 * paper.point), np.float32(0))
    moved = rows + (4.0 * paper.point * side**2).astype(np.float32)
    return cv2.remap(paper.page, columns + step, moved, cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def shifted(paper: Paper) -> Picture:
    """Print the text askew on a form that was printed before."""
    text = paper.page.copy()
    text[paper.rules] = 255
    down, right = round(2.6 * paper.point), round(2.0 * paper.point)
    text = cv2.copyMakeBorder(text, down, 0, right, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    text = text[: paper.page.shape[0], : paper.page.shape[1]]
    return np.where(paper.rules[:, :, None], np.minimum(paper.page, text), text)


def unfinished(paper: Paper) -> Picture:
    """Leave out the ruling at the bottom, as where a table goes on."""
    page, bottom = paper.page.copy(), _frame(paper)[3]
    beside = slice(bottom - round(2 * paper.point), bottom + round(2 * paper.point))
    page[beside][paper.flat[beside]] = 255
    return page


def unruled(paper: Paper) -> Picture:
    """Leave out all rulings."""
    page = paper.page.copy()
    page[paper.rules] = 255
    return page


def without_uprights(paper: Paper) -> Picture:
    """Leave out the upright rulings."""
    page = paper.page.copy()
    page[paper.upright & ~paper.flat] = 255
    return page


def edged(paper: Paper) -> Picture:
    """Add the black edges of a copy that is smaller than its paper."""
    page, (high, wide) = paper.page.copy(), paper.page.shape[:2]
    sway = np.cumsum(paper.dice.normal(0, 0.3, max(high, wide))) % 6 + 10
    page[np.arange(wide)[None, :] < (sway[:high, None] * paper.point)] = 20
    page[np.arange(high)[:, None] < (sway[None, :wide] * 0.7 * paper.point)] = 20
    return page


def holed(paper: Paper) -> Picture:
    """Show two punched holes, and a staple with its shadow."""
    page, point = paper.page.copy(), paper.point
    for share in (0.4, 0.6):
        cv2.circle(page, (round(22 * point), round(share * page.shape[0])), round(8 * point), (25, 25, 25), -1)
    start, end = (round(20 * point), round(30 * point)), (round(50 * point), round(22 * point))
    cv2.line(page, start, end, (150, 150, 150), round(2.5 * point))
    cv2.line(page, start, end, (60, 60, 60), round(point))
    return page


def shining(paper: Paper) -> Picture:
    """Let the back of the page shine through, as if that had the text of its front a little higher."""
    back = 255 - (255 - np.roll(paper.page[:, ::-1], -round(40 * paper.point), axis=0).astype(np.float32)) * 0.12
    return np.minimum(paper.page, back.astype(np.uint8))


def stamped(paper: Paper) -> Picture:
    """Add a stamp in grey, over rulings."""
    page, (high, wide) = np.full_like(paper.page, 255), paper.page.shape[:2]
    middle = int(paper.dice.uniform(0.4, 0.8) * wide), int(paper.dice.uniform(0.3, 0.7) * high)
    grey = (_GREY,) * 3
    cv2.circle(page, middle, round(55 * paper.point), grey, round(2.5 * paper.point))
    return cv2.multiply(paper.page, page, scale=1 / 255)


def signed(paper: Paper) -> Picture:
    """Sign across some cells with a pen."""
    page, (high, wide) = paper.page.copy(), paper.page.shape[:2]
    start = np.array([paper.dice.uniform(0.5, 0.8) * wide, paper.dice.uniform(0.6, 0.85) * high])
    strokes = start + np.cumsum(paper.dice.normal((5, 0), (7, 12), (14, 2)), axis=0) * paper.point
    cv2.polylines(page, [strokes.astype(np.int32)], False, (90, 40, 30), max(2, round(0.9 * paper.point)), cv2.LINE_AA)
    return page


WORN: Sequence[Sequence[Wear]] = (
    (unframed, pale),
    (torn, holed),
    (bent, signed),
    (dashed, edged),
    (shifted, doubled),
    (cut, shining, stamped),
    (torn, unfinished, pale),
)
BARE: Sequence[Sequence[Wear]] = ((without_uprights,), (unruled,))


def _frame(paper: Paper) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of all rulings; those of the page if it has none."""
    across, down = np.flatnonzero(paper.upright.any(axis=0)), np.flatnonzero(paper.flat.any(axis=1))
    high, wide = paper.page.shape[:2]
    left, right = (int(across[0]), int(across[-1])) if across.size else (0, wide - 1)
    top, bottom = (int(down[0]), int(down[-1])) if down.size else (0, high - 1)
    return left, top, right, bottom
