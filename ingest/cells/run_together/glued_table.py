"""Divide the text below the head of an indicator table into levels, and the text between levels (a run) into pairs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

from jixiao.ingest.cells.run_together.lattice import Paths, Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS
from jixiao.ingest.values.amounts import NUMBER
from jixiao.ingest.values.targets import AFTER, SIGNS
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels

Pattern = re.Pattern[str]

_LONGEST_LEVEL = 16
_MARGIN = 0.7  # least margin of the best score: a name and a target that run together
_LONGEST_RUN = 600  # most characters of names and targets that are divided at once
_SHORTEST_NAME, _LONGEST_NAME = 2, 60
_WITHIN_NUMBER = re.compile(r"[\d,]\d")
_WHOLE = "%‰)。"  # characters after which a target at the end of a text is complete
_NOTHING = -1.5  # score of a run that cannot be divided
_EXPLAINED = 2.0  # score of an explanation in its column; subtracted for one within a name
_DIGIT = re.compile(r"\d")
_PARTS = ("operator", "target", "unit", "weight", "direction")
_LEVELS = ("level1", "level2")
_NOT_READ = frozenset({"hasIndicator"})


@dataclass(frozen=True)
class Pair:
    """The start and end of each part of an indicator, by meaning: name, operator, target, unit, weight.

    `sure` is false if a nearly as good division differs.
    """

    cells: Mapping[str, tuple[int, int]]
    sure: bool


@dataclass(frozen=True)
class _Level:
    """A word of a level: its start and end, and whether it is a first or a second level."""

    start: int
    end: int
    meaning: str


def rows(stream: Stream, head: Sequence[tuple[int, int]], table: tuple[int, int]) -> Iterator[Row]:
    """Yield the head and rows of a table; a passage between levels whose division is uncertain is withheld."""
    cells = [stream.cell(start, end, n) for n, (start, end) in enumerate(head)]
    meanings = _named([meaning for _, meaning in columns.meanings(Row(tuple(cells)))])
    yield Row(tuple(cells))
    shape = _shape(tuple(meanings))
    second = "level2" in meanings
    levels = _levels(stream, *table, tuple(level for level in _LEVELS if level in meanings))
    path = _path(stream, levels, shape, second=second) if shape else []
    if shape is None or not {level.meaning for level in path} <= set(meanings):
        if table[0] < table[1]:
            yield Row((stream.cell(*table, 0),), withheld=_NOT_READ)
        return
    current: dict[str, _Level] = {}
    for level, following in zip_longest(path, path[1:]):
        if level.meaning == "level1":
            current = {}
        current[level.meaning] = level
        end = following.start if following else table[1]
        if level.end < end:
            yield from _run(stream, current, _divide(stream, level.end, end, shape), meanings)


def _named(meanings: list[str | None]) -> list[str | None]:
    """Return the meanings of the columns; without a column of names, the two levels are second levels and names."""
    if "name" in meanings or meanings[:2] != ["level1", "level2"]:
        return meanings
    return ["level2", "name", *meanings[2:]]


def _run(
    stream: Stream, levels: Mapping[str, _Level], found: Sequence[Pair] | None, meanings: Sequence[str | None]
) -> Iterator[Row]:
    """Yield a row for each pair of name and target in a passage, with its levels."""
    named = {name: stream.cell(level.start, level.end, meanings.index(name)) for name, level in levels.items()}
    for pair in found or ():
        row: dict[str, Cell] = dict(named)
        for name, passage in pair.cells.items():
            row[name] = stream.cell(*passage, meanings.index(name))
        if pair.sure:
            blank = next(iter(row.values())).line
            yield Row(tuple(row.get(name or "", Cell(((blank, ""),), n)) for n, name in enumerate(meanings)))
        else:
            yield Row(tuple(named.values()), withheld=_NOT_READ)
    if not found:
        yield Row(tuple(named.values()), withheld=_NOT_READ)


def _levels(stream: Stream, first: int, last: int, meanings: Sequence[str]) -> list[_Level]:
    """Return the words of levels in a table; a table with one column of levels has both kinds of words in it."""
    text, found = stream.text, []
    words = {"level1": level1_labels(), "level2": level2_labels() if len(meanings) > 1 else level_labels()}
    for start in range(first, last):
        for end in range(start + 4, min(last, start + _LONGEST_LEVEL) + 1):
            for meaning in meanings:
                if text[start:end] in words[meaning]:
                    suffix = CELLS.pattern("weight_of_level").match(text, end, last)
                    found.append(_Level(start, suffix.end() if suffix else end, meaning))
    return found


def _path(stream: Stream, levels: Sequence[_Level], shape: Pattern, *, second: bool) -> list[_Level]:
    """Return the longest words of levels that do not overlap.

    A word that may be a name, as 满意度 may be, counts if it begins a line or cell, or follows a level and has no
    target behind it. A word that may be of either level is a second one if names follow.
    """
    found: list[_Level] = []
    starts = {level.start for level in levels}
    for level in sorted(levels, key=lambda level: (level.start, -level.end)):
        word = stream.text[level.start : level.end]
        last = found[-1] if found else _Level(0, 0, "")
        is_below = level.start == last.end and level.meaning != last.meaning and not shape.match(stream.text, level.end)
        sure = CELLS.pattern("level_end").match(word) or stream.breaks.get(level.start) == 2 or is_below
        if (level.start, level.end) == (last.start, last.end):
            if second and level.end not in starts:
                found[-1] = level
        elif sure and level.start >= last.end:
            found.append(level)
    return found


@dataclass(frozen=True)
class _Value:
    start: int
    end: int
    score: float
    cells: tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=64)
def _shape(meanings: tuple[str | None, ...]) -> Pattern | None:
    """Return the pattern of the text after an indicator's name in a table with these columns, or None if unknown."""
    if meanings.count("name") != 1 or meanings.count("target") > 1:
        return None
    shapes = CELLS.tables["patterns"]
    behind = meanings[meanings.index("name") + 1 :]
    if "target" not in behind:
        return None
    unit = "" if "unit" in behind else rf"(?:[(]?(?:{shapes['units']}){shapes['no_unit_end']}[)]?)?"
    sign = "" if "operator" in behind else rf"{shapes['reached']}(?:{SIGNS}|{shapes['misread_sign']})?"
    figure = rf"{sign}(?:{NUMBER}){unit}(?:{shapes['to']}{NUMBER}{unit})?(?:{AFTER})?"
    parts = {
        "operator": rf"(?P<operator>{SIGNS}|{shapes['direction']})?",
        "target": rf"(?P<target>{shapes['date_of_target']}|{figure}|{shapes['words']})",
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


def _divide(stream: Stream, start: int, end: int, shape: Pattern) -> list[Pair] | None:
    """Divide a run into pairs of name and target; None if it cannot be divided."""
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
    """Score every division of a run that is not too long; nodes are the positions in the run."""
    if end - start > _LONGEST_RUN:
        return None, {}
    values = list(_values(stream, start, end, shape))
    explained = CELLS.pattern("explained_name") if "explained" in shape.groupindex else None
    edges: list[dict[int, float]] = [{} for _ in range(end - start + 1)]
    chosen: dict[tuple[int, int], list[tuple[_Value, float]]] = {}
    begins = {0, *(value.end - start for value in values)}
    for node in sorted(begins):
        for value in values:
            if not _SHORTEST_NAME <= value.start - start - node <= _LONGEST_NAME:
                continue
            total = value.score + _name(stream, start + node, value.start)
            total -= _EXPLAINED if explained and explained.search(stream.text[start + node : value.start]) else 0.0
            key = node, value.end - start
            chosen.setdefault(key, []).append((value, total))
            edges[node][key[1]] = max(total, edges[node].get(key[1], float("-inf")))
    return Paths.of(edges), chosen


def _values(stream: Stream, start: int, end: int, shape: Pattern) -> Iterator[_Value]:
    text = stream.text
    for first in range(start + _SHORTEST_NAME, end):
        if text[first - 1] in ".<>≥≤=" or _WITHIN_NUMBER.match(text, first - 1):
            continue
        found = shape.match(text, first, end)
        if found and found.end() > first and _is_whole(stream, found, end):
            groups = {name for name, value in found.groupdict().items() if value}
            signed = "operator" in groups or not found["target"][0].isdigit()
            score = _EXPLAINED if "explained" in groups else 0.0
            score += (2.1 if signed else 1.3) if _DIGIT.search(found["target"]) else 1.5
            yield _Value(
                first, found.end(), score, tuple((name, *found.span(name)) for name in _PARTS if name in groups)
            )


def _is_whole(stream: Stream, found: re.Match[str], end: int) -> bool:
    """Return whether a target does not end within a figure, or within a name as 及时 of 及时率 does."""
    last = found.end()
    rest = stream.text[last : last + 1]
    if last < end and (rest.isdigit() or rest in "%.,、)≥≤"):
        return False
    return _DIGIT.search(found["target"]) is not None or last >= end or stream.breaks.get(last) == 2


def _name(stream: Stream, start: int, end: int) -> float:
    text = stream.text[start:end]
    total = 0.7 if re.search(rf"{CELLS.text('names')}$", text) else 0.0
    total -= 2.0 if re.match(r"[\d.%]+", text) and not CELLS.pattern("figure_of_name").match(text) else 0.0
    total -= 3.0 if CELLS.pattern("target_at_end").search(text) else 0.0
    return total
