"""Find the texts that a mistyped text may stand for, in Chinese and in Latin letters.

A mistake is one character wrong, missing, too many, or swapped with the next; in Chinese of two characters, only one
that sounds alike or is swapped, since any two words share a character.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from jixiao.ontology.text.folding import readings

_SHORTEST, _SHORTEST_LATIN = 2, 4  # characters of a text that may be mistyped
_LONGEST = 30
_TWICE = 8  # letters of a word that may have two mistakes
_LATIN = re.compile(r"[a-z' -]+")


def pattern(text: str) -> str:
    """Return a regular expression for the texts one mistake away from a Chinese text, "" if it is too short or long."""
    if not _SHORTEST <= len(text) <= _LONGEST or _LATIN.fullmatch(text):
        return ""
    places = range(len(text))
    forms = [
        f"{re.escape(text[:at])}[{_alike(text[at])}]{re.escape(text[at + 1 :])}" for at in places if _alike(text[at])
    ]
    forms += [re.escape(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) for at in places[:-1]]
    if len(text) > _SHORTEST:
        forms += [f"{re.escape(text[:at])}.{re.escape(text[at + 1 :])}" for at in places]
        forms += [f"{re.escape(text[:at])}.{re.escape(text[at:])}" for at in places[1:]]
    if len(text) > _SHORTEST + 1:
        forms += [re.escape(text[:at] + text[at + 1 :]) for at in places]
    return "|".join(forms)


def near(text: str, vocabulary: Iterable[str], limit: int = 3) -> list[tuple[str, int]]:
    """Return the words of a vocabulary that a mistyped word may stand for, each with its distance, nearest first."""
    if _LATIN.fullmatch(text):
        return _misspelt(text, vocabulary)[:limit]
    form = pattern(text)
    words = [word for word in vocabulary if form and word != text and re.fullmatch(form, word)]
    return [(word, 1) for word in sorted(words, key=lambda word: _rank(text, word))[:limit]]


def _misspelt(text: str, vocabulary: Iterable[str]) -> list[tuple[str, int]]:
    """Return the words with the fewest mistakes, each with their number; none for a short text."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few texts are mistyped

    most = sum(len(text) >= shortest for shortest in (_SHORTEST_LATIN, _TWICE))
    measured = [(word, int(OSA.distance(text, word, score_cutoff=most))) for word in vocabulary]
    fitting = [(word, mistakes) for word, mistakes in measured if 0 < mistakes <= most]
    fewest = min((mistakes for _, mistakes in fitting), default=0)
    return [(word, mistakes) for word, mistakes in fitting if mistakes == fewest]


def nearest_part(text: str, name: str) -> tuple[int, str]:
    """Return the part of a name that is most like a text, behind the number of mistakes between both."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few texts are mistyped

    lengths = [length for length in (len(text), len(text) - 1, len(text) + 1) if 0 < length <= len(name)]
    parts = [name[start : start + length] for length in lengths for start in range(len(name) - length + 1)]
    return min(((int(OSA.distance(text, part)), part) for part in [*parts, name]), key=lambda found: found[0])


def _rank(text: str, word: str) -> tuple[bool, int]:
    """Return the sort key of a word: what sounds like the text comes first."""
    sounds = len(text) == len(word) and all(b == a or b in _alike(a) for a, b in zip(text, word, strict=True))
    return not sounds, abs(len(text) - len(word))


def _alike(character: str) -> str:
    """Return the other characters with a reading of a character."""
    return "".join(_sounds().get(character, "")).replace(character, "")


@cache
def _sounds() -> Mapping[str, str]:
    """Map each character to all characters that share a reading with it."""
    shared: defaultdict[str, str] = defaultdict(str)
    for characters in readings().values():
        for character in characters:
            shared[character] += characters
    return shared
