"""Compute how surely a text or number was recognised, and compare names with other lines, scales and similar names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from jixiao.ingest.certainty import kinds
from jixiao.ingest.model import Printed
from jixiao.ingest.recognition import Word, certainty, plain
from jixiao.ingest.values.amounts import decimal
from jixiao.ontology.identity import key

_AFTER = len(",000")
_BRACKETS = str.maketrans(kinds.WORDING.text("brackets"), kinds.WORDING.text("round_brackets"))
_MARKS = frozenset(kinds.WORDING.text("marks"))
_BOUNDS = frozenset(kinds.WORDING.text("bounds"))
_SCALES = tuple(Decimal(scale) for scale in kinds.WORDING.tables["scales"]["factors"])
_FEWEST = 4  # least characters of a text whose second occurrence counts; a shorter one may occur twice by chance
_SHARE = 8  # readings of one name may differ in one character, plus one for every 8 characters of their length
_INNER = r"[\u4e00-\u9fff]"


class Score(NamedTuple):
    """The certainty of a text: the least score of its characters, and whether both readings of the text agree.

    `mark` is the score of the comma or point before the last three digits of a number, which separates thousands or
    decimals. `decision` is the IRI of a steward's transcription, if a steward transcribed the entire text.
    """

    least: float
    agrees: bool
    mark: float = 1.0
    decision: str | None = None


def is_sure(score: Score | None, kind: str) -> bool:
    """Return whether a score reaches the limit below which facts of a kind are doubted, and both scales agree.

    None, for a text that was not recognised in a picture, is sure.
    """
    return score is None or (score.agrees and score.least >= kinds.limits(kind).doubted)


class _Character(NamedTuple):
    """A character, its score, and whether both scales agree on it.

    `decision` is the IRI of the steward's transcription, None for a recognised character.
    """

    char: str
    score: float
    agrees: bool
    decision: str | None


class Scores:
    """The recognised words of one file's lines, by line number: the scores of texts and numbers, and comparisons."""

    def __init__(self, words: Mapping[int, Sequence[Word]]) -> None:
        self._words = words

    @cached_property
    def _texts(self) -> Mapping[int, str]:
        return {line: plain("".join(word.text for word in words)) for line, words in self._words.items()}

    def of(self, lines: Iterable[int], text: str | Decimal | None = None) -> Score | None:
        """Return the score of a text or number where the lines print it.

        If the lines do not print the text, since its value is inferred, the score is that of all characters on these
        lines. Returns None if nothing on the lines was recognised in a picture.
        """
        characters = self._characters(lines)
        if not characters:
            return None
        whole = _text(characters)
        # The score of a title includes its brackets, because a misread bracket means that the title may be cut wrongly.
        spans = [
            (
                start - 1 if whole[start - 1 : start] in _BOUNDS else start,
                end + 1 if whole[end : end + 1] in _BOUNDS else end,
            )
            for start, end in (_places(whole, text) if text is not None else ())
        ]
        return _score(characters, spans or [(0, len(whole))])

    def of_unit(self, lines: Iterable[int], number: Decimal) -> Score | None:
        """Return the score of the unit of money printed after a number on the lines; None if no unit is printed there.

        The digit before the unit is included, because a lost 万 would be lost between the two.
        """
        characters = self._characters(lines)
        whole = _text(characters)
        found = [kinds.RE.money_unit.match(whole, end) for _, end in _places(whole, number)]
        spans = [(one.start() - 1, one.end()) for one in found if one]
        return _score(characters, spans) if spans else None

    def _characters(self, lines: Iterable[int]) -> Sequence[_Character]:
        words = (word for line in dict.fromkeys(lines) for word in self._words.get(line, ()))
        return [character for word in words for character in _of_word(word)]

    def lines_with(self, text: str) -> Iterator[int]:
        """Yield the numbers of the lines that contain a text."""
        return (line for line, found in self._texts.items() if text in found)

    def stands_again(self, text: str, own: Collection[int]) -> bool:
        """Return whether a text occurs on another line than those in `own`, and not as a part of a longer word."""
        wanted = plain(text)
        if len(wanted) < _FEWEST:
            return False
        whole = rf"(?<!{_INNER}){re.escape(wanted)}(?!{_INNER})" if re.search(_INNER, wanted) else re.escape(wanted)
        return any(re.search(whole, found) for line, found in self._texts.items() if line not in own)

    def is_sure(self, printed: Printed, kind: str) -> bool:
        """Return whether a text was recognised with certainty, as facts of a kind (such as "project") need it."""
        return is_sure(self.of(lines(printed), printed.text), kind)

    def is_read(self, printed: Printed) -> bool:
        """Return whether a steward read the text in the picture, and entered it in place of the recognised one."""
        score = self.of(lines(printed), printed.text)
        return score is not None and score.decision is not None

    def second(self, printed: Printed) -> str | None:
        """Return the text as it was recognised at another scale; None if both recognitions gave the same text."""
        own = plain(printed.text)
        return certainty(
            [word for line in lines(printed) for word in self._words.get(line, ()) if plain(word.text) in own]
        ).second


