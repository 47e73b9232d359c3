"""Divide the text below the head of an indicator table into levels, and the text between levels into pairs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from jixiao.ingest.cells.together import pairs
from jixiao.ingest.cells.together.lattice import Paths
from jixiao.ingest.cells.together.pairs import Pair
from jixiao.ingest.cells.together.stream import Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.wording import pattern
from jixiao.ontology.schemes import level1_labels, level2_labels

_LONGEST_LEVEL = 16
_LEVELS = ("level1", "level2")
_NOT_READ = frozenset({"hasIndicator"})


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
    pattern = pairs.pattern(tuple(meanings))
    second = "level2" in meanings
    levels = _levels(stream, *table, tuple(level for level in _LEVELS if level in meanings))
    path = _path(stream, levels, pattern, table, second=second) if pattern else []
    if pattern is None or not {level.meaning for level in path} <= set(meanings):
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
            yield from _run(stream, current, pairs.divide(stream, level.end, end, pattern), meanings)


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


@cache
def _words() -> Mapping[str, frozenset[str]]:
    found = {word: {"level1"} for word in level1_labels()}
    for word in level2_labels():
        found.setdefault(word, set()).add("level2")
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _levels(stream: Stream, first: int, last: int, meanings: Sequence[str]) -> list[_Level]:
    """Return the words of levels in a table; a table with one column of levels has both kinds of words in it."""
    text, known = stream.text, _words()
    found = []
    for start in range(first, last):
        for end in range(start + 4, min(last, start + _LONGEST_LEVEL) + 1):
            for meaning in meanings:
                if meaning in (word := known.get(text[start:end], ())) or (word and meanings == ("level2",)):
                    suffix = pattern("weight_of_level").match(text, end, last)
                    found.append(_Level(start, suffix.end() if suffix else end, meaning))
    return found


def _path(
    stream: Stream, levels: Sequence[_Level], pattern: pairs.Pattern, table: tuple[int, int], *, second: bool
) -> list[_Level]:
    """Return the levels of the best division."""
    count = len(levels)
    edges: list[dict[int, float]] = [{} for _ in range(count + 2)]
    runs: dict[tuple[int, int], float] = {}
    for node in range(count + 1):
        level = levels[node - 1] if node else None
        start = level.end if level else table[0]
        for other in range(node + 1, count + 2):
            following = levels[other - 1] if other <= count else None
            end = following.start if following else table[1]
            if end < start:
                continue
            if (start, end) not in runs:
                runs[start, end] = pairs.score(stream, start, end, pattern)
            edges[node][other] = _edge(stream, level, following, runs[start, end], start == end)
            if second and level and level.meaning == "level1" and start < end:
                edges[node][other] -= 2.0
    return [levels[node - 1] for node in Paths.of(edges).path()[1:-1]]


def _edge(stream: Stream, level: _Level | None, following: _Level | None, run: float, empty: bool) -> float:
    score = 0.0
    if level is None:
        score += 0.0 if empty else -0.5
        if following and following.meaning == "level2":
            score -= 1.0
    elif level.meaning == "level1" and following and following.meaning == "level2":
        score += 0.5 if empty else -4.0
    elif empty:
        score -= 0.3
    else:
        score += run
    if following:
        word = stream.text[following.start : following.end]
        score += 1.5 + 0.3 * min(len(word), 8) + 0.7 * stream.breaks.get(following.start, 0)
        score += 1.0 if pattern("level_end").match(word) else 0.0
    return score
