"""Find the tables of a page from its rules: rows, grid columns, and cells that may be merged over several of either.

A cell is an area without a rule inside. Columns are counted over the whole grid, so a merged cell stands in its
leftmost one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from jixiao.ingest.recognition.boxes import Box, around

_NEAR = 3.0  # points: rules nearer to each other count as one
_SAME_EDGE = 6.0  # points: the largest shift of a table from page to page
_SMALLEST = 5.0  # points: narrower cells hold no text
# A page with more rules, or a grid with more places, is a drawing.
_MOST_RULES, _LARGEST = 1500, 250_000


@dataclass(frozen=True)
class Region:
    """One cell: its first and last row, its first column, and its box."""

    row: int
    last_row: int
    column: int
    box: Box


@dataclass(frozen=True)
class Grid:
    """One table: its box, the edges of its columns (both ends included), and its cells in reading order."""

    box: Box
    edges: tuple[float, ...]
    regions: tuple[Region, ...]


def grids(rules: Iterable[Box]) -> tuple[Grid, ...]:
    """Return the tables that rules form, from the top down, without frames around one text and nested tables."""
    lines = _joined(rules)
    if len(lines) > _MOST_RULES:
        return ()
    found = [grid for part in _connected(lines) if (grid := _grid(part))]
    outer = [grid for grid in found if not any(_within(grid.box, other.box) for other in found if other is not grid)]
    return tuple(sorted(outer, key=lambda grid: (grid.box.top, grid.box.x0)))


def _within(inner: Box, outer: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.top + inner.bottom) / 2
    return inner != outer and outer.x0 < x < outer.x1 and outer.top < y < outer.bottom


def _joined(rules: Iterable[Box]) -> list[Box]:
    """Join rules that continue each other in one line; rules a hair apart are put on one line."""
    flat, upright = [], []
    for rule in rules:
        if rule.x1 - rule.x0 >= rule.bottom - rule.top:
            flat.append((rule.top, rule.x0, rule.x1))
        else:
            upright.append((rule.x0, rule.top, rule.bottom))
    return [
        *(Box(start, at, end, at) for at, start, end in _runs(flat)),
        *(Box(at, start, at, end) for at, start, end in _runs(upright)),
    ]


def _runs(spans: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    at = _snap(position for position, _, _ in spans)
    runs: list[tuple[float, float, float]] = []
    for position, start, end in sorted((at(position), start, end) for position, start, end in spans):
        if runs and runs[-1][0] == position and start <= runs[-1][2] + _NEAR:
            runs[-1] = (position, runs[-1][1], max(end, runs[-1][2]))
        else:
            runs.append((position, start, end))
    return runs


def _snap(positions: Iterable[float], near: float = _NEAR) -> Callable[[float], float]:
    """Return a function that maps each position to the first of the positions a hair apart."""
    first: dict[float, float] = {}
    last = None
    for position in sorted(set(positions)):
        first[position] = first[last] if last is not None and position - last <= near else position
        last = position
    return first.__getitem__


def columns(positions: Iterable[float], near: float = _NEAR) -> tuple[float, ...]:
    """Return positions in order, those a hair apart as one."""
    distinct = set(positions)
    at = _snap(distinct, near)
    return tuple(sorted({at(position) for position in distinct}))


def same_table(before: Grid, after: Grid) -> bool:
    """Return whether two tables, one behind the other, begin and end at the same edges.

    Either may lack columns on its left: a cell merged over many rows is not always ruled on each page.
    """
    left = (
        min(abs(edge - after.box.x0) for edge in before.edges),
        min(abs(edge - before.box.x0) for edge in after.edges),
    )
    return min(left) < _SAME_EDGE and abs(before.box.x1 - after.box.x1) < _SAME_EDGE


def shared_columns(parts: Iterable[Grid]) -> tuple[float, ...]:
    """Return the column edges of a table that continues over several pages."""
    return columns((edge for part in parts for edge in part.edges), _SMALLEST)


def column_of(region: Region, edges: Sequence[float]) -> int:
    """Return the index, from 0, of the column edge nearest to a cell."""
    return min(range(len(edges)), key=lambda index: abs(edges[index] - region.box.x0))


def _connected(lines: list[Box]) -> list[list[Box]]:
    """Return the lines in groups that touch one another."""
    groups: list[list[Box]] = []
    for line in lines:
        touching = [group for group in groups if any(_touch(line, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([line, *(other for group in touching for other in group)])
    return groups


def _touch(one: Box, other: Box) -> bool:
    return (
        one.x0 <= other.x1 + _NEAR
        and other.x0 <= one.x1 + _NEAR
        and one.top <= other.bottom + _NEAR
        and other.top <= one.bottom + _NEAR
    )


def _grid(lines: list[Box]) -> Grid | None:
    box = around(lines)
    flat = [line for line in lines if line.top == line.bottom]
    upright = [line for line in lines if line.top != line.bottom]
    xs = columns([box.x0, box.x1, *(line.x0 for line in upright)])
    ys = columns([box.top, box.bottom, *(line.top for line in flat)])
    if not flat or not upright or not 4 < len(xs) * len(ys) < _LARGEST:
        return None
    left = _walls(xs, ys, [(line.x0, line.top, line.bottom) for line in upright])
    above = _walls(ys, xs, [(line.top, line.x0, line.x1) for line in flat])
    regions = tuple(_regions(xs, ys, left, above))
    return Grid(box, xs, regions) if len(regions) > 1 else None


def _walls(
    at: Sequence[float], along: Sequence[float], lines: Iterable[tuple[float, float, float]]
) -> set[tuple[int, int]]:
    """Return the steps along each edge that a line covers, as (edge, step)."""
    middles = [(start + end) / 2 for start, end in pairwise(along)]
    return {
        (edge, step)
        for position, start, end in lines
        for edge in (min(range(len(at)), key=lambda index: abs(at[index] - position)),)
        for step, middle in enumerate(middles)
        if start - _NEAR <= middle <= end + _NEAR
    }


def _regions(
    xs: Sequence[float], ys: Sequence[float], left: set[tuple[int, int]], above: set[tuple[int, int]]
) -> Iterable[Region]:
    """Yield the cells in reading order: places of the grid that no wall separates."""
    seen: set[tuple[int, int]] = set()
    for start in product(range(len(ys) - 1), range(len(xs) - 1)):
        if start in seen:
            continue
        seen.add(start)
        places = [start]
        for row, column in places:  # the list grows during the loop
            for next_row, next_column, wall in (
                (row, column + 1, (column + 1, row) in left),
                (row, column - 1, (column, row) in left),
                (row + 1, column, (row + 1, column) in above),
                (row - 1, column, (row, column) in above),
            ):
                place = (next_row, next_column)
                inside = 0 <= next_row < len(ys) - 1 and 0 <= next_column < len(xs) - 1
                if inside and not wall and place not in seen:
                    seen.add(place)
                    places.append(place)
        first_row, last_row = min(row for row, _ in places), max(row for row, _ in places)
        first, last = min(column for _, column in places), max(column for _, column in places)
        box = Box(xs[first], ys[first_row], xs[last + 1], ys[last_row + 1])
        if min(box.x1 - box.x0, box.bottom - box.top) >= _SMALLEST:
            yield Region(first_row, last_row, first, box)