def _text(characters: Iterable[_Character]) -> str:
    return "".join(each.char for each in characters)


def _score(characters: Sequence[_Character], spans: Sequence[tuple[int, int]]) -> Score:
    """Return the score of the characters within some spans (start, end).

    Among punctuation the second least score counts, so that a single faint mark does not decide.
    """
    whole = _text(characters)
    within = [at for start, end in spans for at in range(start, end)]
    chosen = [characters[at] for at in within if not _is_mark(whole, at)]
    marks = sorted(characters[at].score for at in within if _is_mark(whole, at))[1:2]
    least = min((*(each.score for each in chosen), *marks), default=1.0)
    telling = [
        characters[end - _AFTER].score for start, end in spans if kinds.RE.ambiguous.fullmatch(whole, start, end)
    ]
    made = [characters[at].decision for at in within]
    decision = made[0] if made and all(made) else None
    return Score(least, all(each.agrees for each in chosen), min(telling, default=1.0), decision)


def _is_mark(text: str, at: int) -> bool:
    """Return whether the character at the position `at` is punctuation; a point or comma between digits is not."""
    within = text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
    return text[at] in _MARKS or (text[at] in ".," and not within)


def _places(text: str, wanted: str | Decimal) -> list[tuple[int, int]]:
    if isinstance(wanted, Decimal):
        found = kinds.RE.figure.finditer(text)
        return [one.span() for one in found if any(decimal(one[0]) * scale == abs(wanted) for scale in _SCALES)]
    sought = _folded(wanted)
    return [one.span() for one in re.finditer(re.escape(sought), text)] if sought else []


def _folded(text: str) -> str:
    """Return a text without spaces and with all brackets made round, so that 〔2020〕 and [2020] are equal."""
    return plain(text).translate(_BRACKETS)


def _of_word(word: Word) -> list[_Character]:
    """Return the characters of a word in plain form; if one becomes several, as ㎡ becomes m2, each gets its score."""
    least = min(word.scores, default=0.0)
    scored = list(word.scores) if len(word.scores) == len(word.text) else [least] * len(word.text)
    folded = [(char, score) for each, score in zip(word.text, scored, strict=True) for char in _folded(each)]
    agrees = _agreeing("".join(char for char, _ in folded), word)
    return [_Character(char, score, agree, word.decision) for (char, score), agree in zip(folded, agrees, strict=True)]


def _agreeing(text: str, word: Word) -> tuple[bool, ...]:
    if word.second is None or not word.differs:
        return (True,) * len(text)
    agrees, second = [True] * len(text), _folded(word.second)
    for kind, start, end, first, last in SequenceMatcher(None, text, second, autojunk=False).get_opcodes():
        if kind != "equal" and not (start == end and _MARKS.issuperset(second[first:last])):
            # If only the other scale has a character here, the characters on both sides of the gap are in doubt.
            span = slice(start, end) if end > start else slice(max(0, start - 1), min(len(text), start + 1))
            agrees[span] = [False] * len(agrees[span])
    return tuple(agrees)


def lines(printed: Printed) -> list[int]:
    """Return the numbers of the lines that a text was read from, without repetition."""
    return list(dict.fromkeys(place.line for place in printed.places))


def nearly(one: str, other: str) -> bool:
    """Return whether two different names are similar enough to be two readings of one name."""
    a, b = key(one), key(other)
    return 0 < Levenshtein.distance(a, b) <= 1 + min(len(a), len(b)) // _SHARE
