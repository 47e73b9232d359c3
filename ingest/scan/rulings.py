"""Find the rulings of a level page: traced lines that cross each other, with their lost parts restored."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.recognition import Box
from jixiao.ingest.scan.mending import TOUCH, frames, is_clear, mended, parts_of_one
from jixiao.ingest.scan.pixels import Picture
from jixiao.ingest.scan.traces import Run, spans, traces

_LONG = 60.0  # points: a longer line counts as a ruling even if its ends are at no other line
_EDGE = 0.4  # points on both sides of a ruling that are erased with it; a stroke that crosses it extends beyond
_TALL = 30.0  # points: upright lines this long show where a table begins and ends; no stroke is as high
# Shares of the usual contrast of lines: a line below the first is dropped, one below the second if it crosses text.
_FAINT = (0.18, 0.4)
_INK = 185  # of 255: darker pixels are ink
_STROKE = 2.5  # points: the most thickness of a character's stroke


class Rulings(NamedTuple):
    """The flat and the upright rulings of a page, and in both directions the stretches where a ruling is doubtful.

    `loose` are long flat lines that do not belong to a table, since nothing crosses them.
    """

    flat: tuple[Run, ...]
    upright: tuple[Run, ...]
    flat_doubts: tuple[Run, ...] = ()
    upright_doubts: tuple[Run, ...] = ()
    loose: tuple[Run, ...] = ()

    def doubtful(self, boxes: Sequence[Box], scale: float) -> set[int]:
        """Return the indices of the cells (boxes in points) that a doubtful stretch bounds or divides."""
        near = TOUCH * scale
        found = set()
        for at, box in enumerate(boxes):
            x0, top, x1, bottom = (edge * scale for edge in box)
            for doubts, (low, high), (start, end) in (
                (self.flat_doubts, (top, bottom), (x0, x1)),
                (self.upright_doubts, (x0, x1), (top, bottom)),
            ):
                if any(
                    low - near <= each.at <= high + near and min(end, each.end) - max(start, each.start) > near
                    for each in doubts
                ):
                    found.add(at)
        return found


def rulings(grey: Picture, scale: float) -> Rulings:
    """Return the rulings of a cleaned, level picture with `scale` pixels per point."""
    flat, upright = list(traces(grey, scale)), list(traces(np.ascontiguousarray(grey.T), scale))
    depths = [run.depth for run in (*flat, *upright) if run.length >= _LONG * scale]
    usual = float(np.percentile(depths, 75)) if depths else 0.0
    return _held_up(grey, _printed(flat, usual, grey, scale), _printed(upright, usual, grey.T, scale), scale)


def _printed(runs: Sequence[Run], usual: float, grey: Picture, scale: float) -> list[Run]:
    """Return the lines without those that shine through from the back of the page.

    Such lines are faint, or run through text. `usual` is the contrast of the lines on this side.
    """
    lowest, low = (share * usual for share in _FAINT)
    return [run for run in runs if run.depth >= low or (run.depth >= lowest and is_clear(grey, run, scale))]


def _held_up(grey: Picture, flat: Sequence[Run], upright: Sequence[Run], scale: float) -> Rulings:
    """Return the traced lines that are rulings of tables, with their lost parts restored.

    A short line is a ruling if both of its ends are at rulings that cross it.
    """
    long = _LONG * scale
    kept = [[run for run in runs if run.length >= long] for runs in (flat, upright)]
    tall = [run for run in upright if run.length >= _TALL * scale]
    kept[0] += frames(tall, kept[0], scale, alone=True)
    kept[1] += frames([run for run in kept[0] if run.drawn], kept[1], scale)
    for _ in range(2):  # first short lines between long ones, then lines between short ones
        kept = [_held(flat, kept[0], kept[1], scale), _held(upright, kept[1], kept[0], scale)]
    pictures = grey, grey.T
    doubts: list[list[Run]] = [[], []]
    for at, runs in enumerate((flat, upright)):
        across = (upright, flat)[at], kept[1 - at]
        kept[at], doubts[at] = mended((runs, kept[at]), across, pictures[at], scale)
    for at, runs in enumerate((flat, upright)):
        kept[at] = _held(runs, kept[at], kept[1 - at], scale)
    crossing = [list(_crossing(kept[at], kept[1 - at], scale)) for at in range(2)]
    loose = {run for run in flat if run.length >= long}.difference(crossing[0])
    return Rulings(tuple(crossing[0]), tuple(crossing[1]), tuple(doubts[0]), tuple(doubts[1]), tuple(sorted(loose)))


def _held(runs: Sequence[Run], kept: Sequence[Run], others: Sequence[Run], scale: float) -> list[Run]:
    """Return the lines `kept` so far, and each line in `runs` with both ends at one of `others`, which cross it."""
    known = set(kept)
    more = [
        run
        for run in runs
        if run not in known and all(_meets(end, run.at, others, scale) for end in (run.start, run.end))
    ]
    return [*kept, *more]


def _crossing(runs: Sequence[Run], others: Sequence[Run], scale: float) -> Iterator[Run]:
    """Yield the lines that cross or meet others; a line that none crosses may be a row of strokes.

    A dashed line must cross at least two, because dots may lead from an entry to a page number.
    """
    near = TOUCH * scale
    for line in parts_of_one(runs, scale):
        start, end = line[0].start - near, max(run.end for run in line) + near
        across = (other for other in others if start <= other.at <= end)
        crossing = [other for other in across if other.start - near <= line[0].at <= other.end + near]
        if len(crossing) > any(run.dashed for run in line):
            yield from line


def _meets(along: float, at: float, others: Sequence[Run], scale: float) -> bool:
    """Return whether the end of a line is at one of the lines `others`, which run across it.

    `along` is the place of the end in the direction of the line, and `at` the line's own place across.
    """
    near = TOUCH * scale
    return any(abs(other.at - along) <= near and other.start - near <= at <= other.end + near for other in others)


def erased(grey: Picture, found: Rulings, scale: float, margin: float = _EDGE) -> Picture:
    """Return the picture without the rulings in `found`, and without `margin` points on both sides of each.

    Strokes of characters that cross a ruling stay.
    """
    plain = grey.copy()
    for runs, others, turned in ((found.flat, found.upright, plain), (found.upright, found.flat, plain.T)):
        across = np.zeros(turned.shape[1], bool)
        for other in others:
            across[max(0, int(other.at - TOUCH * scale)) : int(other.at + TOUCH * scale + 1)] = True
        for run in runs:
            if not run.drawn:
                continue
            half = run.thick / 2 + margin * scale
            top, bottom = max(0, int(run.at - half)), int(run.at + half + 1)
            along = slice(max(0, int(run.start - half)), int(run.end + half + 1))
            strokes = _strokes(turned, (top, bottom), along, scale) & ~across[along]
            turned[top:bottom, along][:, ~strokes] = 255
    return plain


def _strokes(page: Picture, band: tuple[int, int], along: slice, scale: float) -> NDArray[np.bool_]:
    """Return where strokes cross a line: ink on both sides, over no more than the thickness of a stroke.

    `band` are the first and last row of the line, and `along` its columns.
    """
    above, below = page[max(0, band[0] - 2) : band[0], along], page[band[1] : band[1] + 2, along]
    crossed = np.zeros(page[0, along].shape, bool)
    if above.size and below.size:
        reach = np.ones(band[1] - band[0])  # a slanted stroke is a little further to the side below the line
        inked = (np.convolve(side.max(axis=0) < _INK, reach, "same") > 0 for side in (above, below))
        for start, end in spans(np.logical_and(*inked)):
            crossed[start:end] = end - start <= _STROKE * scale + len(reach)
    return crossed
