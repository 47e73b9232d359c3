"""Divide the text between two levels, called a run, into names and targets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from jixiao.ingest.cells.together.lattice import Paths
from jixiao.ingest.cells.together.stream import Stream
from jixiao.ingest.roles import wording
from jixiao.ingest.roles.wording import data
from jixiao.ingest.values.amounts import NUMBER
from jixiao.ingest.values.targets import AFTER, SIGNS
from jixiao.ontology.schemes import level_labels

Pattern = re.Pattern[str]
_MARGIN = 0.7  # least margin of the best score: a name and a target that run together
_LONGEST_RUN = 600  # most characters of names and targets that are divided at once
_SHORTEST_NAME, _LONGEST_NAME = 2, 60
_WHOLE = "%‰)。"  # characters after which a target at the end of a text is complete
_NOTHING = -1.5  # score of a run that cannot be divided
_EXPLAINED = 2.0  # score of an explanation in its column; subtracted for one within a name


@dataclass(frozen=True)
class Pair:
    """The start and end of each part of an indicator, by meaning: name, operator, target, unit, weight.

    `sure` is false if a nearly as good division differs.
    """

    cells: Mapping[str, tuple[int, int]]
    sure: bool


@dataclass(frozen=True)
class _Value:
    start: int
    end: int
    score: float
    cells: tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=64)
def pattern(meanings: tuple[str | None, ...]) -> Pattern | None:
    """Return the pattern of the text after an indicator's name in a table with these columns, or None if unknown."""
    if meanings.count("name") != 1 or meanings.count("target") > 1:
        return None
    shapes, texts = data()["value"], data()["pattern"]
    behind = meanings[meanings.index("name") + 1 :]
    if "target" not in behind:
        return None
    apart = "unit" in behind
    unit = "" if apart else rf"(?:[(]?(?:{shapes['units']}){texts['no_unit_end']}[)]?)?"
    sign = "" if "operator" in behind else rf"(?:{SIGNS}|{texts['misread_sign']})?"
    figure = rf"{sign}(?:{NUMBER}){unit}(?:{texts['to']}{NUMBER}{unit})?(?:{AFTER})?"
    parts = {
        "operator": rf"(?P<operator>{SIGNS}|{shapes['direction']})?",
        "target": rf"(?P<target>{texts['date_of_target']}|{figure}|{shapes['words']})",
        "unit": rf"(?P<unit>{shapes['units']})?",
        "weight": rf"(?P<weight>{shapes['weight']})?",
        "direction": rf"(?P<direction>{shapes['direction']})?",
        "further": rf"(?P<further>{shapes['further']})?",
        "explained": rf"(?P<explained>{shapes['explained']})?",
    }
    if behind[0] == "further" and behind[1:2] == ("target",):
        behind = ("explained", *behind[1:])  # such a column explains the indicator: 反映……
    if len([name for name in behind if name]) != len(set(behind)) or not set(behind) <= parts.keys():
        return None
    return re.compile("".join(parts[name or ""] for name in behind))


def score(stream: Stream, start: int, end: int, shape: Pattern) -> float:
    """Return the score of the best division of a run."""
    if end - start > _LONGEST_RUN:
        return 3 * _NOTHING
    paths, _ = _paths(stream, start, end, shape)
    return paths.best if paths and paths.best > _NOTHING else _NOTHING


def divide(stream: Stream, start: int, end: int, shape: Pattern) -> list[Pair] | None:
    """Divide a run into pairs of name and target; None if it cannot be divided."""
    if end - start > _LONGEST_RUN:
        return None
    paths, values = _paths(stream, start, end, shape)
    if paths is None or paths.best <= _NOTHING:
        return None
    found = []
    path = paths.path()
    for node, following in pairwise(path):
        ranked = sorted(values[node, following], key=lambda value: -value[1])
        value, best = ranked[0]
        others = [paths.through(node, other) for other in paths.edges[node] if other != following]
        beside = [best - score for other, score in ranked[1:] if other.start != value.start]
        margin = min([paths.best - max(others, default=float("-inf")), *beside])
        torn = value.end == len(stream.text) and stream.text[value.end - 1] not in _WHOLE
        cells = {name: (first, last) for name, first, last in value.cells}
        found.append(Pair({"name": (start + node, value.start), **cells}, margin >= _MARGIN and not torn))
    return found


