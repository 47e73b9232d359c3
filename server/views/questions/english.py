"""Find names in the dataset, which are Chinese, by English words and by pinyin.

“Songjiang People's Congress” means 上海市松江区人民代表大会常务委员会办公室: Songjiang is the pinyin of 松江 in the
body's name, and the table `english` of words.toml translates People's Congress. A body fits if its name has every part.
English words for topics, such as training (培训), are in words.toml too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jixiao.ontology.text import folding
from jixiao.ontology.text.wording import alternatives
from jixiao.server.views.questions.lexicon import LATIN, Piece, whole, words

_MOST_WORDS = 8  # words and values in the English name of a body
_SHORTEST_PLACE = 2  # characters of a place's Chinese name
_LONGEST_PLACE = 6


def runs(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the stretches of a question that may name a body in English, each as start, end and words.

    A stretch is a run of English words, with at least one that is not a known word. Words that are one entry of the
    table `english`, such as people's congress, are given as one text.
    """
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
    """Yield the stretches that name a topic or a law in English, each as start, end and Chinese word.

    A topic may be plural; one without an unknown word is left out, as the lexicon explains it already. A law is a topic
    with a word such as “law” behind it: “forest law” is 森林法.
    """
    laws = words()["laws"]
    among = words()["topics"] | laws["of"]
    pattern = rf"(?P<topic>{alternatives(among)})(?:e?s)?(?: (?P<law>{alternatives(laws['kinds'])}))?"
    for match in re.finditer(pattern, text):
        start, end = match.span()
        within = [piece for piece in pieces if start <= piece.start and piece.end <= end]
        is_topic = any(not piece.known for piece in within)
        if (match["law"] or is_topic) and whole(text, start, end):
            yield start, end, among[match["topic"]] + laws["kinds"].get(match["law"], "")


def place(said: Sequence[str], labels: Iterable[str]) -> str:
    """Return the place in the bodies' labels whose pinyin is the word in `said`: 松江 for songjiang.

    Return "" for several words, for a word of the table `english`, and if no place or several places fit.
    """
    if len(said) != 1 or said[0] in words()["english"]:
        return ""
    places = _places(said[0], labels)
    return places.pop() if len(places) == 1 else ""


def bodies(said: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the labels that have the translation, or the place in pinyin, of every word in `said`.

    Words of kinds alone, such as county government, name no body.
    """
    table = words()["english"]
    wanted = [{table[word]} if word in table else _places(word, labels) for word in said]
    if set().union(*wanted) <= set(words()["names"]["kinds"]):
        return []
    return [label for label in labels if all(any(part in label for part in parts) for parts in wanted)]


def _belongs(text: str, piece: Piece, run: Sequence[Piece]) -> bool:
    word = text[piece.start : piece.end]
    if not LATIN.match(word):
        return False
    return not piece.known or any(part in _words() for part in word.split()) or (bool(run) and _is_joint(text, piece))


def _is_joint(text: str, piece: Piece) -> bool:
    return text[piece.start : piece.end] in words()["names"]["joints"]


def _phrases(said: Sequence[str]) -> Iterator[str]:
    """Yield the words, those together that are an entry of the table `english`; the longest entry is preferred."""
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
    """Return the parts of labels whose characters, read in pinyin, spell the word."""
    ways = folding.pinyin(word, _LONGEST_PLACE)
    parts = {match[1] for label in labels for match in re.finditer(f"(?=({ways}))", label)}
    return {part for part in parts if len(part) >= _SHORTEST_PLACE}
