"""Correct recognised lines: insert the spaces that the model omits, and mend signs and brackets that it confuses.

A lone ≥, which the model takes for V, is read again next to a figure of the page. The brackets are 〔〕 around the year
of a document number, and 〈〉 around a title.

Blanks separate the labels and values of a form without rulings, and the figures in its columns. Many programs leave
some paper between ideographs and figures even without a space; a space is wider than is usual on the page. In this
module, *paper* is the width without ink between two characters.
"""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.engine import WORDING, Engine, Reading
from jixiao.ingest.scan.ink import Mask, Picture
from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.rulings import spans

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
_RE = WORDING.patterns
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
        """Return the extra paper (width without ink) before each character, by the character's index in the text.

        It is measured in heights of a character: the width of the gap between two characters, less the paper that is
        part of the characters themselves, and less the usual spacing of the line.
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
        """Return the width in pixels of the widest gap before each character, by the character's index."""
        columns = self.inked.max(axis=0, initial=0)
        middles = np.convolve(self.places, (0.5, 0.5), "valid") if len(self.places) > 1 else np.zeros(0)
        widest: dict[int, int] = {}
        for start, end in spans((columns == 0).astype(np.uint8)):
            if start > 0 and end < len(columns) and len(middles):
                at = int(np.abs(middles - (start + end) / 2).argmin()) + 1
                widest[at] = max(end - start, widest.get(at, 0))
        return widest


def usual_paper(lines: Iterable[Line]) -> float | None:
    """Return the usual extra width without ink between a figure and an ideograph after it, in heights of a character.

    None if there are too few such pairs in the lines.
    """
    found = [paper for line in lines for at, paper in line.paper().items() if _kinds(line.reading.text, at) == "fi"]
    return median(found) if len(found) >= _FEWEST_MIXED else None


def with_blanks(line: Line, usual: float | None = None) -> Reading:
    """Return the reading of a line with spaces inserted where the gaps between characters are wide enough.

    `usual` is the page's usual gap beside figures (see `usual_paper`).
    """
    text, paper = line.reading.text, line.paper()
    blanks = {at for at, wide in paper.items() if _is_blank(_kinds(text, at), wide)}
    if usual is not None:
        least = max(_BLANK, usual + _MORE_THAN_USUAL)
        shifted = {at + sum(before < at for before in blanks): at for at in paper if _kinds(text, at) == "if"}
        ends = [found.start("figure") for found in _RE.last_figure.finditer(_parted(text, blanks))]
        blanks |= {shifted[end] for end in ends if end in shifted and paper[shifted[end]] >= least}
    return _with(line.reading, blanks)


def _is_blank(kinds: str, wide: float) -> bool:
    if kinds in {"if", "fi"}:
        return wide >= _APART
    return wide >= _BLANK and ("b" not in kinds or wide < _WIDE)


def _kinds(text: str, at: int) -> str:
    """Return the kinds of the characters before and at index `at`: i for an ideograph, f a figure, b a bracket.

    "if" is an ideograph followed by a figure. Returns an empty text where paper has no meaning: inside brackets, after
    signs, and beside any other character.
    """
    before, after = (
        next((kind for kind, own in _KINDS.items() if own.match(char)), "") for char in text[at - 1 : at + 1]
    )
    inside = text[at - 1] in _OPENING or (after == "b" and text[at] not in _OPENING) or before == "s"
    return "" if inside or not before or not after else before + after


def _parted(text: str, blanks: set[int]) -> str:
    return "".join(f" {char}" if at in blanks else char for at, char in enumerate(text))


def _with(reading: Reading, blanks: set[int]) -> Reading:
    added = [(at - 0.5, 1.0, (reading.at[at - 1] + reading.at[at]) / 2) for at in blanks]
    known = [(at, score, reading.at[at]) for at, score in enumerate(reading.scores)]
    characters = sorted([*known, *added])
    return Reading(
        _parted(reading.text, blanks),
        tuple(score for _, score, _ in characters),
        tuple(place for _, _, place in characters),
    )


_SIZES = (0.3, 1.4)  # times a character's height: the least and the most width of a sign
_MOST = 2  # characters that the model may take a sign for, such as > and =
_GAP, _AROUND = 0.05, 0.12  # times a character's height: blank paper on each side of a part, and around all
_SURE = 0.98  # the least score of each character in the figure that is put beside the signs


def signs(spans: Sequence[Span], readings: Sequence[Reading], plain: Picture, em: float, used: Engine) -> list[Reading]:
    """Return the readings of all lines, in which a lone sign that proves to be a comparison sign is replaced.

    Such a line is read a second time, with a figure of the page to the right of the sign in one picture; the result
    counts only if the figure is read as before. `plain` is the picture of the page, `em` the height of a character in
    pixels, and `used` the engine.
    """
    found = list(readings)
    figures = (at for at, each in enumerate(found) if _RE.context.fullmatch(each.text) and min(each.scores) > _SURE)
    near = next(figures, None)
    if near is None:
        return found
    lone = [at for at, span in enumerate(spans) if _may_be_sign(span, found[at].text.strip(), em)]
    pictures = [in_a_row([spans[at].of(plain), spans[near].of(plain)], em) for at in lone]
    for at, read in zip(lone, used.read(pictures), strict=True):
        if (sign := _RE.sign_before_figure.match(read.text)) and read.text[sign.end() :].strip() == found[near].text:
            end = len(sign["sign"])
            found[at] = Reading(sign["sign"], read.scores[:end], tuple((each + 0.5) / end for each in range(end)))
    return found


def _may_be_sign(span: Span, text: str, em: float) -> bool:
    width = span.right - span.left
    return _SIZES[0] * em <= width <= _SIZES[1] * em and len(text) <= _MOST and not any(map(str.isdecimal, text))


def in_a_row(parts: Sequence[Picture], em: float) -> Picture:
    """Return one picture of several parts of a page side by side, vertically centred, with white margins.

    `em` is the height of a character in pixels.
    """
    high = max(part.shape[0] for part in parts)
    strips = []
    for part in parts:
        above, gap = (high - part.shape[0]) // 2, round(_GAP * em)
        below = high - part.shape[0] - above
        strips.append(cv2.copyMakeBorder(part, above, below, gap, gap, cv2.BORDER_CONSTANT, value=(255,)))
    edge = round(_AROUND * high)
    return cv2.copyMakeBorder(np.hstack(strips), edge, edge, 2 * edge, 2 * edge, cv2.BORDER_CONSTANT, value=(255,))


def _mended(text: str) -> str:
    text = _RE.year.sub(lambda found: f"〔{found[found.lastindex or 0]}〕", text)
    text = _RE.nested.sub(lambda found: f"《{found[1]}〈{found[2] or found[3]}〉{found[4]}》", text)
    return _RE.title.sub(r"〈\1〉", text)


def usual_brackets(words: Sequence[Word]) -> list[Word]:
    """Return the words of a cell or of running text with the brackets corrected that were confused.

    The words are corrected as one text, because a document number may continue in the next word.
    """
    text = "".join(word.text for word in words)
    mended = _mended(text)
    if mended == text:
        return list(words)
    found, at = [], 0
    for word in words:
        second = None if word.second is None else _mended(word.second)
        found.append(word._replace(text=mended[at : at + len(word.text)], second=second))
        at += len(word.text)
    return found
