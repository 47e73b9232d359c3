"""Find slips of the pen: words misspelt or repeated, list items repeated, unpaired marks, impossible counts.

Every cell is searched, even one that is not read otherwise: `条列》` and `的的` are no words, and a list that repeats
an item lacks another.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from jixiao.ingest.model import Misprint
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.text import well_known
from jixiao.ingest.values.amounts import LARGE, decimal
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "slips.toml")
_MISSPELT = _WORDING.meanings("misspelt")
_ALLOWED = _WORDING.words("allowed")
_LETTER, _MARKS, _TWICE, _RUN = (_WORDING.pattern(name) for name in ("letter", "marks", "twice", "run"))
_RUNNING, _LEAD = _WORDING.pattern("running"), _WORDING.pattern("lead")
_OPENS_LIST = _WORDING.text("opens_list")
_ENDS_LIST, _WORD = _WORDING.pattern("ends_list"), _WORDING.pattern("word")
_WORD_TWICE = re.compile("|".join(f"(?:{word}){{2}}" for word in _WORDING.words("never_twice")))
_COUNTED = _WORDING.pattern("counts")
_SUFFIXES = "".join(LARGE)
_PAIRS = (("“", "”"), ("‘", "’"), ("〈", "〉"))
_AROUND = 8  # characters shown before and after a slip
_SHORTEST_ITEM = 3
_FIGURES = {"O": "0", "o": "0", "Ｏ": "0", "l": "1", "I": "1", "ｌ": "1"}

Slip = tuple[str, str, str | None, int]
"""A slip: the IRI of the property for it, the words, the correct words (None if uncertain), and the words' offset."""


def slips(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the slips of the pen in rows, in order, each with its place."""
    cells = [cell for row in rows for cell in row.filled]
    whole = "\n".join(cell.text for cell in cells)
    wrong = [word for word in _MISSPELT if word in whole]
    for cell in cells:
        text = cell.text
        found = (*misspelt(text, wrong), *repeated(text), *unpaired(text), *_misquoted(text), *impossible(text))
        for kind, words, right, at in found:
            yield Misprint(words, right, (cell.place(_line(cell, at)),), kind)


def misspelt(text: str, words: Sequence[str] = tuple(_MISSPELT)) -> Iterator[Slip]:
    """Yield the misspelt words of a text, and letters written for digits; `words` are the misspellings to look for."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            if not any(known in text[max(0, at - 4) : at + len(word) + 4] for known in _ALLOWED):
                yield terms.misspelling, word, _MISSPELT[word], at
            at = text.find(word, at + 1)
    for found in _LETTER.finditer(text):
        start, end = max(0, found.start() - 4), found.end() + 4
        around = text[start:end]
        letter = found.start() - start
        right = around[:letter] + _FIGURES[found.group()] + around[letter + 1 :]
        yield terms.misspelling, around.strip(), right.strip(), found.start()


def repeated(text: str) -> Iterator[Slip]:
    """Yield the characters (的的), words, punctuation marks and items of lists that a text repeats by mistake."""
    for found in (*_TWICE.finditer(text), *_MARKS.finditer(text)):
        once = found.group()[0] if found.group()[0] == found.group()[1] else None
        start, end = max(0, found.start() - _AROUND), found.end() + _AROUND
        right = text[start : found.start()] + once + text[found.end() : end] if once else None
        yield terms.repetition, text[start:end].strip(), right and right.strip(), found.start()
    if _RUNNING.search(text):
        for found in (*_WORD_TWICE.finditer(text), *_RUN.finditer(text)):
            yield terms.repetition, found.group(), found.group()[: len(found.group()) // 2], found.start()
    if "、" in text:
        yield from _listed(text)


def _listed(text: str) -> Iterator[Slip]:
    """Yield a slip for each item that a list (`甲、乙、甲`) names twice.

    The first piece of a list may begin with other words, and so counts only at the start of a text or after an opening
    mark, or if it ends with the item that follows it.
    """
    start = 0
    for end in [*(mark.start() for mark in _ENDS_LIST.finditer(text)), len(text)]:
        items = text[start:end].split("、")
        first = 0 if start == 0 or text[start - 1] in _OPENS_LIST else 1
        twice = {item for item, count in Counter(items[first:]).items() if count > 1}
        for one, other in pairwise(items):
            if one.endswith(other) and _LEAD.search(one.removesuffix(other)):
                twice.add(other)
        for item in sorted(twice):
            if len(item) >= _SHORTEST_ITEM and _WORD.fullmatch(item):
                yield terms.repetition, item, None, text.rfind(item, start, end)
        start = end + 1


def unpaired(text: str) -> Iterator[Slip]:
    """Yield a slip for each kind of quotation mark or inner title mark (〈〉) of which one has no counterpart."""
    for opens, closes in _PAIRS:
        if text.count(opens) == text.count(closes) or (opens == "〈" and "《" not in text):
            continue  # 〉= is an operator
        at = None
        for place, char in enumerate(text):
            if char == opens:
                if at is not None:
                    break
                at = place
            elif char == closes:
                if at is None:
                    at = place
                    break
                at = None
        if at is not None:
            shown = text[max(0, at - 2) : at + _AROUND + 2].replace("\n", "")
            yield terms.unpairedMark, shown.strip(), None, at


def _misquoted(text: str) -> Iterator[Slip]:
    return ((terms.misquotedDocument, words, right, at) for words, right, at in well_known.misquoted(text))


def _line(cell: Cell, at: int) -> int:
    """Return the number of the line with the character at the offset `at` of a cell's text."""
    for line, part in cell.parts:
        if part := part.strip():
            if at <= len(part):
                return line
            at -= len(part) + 1
    return cell.line


def impossible(text: str) -> Iterator[Slip]:
    """Yield the counts in a text that contradict each other (10户5人): there are never more households than persons."""
    for found in _COUNTED.finditer(text):
        many = found["persons"] or found["visits"] or found["attendances"]
        if _count(found["few"]) > _count(many):
            yield terms.impossibleCounts, found.group(), None, found.start()


def _count(figure: str) -> Decimal:
    return decimal(figure.rstrip(_SUFFIXES)) * LARGE.get(figure[-1], Decimal(1))
