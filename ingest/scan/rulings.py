"""Find the rulings of a level page: lines that hold each other up, with what was lost of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.recognition.boxes import Box
from jixiao.ingest.scan.bends import flattened
from jixiao.ingest.scan.mending import TOUCH, Mended, Stretch, frames, is_clear, mended, parts_of_one
from jixiao.ingest.scan.pixels import Picture
from jixiao.ingest.scan.traces import Run, spans, traces

_LONG = 60.0  # points: lines that need no others
_EDGE = 0.4  # points beside a line that are erased with it; ink beyond on both sides is a stroke that crosses it
_TALL = 30.0  # points: upright lines that show where the table begins and ends; no stroke is as high
_FAINT = (0.18, 0.4)  # of the contrast of most lines
_INK = 185  # of 255
_STROKE = 2.5  # points


class Rulings(NamedTuple):
    """The flat and the upright lines of a page, and the places where a line is doubtful, of either.

    `loose` are long flat lines that rule no table, since nothing crosses them.
    """

    flat: tuple[Run, ...]
    upright: tuple[Run, ...]
    flat_doubts: tuple[Stretch, ...] = ()
    upright_doubts: tuple[Stretch, ...] = ()
    loose: tuple[Run, ...] = ()

    def doubtful(self, boxes: Sequence[Box], scale: float) -> set[int]:
        """Return which of some cells, in points, a doubtful line bounds or divides."""
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
    """Return the ruled lines of a cleaned, level picture with `scale` pixels a point."""
    return _held_up(grey, *_traced(grey, scale), scale)


def straightened(grey: Picture, scale: float) -> tuple[Picture, Rulings]:
    """Return a cleaned, level picture whose ruled lines run straight, and these lines."""
    flat, upright = _traced(grey, scale)
    picture = flattened(grey, flat, upright, scale)
    if picture is None:
        return grey, _held_up(grey, flat, upright, scale)
    return picture, rulings(picture, scale)


def _traced(grey: Picture, scale: float) -> tuple[list[Run], list[Run]]:
    flat, upright = list(traces(grey, scale)), list(traces(np.ascontiguousarray(grey.T), scale))
    depths = [run.depth for run in (*flat, *upright) if run.length >= _LONG * scale]
    usual = float(np.percentile(depths, 75)) if depths else 0.0
    return _printed(flat, usual, grey, scale), _printed(upright, usual, grey.T, scale)


def _printed(runs: Sequence[Run], usual: float, grey: Picture, scale: float) -> list[Run]:
    """Return lines without those of the other side of the page that shine through: they are faint, or run through text.

    `usual` is the contrast of the lines of this side.
    """
    lowest, low = (share * usual for share in _FAINT)
    return [
        run
        for run in runs
        if run.depth >= low or (run.depth >= lowest and is_clear(grey, Stretch(run.at, run.start, run.end), scale))
    ]


def _held_up(grey: Picture, flat: Sequence[Run], upright: Sequence[Run], scale: float) -> Rulings:
    """Return those of the traced lines that rule tables, with what was lost of them."""
    long = _LONG * scale
    kept = [[run for run in runs if run.length >= long] for runs in (flat, upright)]
    tall = [run for run in upright if run.length >= _TALL * scale]
    kept[0] += frames(tall, kept[0], scale, alone=True)
    kept[1] += frames([run for run in kept[0] if run.drawn], kept[1], scale)
    for _ in range(2):  # short lines between long ones, and then those between short ones
        kept = [_held(flat, kept[0], kept[1], scale), _held(upright, kept[1], kept[0], scale)]
    pictures = grey, grey.T
    found: list[Mended] = []
    for at, runs in enumerate((flat, upright)):
        across = (upright, flat)[at], kept[1 - at]
        found.append(mended((runs, kept[at]), across, pictures[at], scale))
        kept[at] = found[at].runs
    for at, runs in enumerate((flat, upright)):
        kept[at] = _held(runs, kept[at], kept[1 - at], scale)
    crossing = [list(_crossing(kept[at], kept[1 - at], scale)) for at in range(2)]
    loose = {run for run in flat if run.length >= long}.difference(crossing[0])
    doubts = tuple(found[0].doubts), tuple(found[1].doubts)
    return Rulings(tuple(crossing[0]), tuple(crossing[1]), *doubts, tuple(sorted(loose)))


def _held(runs: Sequence[Run], kept: Sequence[Run], others: Sequence[Run], scale: float) -> list[Run]:
    """Return the lines kept so far, and those whose ends both meet crossing lines that are kept."""
    known = set(kept)
    more = [
        run
        for run in runs
        if run not in known and all(_meets(end, run.at, others, scale) for end in (run.start, run.end))
    ]
    return [*kept, *more]


def _crossing(runs: Sequence[Run], others: Sequence[Run], scale: float) -> Iterator[Run]:
    """Yield the lines that cross or meet others: a line alone rules no table, and may be a row of strokes.

    Dashes must cross more than one, since a row of dots may lead to a number.
    """
    near = TOUCH * scale
    for line in parts_of_one(runs, scale):
        start, end = line[0].start - near, max(run.end for run in line) + near
        across = (other for other in others if start <= other.at <= end)
        crossing = [other for other in across if other.start - near <= line[0].at <= other.end + near]
        if len(crossing) > any(run.dashed for run in line):
            yield from line


def _meets(along: float, at: float, others: Sequence[Run], scale: float) -> bool:
    """Return whether a place on a line, `along` it and `at` its own place across, stands on a crossing line."""
    near = TOUCH * scale
    return any(abs(other.at - along) <= near and other.start - near <= at <= other.end + near for other in others)


def erased(grey: Picture, found: Rulings, scale: float, margin: float = _EDGE) -> Picture:
    """Return the picture without its ruled lines, and without so many points at both sides of each.

    Strokes of characters that cross a line stay.
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
    """Return where strokes cross a line: ink on both sides, for no longer than a stroke is thick."""
    above, below = page[max(0, band[0] - 2) : band[0], along], page[band[1] : band[1] + 2, along]
    crossed = np.zeros(page[0, along].shape, bool)
    if above.size and below.size:
        reach = np.ones(band[1] - band[0])  # a slanted stroke stands a little further on below
        inked = (np.convolve(side.max(axis=0) < _INK, reach, "same") > 0 for side in (above, below))
        for start, end in spans(np.logical_and(*inked)):
            crossed[start:end] = end - start <= _STROKE * scale + len(reach)
    return crossed
