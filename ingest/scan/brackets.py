"""Set the brackets around the year of a document number, whose shapes a model confuses: 〔 and 〕."""

from collections.abc import Sequence

from jixiao.ingest.recognition import Word
from jixiao.ingest.scan.wording import WORDING

_YEAR = WORDING.pattern("year")


def year_brackets(words: Sequence[Word]) -> list[Word]:
    """Return the words of one cell, or of running text, with such brackets; a number may go on in the next word."""
    text = "".join(word.text for word in words)
    mended = _YEAR.sub(r"〔\1〕", text)
    if mended == text:
        return list(words)
    found, at = [], 0
    for word in words:
        second = None if word.second is None else _YEAR.sub(r"〔\1〕", word.second)
        found.append(word._replace(text=mended[at : at + len(word.text)], second=second))
        at += len(word.text)
    return found
