"""Suggest what the mistyped words of a text may mean: words of the box, printed labels, places, or names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.ontology.places import places
from jixiao.ontology.text import dictionary, typos
from jixiao.ontology.text.folding import fold
from jixiao.server.box import english, labels, words
from jixiao.server.box.words import LATIN
from jixiao.store.index import lookup

_MOST = 3  # suggestions for a text
_BESIDE = 2  # characters beside an unknown one that may belong to the same word


@dataclass(frozen=True)
class Suggestion:
    """A word as `typed`, the word that may be `meant`, the whole text with that, and the number of mistakes."""

    typed: str
    meant: str
    text: str
    distance: int


def suggested_names(names: lookup.Names, q: str, unknown: Sequence[str]) -> list[Suggestion]:
    """Return suggestions for the words of a text that are `unknown`, those with the fewest mistakes first."""
    text = fold(q)
    suggestions = [
        suggestion for word in unknown if word not in words.lexicon() for suggestion in _of_word(names, text, word)
    ]
    once = {suggestion.text: suggestion for suggestion in suggestions}
    return sorted(once.values(), key=lambda suggestion: suggestion.distance)[:_MOST]


def _of_word(names: lookup.Names, text: str, word: str) -> Iterator[Suggestion]:
    """Yield suggestions for one unknown word, by words of the box and then by names in the dataset."""
    for stretch in _stretches(text, word):
        near = typos.near(stretch, _vocabulary())
        yield from (_replaced(text, stretch, meant, mistakes) for meant, mistakes in near)
        if near:
            return
    if LATIN.match(word):
        meant = typos.near(word, dictionary.english())
        yield from (
            _replaced(text, word, word_meant, mistakes)
            for word_meant, mistakes in meant
            if english.meanings(word_meant)
        )
    for name, _ in lookup.suggested_names(names, word) if len(word) > 1 else ():
        mistakes, part = typos.nearest_part(word, fold(name.matched))
        if mistakes == 1:
            yield _replaced(text, word, part, mistakes)


def _replaced(text: str, typed: str, meant: str, mistakes: int) -> Suggestion:
    return Suggestion(typed, meant, text.replace(typed, meant, 1), mistakes)


def _stretches(text: str, word: str) -> list[str]:
    """Return a word with up to two characters before it and behind it, since a mistake may divide a word; itself first.

    Words in Latin letters have no such characters.
    """
    start = text.find(word)
    if start < 0 or LATIN.match(word):
        return [word]
    end = start + len(word)
    around = [
        text[first:last]
        for first in range(max(0, start - _BESIDE), start + 1)
        for last in range(end, min(len(text), end + _BESIDE) + 1)
    ]
    return sorted((stretch for stretch in around if stretch.isalnum()), key=len)


@cache
def _vocabulary() -> Sequence[str]:
    """Return all words that the box knows: those of words.yaml, printed labels, and names of places."""
    english = [fold(place.english) for place in places().values()]
    divisions = [name for place in places().values() for name in (place.name, place.stem)]
    divisions += [*english, *(name.rpartition(" ")[0] for name in english)]
    printed = [label.folded for label in labels.labels()]
    return [word for word in dict.fromkeys([*words.lexicon(), *printed, *divisions]) if len(word) > 1]
