"""Correct brackets that the model confuses by shape: 〔〕 around the year of a document number, 〈〉 around a title."""

from collections.abc import Sequence

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.wording import WORDING

_YEAR, _TITLE, _NESTED = (WORDING.pattern(name) for name in ("year", "title", "nested"))


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
