"""Make topics of the words that nothing explains: stretches that occur in the texts of projects, the longest first."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from jixiao.ontology.text import dictionary
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.words import LATIN, Piece, table

Occurs = Callable[[str], bool]
"""A function that returns True for a text that occurs in the data."""
_SHORTEST = 2
_LONGEST = 6  # characters of a word in the dictionary that is looked for
_LOOSE = ("soft",)


def find(text: str, pieces: Sequence[Piece], occurs: Occurs) -> Iterator[tuple[Piece, bool]]:
    """Yield the topics of a text, each with True if it occurs; parts of a stretch that does not occur are `partial`.

    A character without meaning belongs to the stretch beside it if both occur together, as in 慰问; a particle only if
    both are in one word, as in 对口.
    """
    soft = _covered(pieces, loose=True)
    single = {each.start for each in pieces if each.kind in _LOOSE and each.end == each.start + 1}
    for first, last in gaps(text, pieces):
        beside = {(first - 1, last): first - 1, (first, last + 1): last}
        fitting = [
            each
            for each in beside
            if beside[each] in single
            and (
                _in_word(text, *each, beside[each])
                or (text[beside[each]] not in table()["particles"] and occurs(text[each[0] : each[1]]))
            )
        ]
        begin, end = next(iter(fitting), (first, last))
        for start, stop, is_there in parts(text, begin, end, soft, occurs):
            operator = "contains" if (start, stop) == (begin, end) else "partly"
            said = (text[start:stop], *table()["area"].get(text[start:stop], ()))
            yield Piece(start, stop, "topic", said, operator, Bilingual("、".join(said), ", ".join(said))), is_there


def gaps(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield the Chinese stretches that pieces leave of a text, with the words without meaning inside them."""
    # x for a character without a piece, a blank for one in a word without meaning.
    sign = {
        **dict.fromkeys(_covered(pieces, loose=True), " "),
        **dict.fromkeys(_covered(pieces, loose=False), "|"),
        **{at: "|" for at, char in enumerate(text) if not char.isalnum() or LATIN.match(char)},
    }
    signs = "".join(sign.get(at, "x") for at in range(len(text)))
    return (match.span() for match in re.finditer("x(?:[x ]*x)?", signs))


def _covered(pieces: Sequence[Piece], *, loose: bool) -> set[int]:
    """Return the positions of words without meaning (`loose`), or of all other pieces."""
    return {at for each in pieces if (each.kind in _LOOSE) is loose for at in range(each.start, each.end)}


def parts(text: str, start: int, end: int, soft: set[int], occurs: Occurs) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches between two positions, each with True if it occurs: the whole, or the longest parts.

    Parts begin and end where words do.
    """
    if occurs(text[start:end]):
        yield start, end, True
        return
    at, missed = start, start
    while at < end:
        longest = at
        for stop in dictionary.word_ends(text, at, end):
            if not occurs(text[at:stop]) if stop - at >= _SHORTEST else at in soft:
                break
            longest = stop
        while longest - 1 in soft and longest > at and not _in_word(text, at, longest, longest - 1):
            longest -= 1
        if longest - at >= _SHORTEST:
            yield from _lost(missed, at, soft)
            yield at, longest, True
            at = missed = longest
        else:
            at = next(iter(dictionary.word_ends(text, at, end)))
    yield from _lost(missed, end, soft)


def words_of(text: str) -> list[str]:
    """Return the words of the dictionary that make up a text, [] if one of them is too short to be searched for."""
    found = [text[start:end] for start, end in pairwise((0, *dictionary.word_ends(text, 0, len(text))))]
    return found if all(len(each) >= _SHORTEST for each in found) else []


def _in_word(text: str, first: int, last: int, at: int) -> bool:
    """Return True if a character at one end of a stretch is in one word of the dictionary with those beside it."""
    if at == first:
        return any(text[first:stop] in dictionary.words() for stop in range(first + 2, min(last, first + _LONGEST) + 1))
    return any(text[start:last] in dictionary.words() for start in range(max(first, last - _LONGEST), last - 1))


def _lost(start: int, end: int, soft: set[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield a stretch that occurs nowhere (hence False), cut at both ends to its first and last word with a meaning."""
    if kept := [at for at in range(start, end) if at not in soft]:
        yield kept[0], kept[-1] + 1, False
