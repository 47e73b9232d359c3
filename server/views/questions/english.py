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
from jixiao.server.views.questions.lexicon import LATIN, whole, words
from jixiao.server.views.questions.pieces import Piece

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
    unknown = [piece for piece in pieces if not piece.known]
    for found in _topics().finditer(text) if unknown else ():
        within = [piece for piece in unknown if found.start() <= piece.start and piece.end <= found.end()]
        if within and whole(text, found.start(), found.end()):
            yield found.start(), found.end(), words()["topics"][found.group()]


def is_topic(said: Sequence[str]) -> bool:
    """Tell if all words are topics."""
    return all(_topics().fullmatch(word) for word in said)


@cache
def _topics() -> re.Pattern[str]:
    return re.compile(alternatives(words()["topics"]))


def bodies(said: Sequence[str], labels: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return the labels that fit all words; for a single word that is a place, no labels but the place."""
    known = list(labels)
    kinds = [word for word in said if word in _table()]
    places = [_places(word, known) for word in said if word not in _table()]
    if not all(places):
        return (), ""
    if not kinds and len(places) == 1 and len(places[0]) == 1:
        return (), next(iter(places[0]))
    wanted = [{_table()[word]} for word in kinds] + places
    return tuple(label for label in known if all(any(part in label for part in parts) for parts in wanted)), ""


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
        ends = (end for end in range(len(said), at + 1, -1) if " ".join(said[at:end]) in _table())
        end = next(ends, at + 1)
        yield " ".join(said[at:end])
        at = end


@cache
def _table() -> Mapping[str, str]:
    table: Mapping[str, str] = words()["english"]
    return table


@cache
def _words() -> frozenset[str]:
    return frozenset(word for phrase in _table() for word in phrase.split())


def _places(word: str, labels: Iterable[str]) -> frozenset[str]:
    """Return the parts of labels whose characters spell a word in pinyin."""
    return frozenset(
        label[start:end]
        for label in labels
        for start in range(len(label))
        if (end := _read(word, label, start)) - start >= _SHORTEST_PLACE
    )


def _read(word: str, label: str, start: int) -> int:
    """Return the end of the characters that spell a word in pinyin from `start`; `start` if they do not."""
    ways = {0}
    for place in range(start, min(start + _LONGEST_PLACE, len(label))):
        ways = {
            at + length
            for at in ways
            for length in range(1, _LONGEST_SYLLABLE + 1)
            if label[place] in _characters().get(word[at : at + length], "") and at + length <= len(word)
        }
        if len(word) in ways:
            return place + 1
        if not ways:
            break
    return start


@cache
def _characters() -> Mapping[str, str]:
    lines = files("jixiao.server.views.questions").joinpath("pinyin.txt").read_text(encoding="utf-8").splitlines()
    return {syllable: chars for syllable, _, chars in (line.partition(" ") for line in lines) if syllable != "#"}
