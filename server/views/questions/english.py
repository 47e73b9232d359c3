"""Find names of the graph, which are Chinese, by English words.

Songjiang People's Congress is 上海市松江区人民代表大会常务委员会办公室: places are recognised by their pinyin
in the names of bodies, kinds of bodies by the words of words.toml (`english`), and a body is meant if its name has all
of them. Topics such as training (培训) stand in words.toml too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from jixiao.ontology.text.wording import alternatives
from jixiao.server.views.questions.lexicon import LATIN, Piece, whole, words

_MOST_WORDS = 8
_SHORTEST_PLACE = 2
_LONGEST_PLACE = 6
_LONGEST_SYLLABLE = 6


def runs(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the stretches that may name a body: start, end and words. Each has a word that is otherwise unknown."""
    run: list[Piece] = []
    for piece in (*pieces, None):
        if piece is not None and _belongs(text, piece, run):
            run.append(piece)
            continue
        while run and _is_joint(text, run[-1]):
            run.pop()
        if any(not each.known for each in run) and len(run) <= _MOST_WORDS:
            stretch = " ".join(text[each.start : each.end] for each in run if not _is_joint(text, each))
            yield run[0].start, run[-1].end, tuple(_phrases(stretch.split()))
        run = []


def topics(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches that name a topic and have an unknown word: start, end, and the Chinese word."""
    pattern = alternatives(words()["topics"])
    for match in re.finditer(pattern, text):
        start, end = match.span()
        within = [piece for piece in pieces if start <= piece.start and piece.end <= end]
        if any(not piece.known for piece in within) and whole(text, start, end):
            yield start, end, words()["topics"][match.group()]


def place(said: Sequence[str], labels: Iterable[str]) -> str:
    """Return the place that a single word spells in the labels of bodies; "" for other words, or for several places."""
    if len(said) != 1 or said[0] in words()["english"]:
        return ""
    places = _places(said[0], labels)
    return places.pop() if len(places) == 1 else ""


def bodies(said: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the labels of bodies that fit all words: kinds of bodies, and places in pinyin."""
    table = words()["english"]
    wanted = [{table[word]} if word in table else _places(word, labels) for word in said]
    return [label for label in labels if all(any(part in label for part in parts) for parts in wanted)]


def _belongs(text: str, piece: Piece, run: Sequence[Piece]) -> bool:
    word = text[piece.start : piece.end]
    if not LATIN.match(word):
        return False
    return not piece.known or any(part in _words() for part in word.split()) or (bool(run) and _is_joint(text, piece))


def _is_joint(text: str, piece: Piece) -> bool:
    return text[piece.start : piece.end] in words()["names"]["joints"]


def _phrases(said: Sequence[str]) -> Iterator[str]:
    """Yield the words, joined to the longest phrases of the table."""
    at = 0
    while at < len(said):
        ends = (end for end in range(len(said), at + 1, -1) if " ".join(said[at:end]) in words()["english"])
        end = next(ends, at + 1)
        yield " ".join(said[at:end])
        at = end


@cache
def _words() -> frozenset[str]:
    return frozenset(word for phrase in words()["english"] for word in phrase.split())


def _places(word: str, labels: Iterable[str]) -> set[str]:
    """Return the parts of labels whose characters spell a word in pinyin."""
    spellings = sorted(_spellings(word, _LONGEST_PLACE), key=len)
    if not spellings:
        return set()
    ways = "|".join("".join(f"[{chars}]" for chars in spelling) for spelling in spellings)
    parts = {match[1] for label in labels for match in re.finditer(f"(?=({ways}))", label)}
    return {part for part in parts if len(part) >= _SHORTEST_PLACE}


def _spellings(word: str, most: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a word in at most so many characters: for each syllable, the characters read so."""
    if not word:
        yield ()
    for length in range(1, _LONGEST_SYLLABLE + 1) if most else ():
        chars = _characters().get(word[:length]) if length <= len(word) else None
        if chars:
            yield from ((chars, *others) for others in _spellings(word[length:], most - 1))


@cache
def _characters() -> Mapping[str, str]:
    lines = files("jixiao.server.views.questions").joinpath("pinyin.txt").read_text(encoding="utf-8").splitlines()
    return {syllable: chars for syllable, _, chars in (line.partition(" ") for line in lines) if syllable != "#"}
