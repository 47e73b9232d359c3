"""Find the rule whose name says what a stretch of a question says, such as 明细加起来跟金额对不上.

Rules and questions are compared by their *parts*: kinds of words (table `alike` of words.toml, so that 对不上 is 不符),
and the other words of rules' names. Each part weighs the more, the fewer names have it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.views.questions.lexicon import LATIN, Lexicon, Piece, whole, with_parts, words

_LIKE, _NEXT = 0.72, 0.9  # least likeness of a stretch and a name, and most of the next best name in parts of the best
_ENOUGH = 4.0  # least weight of the parts that a stretch and a name share
_BETWEEN = frozenset(("stop", "meaning:project", "meaning:about"))
"""Tags of words that may stand between the parts of a stretch."""
_DENIAL = "lack"
"""Part of the names of rules that find that something is not there."""
_DIRECTED = "exceed"
"""Part of the names of rules on one sum that is above another; patterns in the headers of views find them."""
_LONGEST = 8  # parts of a stretch
_STEM = re.compile(r"(?<=[a-z]{3})(?:ing|e[ds]?|s)$")
_JOINTS = "[的了在中里与和有是不两各处所]|项目"  # between the words of a rule's Chinese name


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    name: str


class Rules:
    """The names of rules, in parts, against which stretches of questions are compared."""

    def __init__(self, named: Iterable[tuple[str, Bilingual]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        alike = (rf"(?P<{name}>{with_parts('|'.join(patterns))})" for name, patterns in words()["alike"].items())
        self._alike = re.compile("|".join(alike))
        labels = [(name, fold(text)) for name, label in named for text in (label.zh, label.en)]
        others = {word for _, label in labels for word in self._others(label)}
        latin, chinese = ([each for each in others if each.isascii() == is_latin] for is_latin in (True, False))
        self._parts = re.compile(
            rf"{self._alike.pattern}|{wording.alternatives(chinese)}|\b{wording.alternatives(latin)}(?:ing|e[ds]?|s)?\b"
        )
        apart = [(name, frozenset(part.name for part in self._apart(label))) for name, label in labels]
        counts = Counter(part for _, parts in apart for part in parts)
        self._weights = {part: log(2 * len(apart) / count) for part, count in counts.items()}
        # The total above the annual request is not the annual request above the total: sets of parts have no direction.
        self._names = [(name, parts) for name, parts in apart if _DIRECTED not in parts]

    def find(self, text: str, values: Sequence[Piece] = ()) -> Piece | None:
        """Return the stretch of a folded question that is most like the name of one rule, None if none is or several.

        All between the parts of a stretch are words that say nothing of rules, and no typed values.
        """
        best: dict[str, tuple[float, int, int]] = {}
        for run, first, last in self._stretches(text, values):
            stretch = run[first : last + 1]
            said = frozenset(part.name for part in stretch)
            for name, parts in self._names:
                if _DENIAL in parts and _DENIAL not in said:  # 没有满意度指标 is not asked for by 满意度指标
                    continue
                same = self._weight(said & parts)
                like = same / self._weight(said | parts)
                if like >= _LIKE and same >= _ENOUGH:
                    best[name] = max(best.get(name, (0.0, 0, 0)), (like * same, stretch[0].start, stretch[-1].end))
        ranked = sorted(((score, start, end, name) for name, (score, start, end) in best.items()), reverse=True)
        if not ranked or any(score > _NEXT * ranked[0][0] for score, *_ in ranked[1:]):
            return None
        _, start, end, name = ranked[0]
        return Piece(start, end, frozenset((f"fault:{name}",)))

    def _stretches(self, text: str, values: Sequence[Piece]) -> Iterator[tuple[Sequence[_Part], int, int]]:
        """Yield the runs of parts, each with the first and the last part of a stretch of it."""
        for run in self._runs(text, values):
            for first in range(len(run)):
                for last in range(first, min(first + _LONGEST, len(run))):
                    yield run, first, last

    def _weight(self, parts: Iterable[str]) -> float:
        return sum(self._weights.get(part, 1.0) for part in parts)

    def _others(self, label: str) -> Iterator[str]:
        """Yield the words of a name that are of no kind in the table `alike`, and no words without a meaning."""
        for rest in self._alike.sub("\n", label).split("\n"):
            latin = [
                _STEM.sub("", word)
                for word in LATIN.findall(rest)
                if not self._lexicon.tags.get(word, set()) & _BETWEEN
            ]
            chinese = re.split(rf"{_JOINTS}|[^\u4e00-\u9fff]", rest)
            yield from (word for word in (*(_STEM.sub("", each) for each in latin), *chinese) if len(word) > 1)

    def _apart(self, text: str) -> list[_Part]:
        return [
            _Part(*match.span(), match.lastgroup or _STEM.sub("", match.group()))
            for match in self._parts.finditer(text)
            if whole(text, *match.span())
        ]

    def _runs(self, text: str, values: Sequence[Piece]) -> Iterator[Sequence[_Part]]:
        """Yield the parts of a text that follow each other, with nothing but words of _BETWEEN between them."""
        run: list[_Part] = []
        for part in self._apart(text):
            if any(value.start < part.end and part.start < value.end for value in values):
                continue
            between = text[run[-1].end : part.start] if run else ""
            is_apart = any(run and run[-1].end <= value.start < part.start for value in values)
            if is_apart or not all(piece.tags & _BETWEEN for piece in self._lexicon.divide(between, ())):
                yield run
                run = []
            run.append(part)
        yield run
