"""Compare the recognised text of a name with other lines of the scan, with another scale, and with similar names."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.scores import Scores
from jixiao.ingest.certainty.wording import WORDING
from jixiao.ingest.model import Printed
from jixiao.ingest.recognition import plain
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.identity import key

_FEWEST = 4  # least characters of a text whose second occurrence counts; a shorter one may occur twice by chance
_SHARE = 8  # readings of one name may differ in one character, plus one for every 8 characters of their length
_INNER = r"[\u4e00-\u9fff]"
_INNER_CHAR = re.compile(_INNER)
_TELLING = frozenset(WORDING.text("telling"))


class Readings:
    """The recognised lines of one file, by which texts are compared, with the scores of their characters."""

    def __init__(self, rendition: Rendition) -> None:
        self._recognised = rendition.recognised
        self.scores = Scores(self._recognised)

    @cached_property
    def _texts(self) -> Mapping[int, str]:
        return {line: plain("".join(word.text for word in words)) for line, words in self._recognised.items()}

    def lines_with(self, text: str) -> Iterator[int]:
        """Yield the numbers of the lines that contain a text."""
        return (line for line, found in self._texts.items() if text in found)

    def stands_again(self, text: str, own: Collection[int]) -> bool:
        """Return whether a text occurs on another line than those in `own`, and not as a part of a longer word."""
        wanted = plain(text)
        if len(wanted) < _FEWEST:
            return False
        whole = rf"(?<!{_INNER}){re.escape(wanted)}(?!{_INNER})" if _INNER_CHAR.search(wanted) else re.escape(wanted)
        pattern = re.compile(whole)
        return any(pattern.search(found) for line, found in self._texts.items() if line not in own)

    def is_sure(self, printed: Printed, kind: str) -> bool:
        """Return whether a text was recognised with certainty: its score reaches a limit, and both scales agree.

        The limit is that below which facts of `kind` (such as "project") are doubted. A text that was not recognised in
        a picture is sure.
        """
        score = self.scores.of(lines(printed), printed.text)
        return score is None or (score.agrees and score.least >= kinds.limits(kind).doubted)

    def is_read(self, printed: Printed) -> bool:
        """Return whether a steward read the text in the picture, and entered it in place of the recognised one."""
        score = self.scores.of(lines(printed), printed.text)
        return score is not None and score.decision is not None

    def second(self, printed: Printed) -> str | None:
        """Return the text as it was recognised at another scale; None if both recognitions gave the same text."""
        own = plain(printed.text)
        words = [word for line in lines(printed) for word in self._recognised.get(line, ()) if plain(word.text) in own]
        other = "".join(word.text if word.second is None else word.second for word in words)
        return other if any(word.differs for word in words) else None

    def may_be(self, printed: Printed, other: str) -> bool:
        """Return whether a text may be a misreading of `other`: they differ only in characters that are in doubt.

        Characters that distinguish names, such as numerals, may not differ: 第二小学 is no misreading of 第三小学.
        """
        one, two = plain(printed.text), plain(other)
        if len(one) != len(two):
            return False
        apart = [at for at, (mine, its) in enumerate(zip(one, two, strict=True)) if mine != its]
        if any({one[at], two[at]} & _TELLING for at in apart):
            return False
        sure = self.scores.in_doubt(lines(printed), printed.text, kinds.limits("name").doubted)
        return bool(apart) and set(apart) <= sure


def lines(printed: Printed) -> list[int]:
    """Return the numbers of the lines that a text was read from, without repetition."""
    return list(dict.fromkeys(place.line for place in printed.places))


def nearly(one: str, other: str) -> bool:
    """Return whether two different names are similar enough to be two readings of one name."""
    a, b = key(one), key(other)
    most = 1 + min(len(a), len(b)) // _SHARE
    return a != b and abs(len(a) - len(b)) <= most and _distance(a, b) <= most


def _distance(one: str, other: str) -> int:
    """Return the edit distance: the least number of characters to add, drop or change to turn one text into another."""
    before = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        row = [at]
        for to, found in enumerate(other, 1):
            row.append(min(before[to] + 1, row[-1] + 1, before[to - 1] + (char != found)))
        before = row
    return before[-1]
