"""Tell how surely the characters behind a fact were recognised, by the words on the lines of its places."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from jixiao.ingest.certainty.wording import WORDING
from jixiao.ingest.recognition import Word, plain
from jixiao.ingest.values.amounts import decimal

_FIGURE = WORDING.pattern("figure")
_AMBIGUOUS, _AFTER = WORDING.pattern("ambiguous"), len(",000")
_UNIT = WORDING.pattern("money_unit")
_BRACKETS = str.maketrans(WORDING.text("brackets"), WORDING.text("round_brackets"))
_MARKS = frozenset(WORDING.text("marks"))
_BOUNDS = frozenset(WORDING.text("bounds"))
_SEPARATORS = ".,"
_SCALES = tuple(Decimal(scale) for scale in WORDING.tables["scales"]["factors"])


class Score(NamedTuple):
    """The least score of some characters, and whether another scale reads all of them alike.

    `mark` is the score of the mark before the last three digits of a number, which separates thousands or decimals.
    `decision` is one by which a person read them, if a person has read all of them.
    """

    least: float
    agrees: bool
    mark: float = 1.0
    decision: str | None = None


SURE = Score(1.0, True)


class _Characters(NamedTuple):
    """The characters of words without blanks, with the score of each, and whether another scale reads it alike.

    `decisions` are those by which a person read the characters.
    """

    text: str
    scores: tuple[float, ...]
    agrees: tuple[bool, ...]
    decisions: tuple[str | None, ...]

    def score(self, spans: Iterable[tuple[int, int]]) -> Score:
        """Return the score of the characters within some spans; of punctuation counts the second least."""
        known = list(spans)
        within = [at for start, end in known for at in range(start, end)]
        chosen = [at for at in within if not self._is_mark(at)]
        marks = sorted(self.scores[at] for at in within if self._is_mark(at))[1:2]
        least = min((*(self.scores[at] for at in chosen), *marks), default=1.0)
        telling = [self.scores[end - _AFTER] for start, end in known if _AMBIGUOUS.fullmatch(self.text, start, end)]
        made = [self.decisions[at] for at in within]
        decision = made[0] if made and all(made) else None
        return Score(least, all(self.agrees[at] for at in chosen), min(telling, default=1.0), decision)

    def _is_mark(self, at: int) -> bool:
        """Tell if a character is punctuation, as points and commas are outside of numbers."""
        char = self.text[at]
        within = self.text[at - 1 : at].isdigit() and self.text[at + 1 : at + 2].isdigit()
        return char in _MARKS or (char in _SEPARATORS and not within)


class Scores:
    """The scores of what stands on the lines of one file; `words` are the recognised words of each line."""

    def __init__(self, words: Mapping[int, Sequence[Word]]) -> None:
        self._words = words
        self._known: dict[tuple[int, ...], _Characters] = {}

    def of(self, lines: Iterable[int], text: str | Decimal | None = None) -> Score | None:
        """Return the score of a text or a number on some lines; of all their characters if it is not found there.

        None if nothing on these lines was recognised in a picture.
        """
        characters = self._characters(tuple(dict.fromkeys(lines)))
        if not characters.text:
            return None
        spans = (
            [_bounded(characters.text, *span) for span in _places(characters.text, text)] if text is not None else []
        )
        return characters.score(spans or [(0, len(characters.text))])

    def of_unit(self, lines: Iterable[int], number: Decimal) -> Score | None:
        """Return the score of the unit of money behind a number, with the figure before it; None if it has none."""
        characters = self._characters(tuple(dict.fromkeys(lines)))
        found = [_UNIT.match(characters.text, end) for _, end in _places(characters.text, number)]
        spans = [(one.start() - 1, one.end()) for one in found if one]
        return characters.score(spans) if spans else None

    def in_doubt(self, lines: Iterable[int], text: str, limit: float) -> set[int]:
        """Return the positions of the characters of a text, without blanks, that score less or differ by the scale."""
        characters = self._characters(tuple(dict.fromkeys(lines)))
        return {
            at - start
            for start, end in _places(characters.text, text)
            for at in range(start, end)
            if characters.scores[at] < limit or not characters.agrees[at]
        }

    def _characters(self, lines: tuple[int, ...]) -> _Characters:
        if lines not in self._known:
            self._known[lines] = _joined(word for line in lines for word in self._words.get(line, ()))
        return self._known[lines]


def _places(text: str, wanted: str | Decimal) -> list[tuple[int, int]]:
    if isinstance(wanted, Decimal):
        found = _FIGURE.finditer(text)
        return [one.span() for one in found if any(decimal(one[0]) * scale == abs(wanted) for scale in _SCALES)]
    sought = _folded(wanted)
    return [one.span() for one in re.finditer(re.escape(sought), text)] if sought else []


def _bounded(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span with the marks that bound a title: with another mark, it would end elsewhere."""
    return start - (text[start - 1 : start] in _BOUNDS), end + (text[end : end + 1] in _BOUNDS)


def _folded(text: str) -> str:
    """Return a text without blanks; the brackets of a document number are printed in several kinds."""
    return plain(text).translate(_BRACKETS)


def _joined(words: Iterable[Word]) -> _Characters:
    pieces = list(map(_of_word, words))
    return _Characters(
        "".join(piece.text for piece in pieces),
        tuple(chain.from_iterable(piece.scores for piece in pieces)),
        tuple(chain.from_iterable(piece.agrees for piece in pieces)),
        tuple(chain.from_iterable(piece.decisions for piece in pieces)),
    )


def _of_word(word: Word) -> _Characters:
    """Return the characters of a word; one that becomes several without width passes its score on to all."""
    least = min(word.scores, default=0.0)
    scored = list(word.scores) if len(word.scores) == len(word.text) else [least] * len(word.text)
    folded = [(char, score) for each, score in zip(word.text, scored, strict=True) for char in _folded(each)]
    text = "".join(char for char, _ in folded)
    made = (word.decision,) * len(text)
    return _Characters(text, tuple(score for _, score in folded), _agreeing(text, word), made)


def doubts(word: Word, limit: float) -> Iterator[bool]:
    """Tell of each character of a word if it is in doubt: below a score, or another one at another scale."""
    found, at = _of_word(word), 0
    for char in word.text:
        span = range(at, at + len(_folded(char)))
        at = span.stop
        yield any(found.text[n] not in _MARKS and (found.scores[n] < limit or not found.agrees[n]) for n in span)


def _agreeing(text: str, word: Word) -> tuple[bool, ...]:
    if word.second is None or not word.differs:
        return (True,) * len(text)
    agrees, second = [True] * len(text), _folded(word.second)
    for kind, start, end, first, last in SequenceMatcher(None, text, second, autojunk=False).get_opcodes():
        if kind != "equal" and not (start == end and _MARKS.issuperset(second[first:last])):
            # Characters that only the other scale sees put those beside them in doubt.
            span = range(start, end) if end > start else range(max(0, start - 1), min(len(text), start + 1))
            for at in span:
                agrees[at] = False
    return tuple(agrees)
