"""Put in the blanks of a line, which a model that reads leaves out: by the paper between its characters.

A blank parts the labels and values of a form that has no rulings, and the figures of its columns. Between ideographs
and figures many programs leave some paper without a blank; a blank is wider than what the page has elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from jixiao.ingest.scan.engine import Reading
from jixiao.ingest.scan.pixels import Mask
from jixiao.ingest.scan.traces import spans
from jixiao.ingest.scan.wording import WORDING

# In heights of a character:
_BLANK = 0.14  # the least paper of a blank, beyond that beside each of the characters
_APART = 0.32  # likewise between an ideograph and a figure, where programs leave a quarter without a blank
_MORE_THAN_USUAL = 0.04  # before a figure that ends its text, beyond the paper that programs leave on the page
_BESIDE, _BESIDE_ONE, _BESIDE_NARROW = 0.05, 0.08, 0.16  # paper on one side of a character
_WIDE = 0.3  # the paper of a bracket of full width, which is no blank; less of it beside one of half width is
_FEWEST = 4  # pairs of ideographs that tell how far a line is spread
_FEWEST_MIXED = 2  # figures before ideographs that tell the paper that programs leave
_NARROW = frozenset(WORDING.text("narrow"))
_KINDS = {name[0]: WORDING.pattern(name) for name in ("ideograph", "figure", "bracket", "sign")}
_LAST = WORDING.pattern("last_figure")
_OPENING = "([（［"


class Line(NamedTuple):
    """A line that was read: the columns of its ink on which its characters stand, the ink, and a character's height."""

    reading: Reading
    places: Sequence[float]
    inked: Mask
    em: float

    def paper(self) -> dict[int, float]:
        """Return the paper before each character that neither it nor the one before has beside it, by its position."""
        text = self.reading.text
        even = [at for at in range(1, len(text)) if _kinds(text, at) == "ii"]
        pitches = [self.places[at] - self.places[at - 1] for at in even]
        pitch = max(self.em, median(pitches)) if len(even) >= _FEWEST else self.em
        widest = self._widest()
        found = {
            at: widest.get(at, 0) / pitch - _beside(text[at - 1]) - _beside(text[at])
            for at in range(1, len(text))
            if _kinds(text, at)
        }
        spread = max(0.0, median(found[at] for at in even)) if len(even) >= _FEWEST else 0.0
        return {at: paper - spread for at, paper in found.items()}

    def _widest(self) -> dict[int, int]:
        """Return the columns without ink before a character, by its position."""
        columns = self.inked.max(axis=0, initial=0)
        middles = np.convolve(self.places, (0.5, 0.5), "valid") if len(self.places) > 1 else np.zeros(0)
        widest: dict[int, int] = {}
        for start, end in spans((columns == 0).astype(np.uint8)):
            if start > 0 and end < len(columns) and len(middles):
                at = int(np.abs(middles - (start + end) / 2).argmin()) + 1
                widest[at] = max(end - start, widest.get(at, 0))
        return widest


def usual_paper(lines: Iterable[Line]) -> float | None:
    """Return the paper that programs leave between a figure and the ideograph behind it; None if too few lines tell."""
    found = [paper for line in lines for at, paper in line.paper().items() if _kinds(line.reading.text, at) == "fi"]
    return median(found) if len(found) >= _FEWEST_MIXED else None


def with_blanks(line: Line, usual: float | None = None) -> Reading:
    """Return the reading of a line with its blanks; `usual` is the paper that programs leave beside figures."""
    text, paper = line.reading.text, line.paper()
    blanks = {at for at, wide in paper.items() if _is_blank(_kinds(text, at), wide)}
    if usual is not None:
        least = max(_BLANK, usual + _MORE_THAN_USUAL)
        shifted = {at + sum(before < at for before in blanks): at for at in paper if _kinds(text, at) == "if"}
        ends = [found.start("figure") for found in _LAST.finditer(_parted(text, blanks))]
        blanks |= {shifted[end] for end in ends if end in shifted and paper[shifted[end]] >= least}
    return _with(line.reading, blanks)


def _is_blank(kinds: str, wide: float) -> bool:
    if kinds in {"if", "fi"}:
        return wide >= _APART
    return wide >= _BLANK and ("b" not in kinds or wide < _WIDE)


def _beside(char: str) -> float:
    return _BESIDE_ONE if char == "1" else _BESIDE_NARROW if char in _NARROW else _BESIDE


def _kinds(text: str, at: int) -> str:
    """Return the kinds of the character before a place and of the one at it; blank if paper between them says nothing.

    Paper within brackets and behind signs says nothing.
    """
    before, after = map(_kind, text[at - 1 : at + 1])
    inside = text[at - 1] in _OPENING or (after == "b" and text[at] not in _OPENING) or before == "s"
    return "" if inside or not before or not after else before + after


def _kind(char: str) -> str:
    return next((kind for kind, own in _KINDS.items() if own.match(char)), "")


def _parted(text: str, blanks: set[int]) -> str:
    return "".join(" " * (at in blanks) + char for at, char in enumerate(text))


def _with(reading: Reading, blanks: set[int]) -> Reading:
    if not blanks:
        return reading
    scores: list[float] = []
    places: list[float] = []
    for number, (score, place) in enumerate(zip(reading.scores, reading.at, strict=True)):
        if number in blanks:
            scores.append(1.0)
            places.append((places[-1] + place) / 2)
        scores.append(score)
        places.append(place)
    return Reading(_parted(reading.text, blanks), tuple(scores), tuple(places))
