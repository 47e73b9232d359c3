"""Find the words of a text that name no value and no shape: rows are put in order by them, and never left out.

A Chinese word stands for itself, an English one for the Chinese words that it means and that occur in the data.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from jixiao.ontology.text import dictionary
from jixiao.server.box import english
from jixiao.server.box.words import LATIN, Piece, table

Occurs = Callable[[str], bool]
"""A function that returns True for a text that occurs in the data."""
_SHORTEST = 2
_LONGEST = 6  # characters of a word in the dictionary that is looked for
_LOOSE = ("soft",)


def find(text: str, pieces: Sequence[Piece], occurs: Occurs) -> Iterator[Piece]:
    """Yield the words that no piece explains; those that occur nowhere are `lost`."""
    yield from _chinese(text, pieces, occurs)
    yield from english.other_words(text, pieces, occurs)


def _chinese(text: str, pieces: Sequence[Piece], occurs: Occurs) -> Iterator[Piece]:
    """Yield the Chinese words: stretches that occur in the data, the longest first.

    A character without meaning belongs to the stretch beside it if both occur together, as in 慰问; a particle only if
    both are in one word, as in 对口.
    """
    soft = _covered(pieces, loose=True)
    single = {piece.start for piece in pieces if piece.kind in _LOOSE and piece.end == piece.start + 1}
    for first, last in gaps(text, pieces):
        beside = {(first - 1, last): first - 1, (first, last + 1): last}
        fitting = [stretch for stretch, at in beside.items() if at in single and _belongs(text, stretch, at, occurs)]
        begin, end = next(iter(fitting), (first, last))
        for start, stop, is_there in parts(text, begin, end, soft, occurs):
            yield Piece(start, stop, "word" if is_there else "lost", (text[start:stop],))


def _belongs(text: str, stretch: tuple[int, int], at: int, occurs: Occurs) -> bool:
    """Return True if the character at one end of a stretch belongs to it."""
    if _in_word(text, *stretch, at):
        return True
    return text[at] not in table()["particles"] and occurs(text[slice(*stretch)])


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
    return {at for piece in pieces if (piece.kind in _LOOSE) is loose for at in range(piece.start, piece.end)}


def parts(text: str, start: int, end: int, soft: set[int], occurs: Occurs) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches between two positions, each with True if it occurs: the whole, or the longest parts.

    Parts begin and end where words do.
    """
    if occurs(text[start:end]) and end - start >= _SHORTEST:
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
            yield from _lost(text, missed, at, soft)
            yield at, longest, True
            at = missed = longest
        else:
            at = next(iter(dictionary.word_ends(text, at, end)))
    yield from _lost(text, missed, end, soft)


def _in_word(text: str, first: int, last: int, at: int) -> bool:
    """Return True if a character at one end of a stretch is in one word of the dictionary with those beside it."""
    if at == first:
        return any(text[first:stop] in dictionary.words() for stop in range(first + 2, min(last, first + _LONGEST) + 1))
    return any(text[start:last] in dictionary.words() for start in range(max(first, last - _LONGEST), last - 1))


def _lost(text: str, start: int, end: int, soft: set[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield a stretch that occurs nowhere (hence False), cut at both ends to its first and last word with a meaning."""
    meaningful = [at for at in range(start, end) if at not in soft]
    if not meaningful:
        return
    first, last = meaningful[0], meaningful[-1] + 1
    if last < end and _in_word(text, first, last + 1, last):
        last += 1
    if first > start and _in_word(text, first - 1, last, first - 1):
        first -= 1
    yield first, last, False
