"""Find broken characters, and fixed phrases with one character wrong, missing or added.

An example is `习近平新时期中国特色社会主义思想`. Every cell is searched, even one that is not read otherwise, since a
phrase may be anywhere. The first and last character of a phrase must be right.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jixiao.ingest.model import Misprint
from jixiao.ingest.rendition import Row
from jixiao.ingest.text.variants import shared
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "misprints.toml")
_GARBLED, _BOX, _CHOICE, _SUSPECT = (_WORDING.pattern(name) for name in ("garbled", "box", "choice", "suspect"))
_MARKS = str.maketrans("", "", _WORDING.text("marks"))
_PARTICLES = frozenset(_WORDING.words("particles"))
_ALLOWED = _WORDING.words("allowed")
_SHORTEST = min(map(len, _WORDING.words("phrases"))) - 1
_AROUND = 6  # characters shown before and after a broken one
_RUNNING = 12  # least characters of a text that counts as running text

Phrase = tuple[str, str, str]
"""A fixed phrase, its first half and its second half."""


def misprints(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the broken characters and misprinted phrases in rows, in order, each with its place."""
    parts = [(cell, line, text) for row in rows for cell in row.filled for line, text in cell.parts]
    # Most documents have no suspect character, and no half of most phrases.
    whole = "\n".join(text for _, _, text in parts)
    suspect, phrases = _SUSPECT.search("".join(set(whole))), _possible(whole)
    for cell, line, text in parts if suspect or phrases else ():
        place = (cell.place(line),)
        if suspect:
            yield from (Misprint(words, None, place, terms.garbledText) for words in garbled(text))
        if phrases:
            yield from (Misprint(words, phrase, place, terms.misprint) for words, phrase in misworded(text, phrases))


def garbled(text: str) -> Iterator[str]:
    """Yield the broken characters of a text, each with the characters around it."""
    found = [*_GARBLED.finditer(text)]
    if len(text) >= _RUNNING and not _CHOICE.search(text):
        found += _BOX.finditer(text)
    for each in found:
        yield text[max(0, each.start() - _AROUND) : each.end() + _AROUND].strip()


def misworded(text: str, phrases: Sequence[Phrase] | None = None) -> Iterator[tuple[str, str]]:
    """Yield words of a text that differ from a fixed phrase by one character, each as (words, phrase).

    `phrases` limits the search to some phrases. If several phrases match, the longest counts.
    """
    if len(text) < _SHORTEST:
        return
    shown = text.translate(_MARKS)
    taken: list[tuple[int, int]] = []
    for phrase, first, second in _phrases() if phrases is None else phrases:
        if first not in shown and second not in shown:
            continue  # one wrong character leaves one half of the phrase unchanged
        for found in _pattern(phrase).finditer(shown):
            words = found.group()
            within = any(start <= found.start() and found.end() <= end for start, end in taken)
            taken.append(found.span())
            if words != phrase and not within and not _is_other(words, phrase):
                yield words, phrase


def _possible(whole: str) -> list[Phrase]:
    """Return the phrases of which one half occurs in `whole`, the text of a document: only these may be misprinted."""
    for each in _WORDING.text("marks"):
        whole = whole.replace(each, "")
    return [each for each in _phrases() if each[1] in whole or each[2] in whole]


@cache
def _phrases() -> tuple[Phrase, ...]:
    """Return the fixed phrases of the word list, longest first, each with its two halves."""
    words = sorted(_WORDING.words("phrases"), key=lambda phrase: (-len(phrase), phrase))
    return tuple((phrase, phrase[: len(phrase) // 2], phrase[len(phrase) // 2 :]) for phrase in words)


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """Return a pattern of a phrase and all its misprints; patterns are compiled when needed, since that takes long."""
    return re.compile("|".join([phrase, *_near(phrase)]))


def _near(phrase: str) -> Iterator[str]:
    """Yield patterns of a phrase with one character changed, omitted or added."""
    for at in range(1, len(phrase) - 1):
        yield phrase[:at] + r"[\u4e00-\u9fff]?" + phrase[at + 1 :]
    for at in range(1, len(phrase)):
        yield phrase[:at] + r"[\u4e00-\u9fff]" + phrase[at:]


def _is_other(words: str, phrase: str) -> bool:
    """Return whether words are no misprint of a phrase: they differ by a particle, or are known to be other words."""
    begins = shared(words, phrase)
    ends = shared(words[begins:][::-1], phrase[begins:][::-1])
    one, other = words[begins : len(words) - ends], phrase[begins : len(phrase) - ends]
    return {one, other} - {""} <= _PARTICLES or any(known in words for known in _ALLOWED)
