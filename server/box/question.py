"""The pieces of a text and how they stand to each other: which are neighbours, listed together, or denied."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from jixiao.server.box.words import Piece, table as words

SKIPPED = ("soft", "asking")
"""Kinds of words that may stand between neighbours."""
_PASSED = frozenset((*SKIPPED, "doing", "role", "lost"))
"""Kinds of pieces that may stand between a word that denies and what the word denies."""
_CITED = frozenset(("document", "number", "issuer", "law"))
"""Kinds of pieces for what is cited."""
_BEFORE = frozenset(("before", "joined", "without"))


class Question:
    """A folded text with its pieces in order."""

    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self.text, self.pieces = text, pieces

    def typed(self, piece: Piece) -> str:
        """Return what was typed for a piece."""
        return self.text[piece.start : piece.end]

    def having(self, *kinds: str) -> list[Piece]:
        """Return the pieces of some kinds."""
        return [piece for piece in self.pieces if piece.kind in kinds]

    def operations(self, *values: str) -> list[Piece]:
        """Return the words for some operations."""
        return [piece for piece in self.pieces if piece.kind == "operation" and piece.value in values]

    def asks(self, *values: str) -> bool:
        """Return True if a word asks for one of some operations."""
        return bool(self.operations(*values))

    @property
    def of_meaning(self) -> list[Piece]:
        """The words that ask what something means, with other meanings of these words."""
        spans = {(piece.start, piece.end) for piece in self.having("deciding") if piece.value == "meaning"}
        return [piece for piece in self.pieces if (piece.start, piece.end) in spans]

    def is_apart(self, first: Piece, second: Piece) -> bool:
        """Return True if a word with a meaning stands between two pieces in this order, or if they are not in it."""
        if first.end > second.start:
            return True
        return self._meaningful[first.end] != self._meaningful[second.start]

    def are_neighbours(self, piece: Piece, other: Piece) -> bool:
        """Return True if no word with a meaning stands between two pieces, in either order."""
        return not (self.is_apart(piece, other) and self.is_apart(other, piece))

    def neighbours(self, piece: Piece, *kinds: str) -> list[Piece]:
        """Return the pieces of some kinds right before a piece, or right behind it."""
        return [other for other in self.having(*kinds) if self.are_neighbours(piece, other)]

    @cached_property
    def _meaningful(self) -> Sequence[int]:
        """The number of characters with a meaning before each position of the text."""
        skipped = {at for piece in self.having(*SKIPPED) for at in range(piece.start, piece.end)}
        meaningful = (character.isalnum() and at not in skipped for at, character in enumerate(self.text))
        return [*accumulate(meaningful, initial=0)]

    def is_denied(self, piece: Piece) -> bool:
        """Return True if a word denies a piece, or one that the piece is listed with, as in 除了上海和安徽."""
        return piece in self._denials

    def denying(self, pieces: Collection[Piece]) -> set[Piece]:
        """Return the words that deny one of some pieces."""
        return {word for piece in pieces for word in self._denials.get(piece, ())}

    @cached_property
    def _denials(self) -> dict[Piece, list[Piece]]:
        """The words that deny, by each piece that is denied."""
        denials: dict[Piece, list[Piece]] = {}
        if not self.having("denying"):
            return denials
        for kind in {piece.kind for piece in self.pieces} - {"denying", *SKIPPED}:
            for listed in self._lists(kind):
                denying = [word for piece in listed for word in self._denying(piece)]
                denials |= dict.fromkeys(listed, denying) if denying else {}
        return denials

    def _lists(self, kind: str) -> Iterator[list[Piece]]:
        """Yield lists of the pieces of a kind; only words that join stand between those of a list (上海和安徽)."""
        joining = re.compile(rf"(?:[ ,]|{'|'.join(words()['joining'])})+")
        listed: list[Piece] = []
        for piece in self.having(kind):
            end = max((before.end for before in listed), default=0)
            if listed and piece.start != listed[-1].start and not joining.fullmatch(self.text[end : piece.start]):
                yield listed
                listed = []
            listed.append(piece)
        if listed:
            yield listed

    def _is_passed(self, word: Piece, piece: Piece) -> bool:
        """Return True if a denial reaches a piece over a word: 没有引用《…》, and not 没有引用文件的上海项目."""
        if word.kind == "part":
            return piece.kind in _CITED
        if word.kind == "noun":
            return word.value == "projects" and piece.value != "body"
        return word.kind in _PASSED

    def _denying(self, piece: Piece) -> list[Piece]:
        """Return the words that deny a piece: before it, or right behind it."""
        before = [word for word in self.pieces if word.end <= piece.start and not self._is_passed(word, piece)]
        behind = [word for word in self.pieces if word.start >= piece.end and word.kind not in SKIPPED]
        nearest = [word for word in before if word.end == before[-1].end]
        following = [word for word in behind if word.start == behind[0].start]
        # 单位没有写明金额 is about amounts.
        parts_behind = [word for word in behind if word.kind == "part" and word.start <= behind[0].end]
        ending = {"behind", "empty"} if piece.kind == "part" and not parts_behind else {"behind"}
        return [
            *(word for word in nearest if word.kind == "denying" and word.value in _BEFORE),
            *(word for word in following if word.kind == "denying" and word.value in ending),
        ]


def joins(text: str) -> bool:
    """Return True if a text ends in a word that offers an alternative, as 或."""
    return bool(re.search(rf"(?:{'|'.join(words()['alternative'])}) ?$", text))
