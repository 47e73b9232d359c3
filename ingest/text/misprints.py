"""Find fixed phrases with one character wrong, missing or added, such as `习近平新时期中国特色社会主义思想`.

Every cell is searched, even one that is not read otherwise, since a phrase may be anywhere. The first and last
character of a phrase must be right.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from jixiao.ingest.model import Misprint
from jixiao.ingest.rendition import Row
from jixiao.ingest.text.variants import difference
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "misprints.toml")
_MARKS = str.maketrans("", "", _WORDING.text("marks"))
_PARTICLES = frozenset(_WORDING.words("particles"))
_ALLOWED = _WORDING.words("allowed")
_PHRASES = sorted(_WORDING.words("phrases"), key=lambda phrase: (-len(phrase), phrase))


def misprints(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the misprinted phrases in rows, in order, each with its place."""
    for cell in (cell for row in rows for cell in row.filled):
        for line, text in cell.parts:
            for words, phrase in misworded(text):
                yield Misprint(words, phrase, (cell.place(line),), terms.misprint)


def misworded(text: str) -> Iterator[tuple[str, str]]:
    """Yield words of a text that differ from a fixed phrase by one character, each as (words, phrase).

    If several phrases match, the longest counts.
    """
    shown = text.translate(_MARKS)
    taken: list[tuple[int, int]] = []
    for phrase in _PHRASES:
        half = len(phrase) // 2
        if phrase[:half] not in shown and phrase[half:] not in shown:
            continue  # one wrong character leaves one half of the phrase unchanged
        for found in _pattern(phrase).finditer(shown):
            words = found.group()
            within = any(start <= found.start() and found.end() <= end for start, end in taken)
            taken.append(found.span())
            if words != phrase and not within and not _is_other(words, phrase):
                yield words, phrase


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """Return a pattern of a phrase, and of the phrase with one character changed, omitted or added."""
    changed = (phrase[:at] + r"[\u4e00-\u9fff]?" + phrase[at + 1 :] for at in range(1, len(phrase) - 1))
    added = (phrase[:at] + r"[\u4e00-\u9fff]" + phrase[at:] for at in range(1, len(phrase)))
    return re.compile("|".join([phrase, *changed, *added]))


def _is_other(words: str, phrase: str) -> bool:
    """Return whether words are no misprint of a phrase: they differ by a particle, or are known to be other words."""
    return set(difference(words, phrase)) - {""} <= _PARTICLES or any(known in words for known in _ALLOWED)
