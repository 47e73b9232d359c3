"""Find clauses of a filing that differ by one or two characters from another clause: `道口抗疫`, `道品抗疫`.

Within a project, where one text is mostly copied from the other, two characters may differ; between projects, which may
do similar things, only one. Clauses that differ by numbers, places or particles are no variants.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.model import Printed, Variant
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import Flow
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "variants.toml")
_CLAUSE_END, _NUMBER = _WORDING.pattern("clause_end"), _WORDING.pattern("number")
PARTICLES = frozenset(["", *_WORDING.words("particles")])
COUNTING = frozenset(_WORDING.text("counting"))
_HAN = re.compile(r"[\u4e00-\u9fff]*")
_SHORTEST, _SHORTEST_ACROSS = 10, 14  # least characters of a clause to compare, and to compare with other projects
_LONGEST = 120
_MOST_ALIKE = (
    30  # clauses with an equal beginning or end that are compared; if there are more, they are words of the form
)


@dataclass(frozen=True)
class _Clause:
    """A clause without white space, the index of its project, the goal or section that prints it, and its places."""

    words: str
    project: int
    holder: str | int
    is_goal: bool
    places: tuple[Place, ...]


def variants(texts: Iterable[tuple[int, str | int, Printed]]) -> dict[int, list[Variant]]:
    """Return the variants of each project, by the project's index.

    `texts` are the goals and sections of all projects, each as the project's index, the holder and the text.
    """
    found: defaultdict[int, list[Variant]] = defaultdict(list)
    told: set[tuple[int, str, str]] = set()
    for pair in _pairs([clause for text in texts for clause in _clauses(*text)]):
        later, earlier = pair
        from_goal = later.project == earlier.project and earlier.is_goal and not later.is_goal
        one, other = pair[::-1] if from_goal else pair
        if (one.project, one.words, other.words) not in told and (other.project, other.words, one.words) not in told:
            told.add((one.project, one.words, other.words))
            there = (other.project, other.holder)
            found[one.project].append(Variant(one.words, other.words, one.holder, there, one.places))
    return found


def _clauses(project: int, holder: str | int, printed: Printed) -> Iterator[_Clause]:
    flow, start = Flow.of(printed), 0
    for end in [*(mark.start() for mark in _CLAUSE_END.finditer(flow.text)), len(flow.text)]:
        text = flow.text[start:end]
        begin = start + len(text) - len(_NUMBER.sub("", text))
        words = "".join(flow.text[begin:end].split())
        if _SHORTEST <= len(words) <= _LONGEST:
            yield _Clause(words, project, holder, isinstance(holder, str), flow.within(begin, end))
        start = end + 1


def _pairs(clauses: Sequence[_Clause]) -> Iterator[tuple[_Clause, _Clause]]:
    """Yield the pairs of clauses that differ by a slip of the pen, the later clause first.

    Only clauses with an equal first or last third are compared, which finds all slips in reasonable time.
    """
    alike: defaultdict[tuple[str, str], dict[str, _Clause]] = defaultdict(dict)
    for clause in clauses:
        words = clause.words
        near: dict[str, _Clause] = {}
        for third in {len(words) // 3, (len(words) - 1) // 3, (len(words) - 2) // 3}:
            for key in (("begins", words[:third]), ("ends", words[-third:])):
                if len(alike[key]) <= _MOST_ALIKE:
                    near |= alike[key]
        third = len(words) // 3
        for key in (("begins", words[:third]), ("ends", words[-third:])):
            alike[key].setdefault(words, clause)
        yield from ((clause, other) for other in near.values() if _is_slip(clause, other))


def _is_slip(one: _Clause, other: _Clause) -> bool:
    """Return whether two clauses of different texts differ so little that one of them must be a mistake.

    Similar clauses within one text are items of a list, and no mistake.
    """
    if (one.project, one.holder) == (other.project, other.holder):
        return False
    left, right = difference(one.words, other.words)
    longest = max(len(left), len(right))  # as many equal characters must be before and after the difference
    around = other.words.startswith(one.words[:longest]) and other.words.endswith(one.words[-longest:])
    if left == right or not around or not (_HAN.fullmatch(left) and _HAN.fullmatch(right)):
        return False
    if {*left, *right} <= COUNTING or (left in PARTICLES and right in PARTICLES):
        return False
    if one.project == other.project:
        return longest <= 2
    return len(left) == len(right) == 1 and min(len(one.words), len(other.words)) >= _SHORTEST_ACROSS


def difference(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the beginning and the end that they have in common."""
    begins = _shared(one, other)
    ends = _shared(one[begins:][::-1], other[begins:][::-1])
    return one[begins : len(one) - ends], other[begins : len(other) - ends]


def _shared(one: str, other: str) -> int:
    """Return the length of the beginning that two texts have in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