def _paths(
    stream: Stream, start: int, end: int, shape: Pattern
) -> tuple[Paths | None, Mapping[tuple[int, int], list[tuple[_Value, float]]]]:
    """Score every division of a run; nodes are the positions in the run."""
    values = list(_values(stream, start, end, shape))
    edges: list[dict[int, float]] = [{} for _ in range(end - start + 1)]
    chosen: dict[tuple[int, int], list[tuple[_Value, float]]] = {}
    explained = wording.pattern("explained_name") if "explained" in shape.groupindex else None
    begins = {0, *(value.end - start for value in values)}
    for node in sorted(begins):
        for value in values:
            if not _SHORTEST_NAME <= value.start - start - node <= _LONGEST_NAME:
                continue
            if _level().search(name := stream.text[start + node : value.start]) or wording.pattern(
                "level_end"
            ).fullmatch(name):
                continue
            total = value.score + _name(stream, start + node, value.start)
            total -= _EXPLAINED if explained and explained.search(name) else 0.0
            key = node, value.end - start
            chosen.setdefault(key, []).append((value, total))
            edges[node][key[1]] = max(total, edges[node].get(key[1], float("-inf")))
    return Paths.of(edges), chosen


def _values(stream: Stream, start: int, end: int, shape: Pattern) -> Iterator[_Value]:
    text, breaks = stream.text, stream.breaks
    for first in range(start + _SHORTEST_NAME, end):
        if text[first - 1].isdigit() and text[first].isdigit():
            continue
        if text[first - 1] in ".<>≥≤=" or (text[first - 1] == "," and text[first].isdigit()):
            continue
        if (found := shape.match(text, first, end)) and found.end() > first:
            yield from _value(stream, found, end)
        if breaks.get(first) == 2:
            last = min((at for at in breaks if at > first and breaks[at] == 2), default=end)
            if last <= end and last - first > 1:
                yield _Value(first, last, 1.2, (("target", first, last),))


def _value(stream: Stream, found: re.Match[str], end: int) -> Iterator[_Value]:
    last = found.end()
    rest = stream.text[last : last + 1]
    if last < end and (rest.isdigit() or rest in "%.,、)≥≤"):
        return
    target = found["target"]
    if not re.search(r"\d", target) and last < end and stream.breaks.get(last) != 2:
        return  # a word within a line may be part of a name: 及时 of 及时率
    groups = {name for name, value in found.groupdict().items() if value}
    figure = re.search(r"\d", target) is not None
    total = 1.5 if not figure else 1.3
    total += 1.0 if figure and (not target[-1].isdigit() or "unit" in groups) else 0.0
    total += 0.8 if figure and (not target[0].isdigit() or "operator" in groups) else 0.0
    total += 1.5 if last == end or stream.breaks.get(last) == 2 else 0.8 if stream.breaks.get(last) else -0.8
    total += 0.8 if stream.breaks.get(found.start()) else 0.0
    total += _EXPLAINED if "explained" in groups else 0.0
    total += 0.05 * len(found[0])
    cells = tuple(
        (name, *found.span(name)) for name in ("operator", "target", "unit", "weight", "direction") if name in groups
    )
    yield _Value(found.start(), last, total, cells)


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf".*{data()['value']['names']}")


@cache
def _level() -> re.Pattern[str]:
    words = [word for word in level_labels() if wording.pattern("level_end").fullmatch(word)]
    return re.compile("|".join(map(re.escape, words)))


def _name(stream: Stream, start: int, end: int) -> float:
    text = stream.text[start:end]
    total = 0.7 if _names().fullmatch(text) else 0.0
    total -= 0.6 * sum(1 for at in range(start + 1, end) if stream.breaks.get(at) == 2)
    total -= 1.5 if not re.match(r"[\w(“*《]", text) else 0.0
    total -= 2.0 if re.match(r"[\d.%]+", text) and not wording.pattern("figure_of_name").match(text) else 0.0
    total -= 1.5 if "。" in text[:-1] else 0.0
    total -= 3.0 if wording.pattern("target_at_end").search(text) else 0.0
    return total
