"""Divide a folded question into values, known words, signs, and unknown stretches.

The best division leaves the fewest characters unknown, and then has the fewest pieces.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.server.views.questions.lexicon import LATIN, Lexicon
from jixiao.server.views.questions.values import Value

_UNKNOWN = 5.0
_WORD, _CHARACTER = 1.0, 1.2  # one longer word is better than two short ones


@dataclass(frozen=True)
class Piece:
    """A piece of a question: a value, a word with tags, or an unknown stretch, which has neither."""

    start: int
    end: int
    tags: frozenset[str] = frozenset()
    value: Value | None = None

    @property
    def known(self) -> bool:
        """Tell if the piece is a value or a known word."""
        return self.value is not None or bool(self.tags)


def divide(text: str, values: Sequence[Value], lexicon: Lexicon) -> list[Piece]:
    """Return the pieces in order, without signs and blanks; an unknown piece is one character or Latin word."""
    ending: defaultdict[int, list[tuple[float, Piece]]] = defaultdict(list)
    for value in values:
        ending[value.end].append((0.0, Piece(value.start, value.end, value=value)))
    for word in lexicon.find(text):
        price = _WORD if word.end - word.start > 1 else _CHARACTER
        ending[word.end].append((price, Piece(word.start, word.end, word.tags)))
    for start, end in _unknown(text):
        ending[end].append((_UNKNOWN if _says(text[start:end]) else 0.0, Piece(start, end)))
    best: list[tuple[float, Piece | None]] = [(0.0, None)]
    for end in range(1, len(text) + 1):
        paths = [(best[piece.start][0] + price, piece) for price, piece in ending[end]]
        best.append(min(paths, key=lambda path: (path[0], path[1].start)) if paths else (float("inf"), None))
    found: list[Piece] = []
    place = len(text)
    while place > 0:
        piece = best[place][1]
        if piece is None:
            break
        if piece.known or _says(text[piece.start : piece.end]):
            found.append(piece)
        place = piece.start
    return found[::-1]


def _unknown(text: str) -> list[tuple[int, int]]:
    """Return the smallest stretches of a text, which may stay unknown: Latin words and single other characters."""
    found, place = [], 0
    while place < len(text):
        word = LATIN.match(text, place)
        end = word.end() if word else place + 1
        found.append((place, end))
        place = end
    return found


def _says(stretch: str) -> bool:
    return any(char.isalnum() for char in stretch)
