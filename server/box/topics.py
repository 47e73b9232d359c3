"""Make topics of the words that nothing explains: stretches that occur in the texts of projects, the longest first."""

from collections.abc import Callable, Iterator, Sequence

from jixiao.server.box.words import LATIN, Piece, table

Occurs = Callable[[str], bool]
"""A function that returns True for a text that occurs in the data."""
_SHORTEST = 2
_LOOSE = ("soft",)


def find(text: str, pieces: Sequence[Piece], occurs: Occurs) -> Iterator[tuple[Piece, bool]]:
    """Yield the topics of a text, each with True if it occurs; parts of a stretch that does not occur are `partial`.

    A character without meaning that is no particle belongs to the stretch beside it if both occur together, as in 慰问.
    """
    soft = {at for each in pieces if each.kind in _LOOSE for at in range(each.start, each.end)}
    for first, last in gaps(text, pieces):
        wider = [(first - 1, last)] * (first - 1 in soft) + [(first, last + 1)] * (last in soft)
        beside = {(first - 1, last): text[first - 1 : first], (first, last + 1): text[last : last + 1]}
        fitting = [
            each for each in wider if beside[each] not in table()["particles"] and occurs(text[each[0] : each[1]])
        ]
        begin, end = next(iter(fitting), (first, last))
        for start, stop, is_there in parts(text, begin, end, soft, occurs):
            operator = "contains" if (start, stop) == (begin, end) else "partly"
            said = text[start:stop]
            yield Piece(start, stop, "topic", (said, *table()["area"].get(said, ())), operator), is_there


def gaps(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield the Chinese stretches that pieces leave of a text, with the words without meaning inside them."""
    hard = sorted((each.start, each.end) for each in pieces if each.kind not in _LOOSE)
    covered = {at for start, end in hard for at in range(start, end)}
    soft = {at for each in pieces if each.kind in _LOOSE for at in range(each.start, each.end)}
    at = 0
    while at < len(text):
        if at in covered or at in soft or not text[at].isalnum() or LATIN.match(text[at]):
            at += 1
            continue
        end = last = at + 1
        while end < len(text) and end not in covered and text[end].isalnum() and not LATIN.match(text[end]):
            end += 1
            last = last if end - 1 in soft else end
        yield at, last
        at = end


def parts(text: str, start: int, end: int, soft: set[int], occurs: Occurs) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches between two positions, each with True if it occurs: the whole, or the longest parts."""
    if occurs(text[start:end]):
        yield start, end, True
        return
    at, missed = start, start
    while at < end:
        longest = at
        for stop in range(at + _SHORTEST, end + 1):
            if at in soft or not occurs(text[at:stop]):
                break
            longest = stop
        while longest - 1 in soft and longest - at > 0:
            longest -= 1
        if longest - at >= _SHORTEST:
            yield from _lost(missed, at, soft)
            yield at, longest, True
            at = missed = longest
        else:
            at += 1
    yield from _lost(missed, end, soft)


def _lost(start: int, end: int, soft: set[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield a stretch that occurs nowhere, without the words without meaning at its ends."""
    while start < end and start in soft:
        start += 1
    while start < end and end - 1 in soft:
        end -= 1
    if start < end:
        yield start, end, False
