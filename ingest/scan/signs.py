"""Correct signs that the model confuses by shape: a ≥ alone in its cell, which it takes for V, and brackets.

The brackets are 〔〕 around the year of a document number, and 〈〉 around a title. A lone sign is read again next to a
figure of the page.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.engine import Engine, Reading
from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.pixels import Picture
from jixiao.ingest.scan.wording import WORDING

_SIZES = (0.3, 1.4)  # times a character's height: the least and the most width of a sign
_MOST = 2  # characters that the model may take a sign for, such as > and =
_GAP, _AROUND = 0.05, 0.12  # times a character's height: blank paper between sign and figure, and around both
_SURE = 0.98  # the least score of each character in the figure that is put beside the signs
_FIGURE, _SIGN = WORDING.pattern("context"), WORDING.pattern("sign_before_figure")
_YEAR, _TITLE, _NESTED = (WORDING.pattern(name) for name in ("year", "title", "nested"))


def signs(spans: Sequence[Span], readings: Sequence[Reading], plain: Picture, em: float, used: Engine) -> list[Reading]:
    """Return the readings of all lines, those of lone signs replaced if a second reading finds a comparison sign.

    For the second reading, a figure from the same page is put to the right of the sign in one picture. The result
    counts only if the figure is read as before. `plain` is the picture of the page, `used` the engine.
    """
    found = list(readings)
    figures = (at for at, each in enumerate(found) if _FIGURE.fullmatch(each.text) and min(each.scores) > _SURE)
    near = next(figures, None)
    if near is None:
        return found
    lone = [at for at, span in enumerate(spans) if _may_be_sign(span, found[at].text.strip(), em)]
    figure = _cut(plain, spans[near])
    for at, read in zip(lone, used.read([_beside(_cut(plain, spans[at]), figure, em) for at in lone]), strict=True):
        if (sign := _SIGN.match(read.text)) and read.text[sign.end() :].strip() == found[near].text:
            end = len(sign["sign"])
            found[at] = Reading(sign["sign"], read.scores[:end], tuple((each + 0.5) / end for each in range(end)))
    return found


def _may_be_sign(span: Span, text: str, em: float) -> bool:
    width = span.right - span.left
    return _SIZES[0] * em <= width <= _SIZES[1] * em and len(text) <= _MOST and not any(map(str.isdecimal, text))


def _cut(plain: Picture, span: Span) -> Picture:
    return plain[span.top : span.bottom, span.left : span.right]


def _beside(sign: Picture, figure: Picture, em: float) -> Picture:
    """Return one picture with a sign and a figure side by side."""
    high = max(sign.shape[0], figure.shape[0])
    parts = []
    for part in (sign, figure):
        above = (high - part.shape[0]) // 2
        below, gap = high - part.shape[0] - above, round(_GAP * em)
        parts.append(cv2.copyMakeBorder(part, above, below, gap, gap, cv2.BORDER_CONSTANT, value=(255,)))
    edge = round(_AROUND * high)
    return cv2.copyMakeBorder(np.hstack(parts), edge, edge, 2 * edge, 2 * edge, cv2.BORDER_CONSTANT, value=(255,))


def _mended(text: str) -> str:
    text = _YEAR.sub(lambda found: f"〔{found[found.lastindex or 0]}〕", text)
    text = _NESTED.sub(lambda found: f"《{found[1]}〈{found[2] or found[3]}〉{found[4]}》", text)
    return _TITLE.sub(r"〈\1〉", text)


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
