"""Insert blanks into recognised lines, which the model omits, where the paper between characters is wide enough.

Blanks separate the labels and values of a form without rulings, and the figures in its columns. Many programs leave
some paper between ideographs and figures even without a blank; a blank is wider than is usual on the page. In this
module, *paper* is the width without ink between two characters.
"""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from jixiao.ingest.scan.engine import Reading
from jixiao.ingest.scan.pixels import Mask
from jixiao.ingest.scan.traces import spans
from jixiao.ingest.scan.wording import WORDING

# Multiples of a character's height:
_BLANK = 0.14  # least paper of a blank, beyond what each of the two characters has beside it
_APART = 0.32  # least paper of a blank between an ideograph and a figure, where 0.25 is common without a blank
_MORE_THAN_USUAL = 0.04  # before a figure at the end of a text, a blank has this much more paper than is usual there
# Paper on each side that is part of a character itself: of most characters, of the figure 1, of narrow characters.
_BESIDE = 0.05
_MORE_BESIDE = {"1": 0.08} | dict.fromkeys(WORDING.text("narrow"), 0.16)
_WIDE = 0.3  # paper beside a bracket that is this wide or wider is half of a full-width bracket, and no blank
_FEWEST = 4  # least number of pairs of ideographs from which the spacing of a line is estimated
_FEWEST_MIXED = 2  # least number of figures before ideographs from which the page's usual paper is estimated
_KINDS = {name[0]: WORDING.pattern(name) for name in ("ideograph", "figure", "bracket", "sign")}
_LAST = WORDING.pattern("last_figure")
_OPENING = "([（［"


class Line(NamedTuple):
    """A recognised line: its reading, and the mask of its ink.

    `places` has the column of pixels in the mask for each character; `em` is the height of a character in pixels.
    """

    reading: Reading
    places: Sequence[float]
    inked: Mask
    em: float

    def paper(self) -> dict[int, float]:
        """Return the extra paper before each character, in heights of a character, by the character's position.

        It is the width of the gap between two characters, less the paper that is part of the characters themselves, and
        less the usual spacing of the line.
        """
        text = self.reading.text
        even = [at for at in range(1, len(text)) if _kinds(text, at) == "ii"]
        pitches = [self.places[at] - self.places[at - 1] for at in even]
        pitch = max(self.em, median(pitches)) if len(even) >= _FEWEST else self.em
        widest = self._widest()
        found = {
            at: widest.get(at, 0) / pitch - sum(_MORE_BESIDE.get(char, _BESIDE) for char in text[at - 1 : at + 1])
            for at in range(1, len(text))
            if _kinds(text, at)
        }
        spread = max(0.0, median(found[at] for at in even)) if len(even) >= _FEWEST else 0.0
        return {at: paper - spread for at, paper in found.items()}

    def _widest(self) -> dict[int, int]:
        """Return the width in pixels of the widest gap before each character, by the character's position."""
        columns = self.inked.max(axis=0, initial=0)
        middles = np.convolve(self.places, (0.5, 0.5), "valid") if len(self.places) > 1 else np.zeros(0)
        widest: dict[int, int] = {}
        for start, end in spans((columns == 0).astype(np.uint8)):
            if start > 0 and end < len(columns) and len(middles):
                at = int(np.abs(middles - (start + end) / 2).argmin()) + 1
                widest[at] = max(end - start, widest.get(at, 0))
        return widest


def usual_paper(lines: Iterable[Line]) -> float | None:
    """Return the usual extra paper between a figure and the ideograph after it, in heights of a character.

    Returns None if there are too few such pairs in the lines.
    """
    found = [paper for line in lines for at, paper in line.paper().items() if _kinds(line.reading.text, at) == "fi"]
    return median(found) if len(found) >= _FEWEST_MIXED else None


def with_blanks(line: Line, usual: float | None = None) -> Reading:
    """Return the reading of a line with blanks inserted; `usual` is the page's usual paper beside figures."""
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


def _kinds(text: str, at: int) -> str:
    """Return the kinds of the characters before and at a position: i for an ideograph, f a figure, b a bracket.

    "if" is an ideograph followed by a figure. Returns an empty text where paper has no meaning: inside brackets, after
    signs, and beside any other character.
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
