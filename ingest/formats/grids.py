"""Find the tables of a page from its rules (printed straight lines): their rows, columns and merged cells.

A cell is an area that no rule divides. Its row and column are counted on the grid that all rules of the table form, so
a merged cell covers several squares of the grid, and has the row and column of the top left one. Positions are points
from the top left of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from jixiao.ingest.recognition import Box, around, holds
from jixiao.ontology.grouping import grouped

_NEAR = 3.0  # points: parallel rules nearer to each other than this count as one
_SAME_EDGE = 6.0  # points: most by which an edge of a table may shift from one page to the next
_SMALLEST = 5.0  # points: a narrower or lower area holds no text and is no cell
# With more rules on a page, or more places (rows times columns) in a grid, it is a drawing and no table.
_MOST_RULES, _LARGEST = 1500, 250_000


@dataclass(frozen=True)
class Region:
    """One cell of a table: its first and last grid row, its first grid column (from 0), and its box in points."""

    row: int
    last_row: int
    column: int
    box: Box


@dataclass(frozen=True)
class Grid:
    """One table: its box, the x positions of all column edges from left to right, and its cells in reading order."""

    box: Box
    edges: tuple[float, ...]
    regions: tuple[Region, ...]


def grids(rules: Iterable[Box]) -> tuple[Grid, ...]:
    """Return the tables that a page's rules form, sorted from the top down.

    A frame with only one cell is no table, and a table within a cell of another is left out. A page with more than 1500
    rules is taken for a drawing and has no tables.
    """
    lines = _joined(rules)
    if len(lines) > _MOST_RULES:
        return ()
    found = [grid for part in _connected(lines) if (grid := _grid(part))]
    outer = [grid for grid in found if not any(holds(other.box, grid.box) for other in found if other.box != grid.box)]
    return tuple(sorted(outer, key=lambda grid: (grid.box.top, grid.box.x0)))


def _joined(rules: Iterable[Box]) -> list[Box]:
    """Return the rules with parallel ones within 3 points put on one line, and parts of one line joined."""
    known = list(rules)
    upright = [rule for rule in known if rule.x1 - rule.x0 < rule.bottom - rule.top]
    flat = [rule for rule in known if rule.x1 - rule.x0 >= rule.bottom - rule.top]
    return [
        *(Box(start, at, end, at) for at, start, end in _runs([(rule.top, rule.x0, rule.x1) for rule in flat])),
        *(Box(at, start, at, end) for at, start, end in _runs([(rule.x0, rule.top, rule.bottom) for rule in upright])),
    ]


def _runs(spans: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    first = {position: cluster[0] for cluster in _clusters(at for at, _, _ in spans) for position in cluster}
    runs: list[tuple[float, float, float]] = []
    for position, start, end in sorted((first[at], start, end) for at, start, end in spans):
        if runs and runs[-1][0] == position and start <= runs[-1][2] + _NEAR:
            runs[-1] = (position, runs[-1][1], max(end, runs[-1][2]))
        else:
            runs.append((position, start, end))
    return runs


def _clusters(positions: Iterable[float], near: float = _NEAR) -> Iterable[list[float]]:
    """Yield positions in ascending order, in clusters of neighbours at most `near` points from each other."""
    return grouped(sorted(set(positions)), lambda cluster, position: position - cluster[-1] > near)


def columns(positions: Iterable[float], near: float = _NEAR) -> tuple[float, ...]:
    """Return positions in ascending order, with those at most `near` points from each other merged into one."""
    return tuple(cluster[0] for cluster in _clusters(positions, near))


def same_table(before: Grid, after: Grid) -> bool:
    """Return whether two tables that follow each other in a file have their outer edges at equal positions.

    They may then be parts of one table cut by a page break. Either may lack columns on its left, because a cell merged
    over many rows is not always ruled on each page.
    """
    left = (
        min(abs(edge - after.box.x0) for edge in before.edges),
        min(abs(edge - before.box.x0) for edge in after.edges),
    )
    return min(left) < _SAME_EDGE and abs(before.box.x1 - after.box.x1) < _SAME_EDGE


def has_edges(grid: Grid, other: Grid) -> bool:
    """Return whether all column edges of the table `other` are edges of `grid`, too."""
    return all(min(abs(edge - own) for own in grid.edges) < _SAME_EDGE for edge in other.edges)


def all_column_edges(parts: Iterable[Grid]) -> tuple[float, ...]:
    """Return the x positions of all column edges that any part of a table has, over all its pages."""
    return columns((edge for part in parts for edge in part.edges), _SMALLEST)


def column_of(region: Region, edges: Sequence[float]) -> int:
    """Return the index, from 0, of the column edge that is nearest to a cell's left edge."""
    return min(range(len(edges)), key=lambda index: abs(edges[index] - region.box.x0))


def _connected(lines: list[Box]) -> list[list[Box]]:
    """Return the rules in groups, one for each set of rules that touch each other directly or through others."""
    groups: list[list[Box]] = []
    for line in lines:
        touching = [
            group
            for group in groups
            if any(
                line.x0 <= other.x1 + _NEAR
                and other.x0 <= line.x1 + _NEAR
                and line.top <= other.bottom + _NEAR
                and other.top <= line.bottom + _NEAR
                for other in group
            )
        ]
        groups = [group for group in groups if group not in touching]
        groups.append([line, *(other for group in touching for other in group)])
    return groups


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
    """Return the sections of a grid's edges that a printed rule covers, as pairs (index of edge, index of section).

    `at` are the positions of parallel edges, and `along` the positions that divide each edge into sections. A rule is
    given as its position, start and end.
    """
    return {
        (edge, step)
        for position, start, end in lines
        for edge in (min(range(len(at)), key=lambda index: abs(at[index] - position)),)
        for step, middle in enumerate([(start + end) / 2 for start, end in pairwise(along)])
        if start - _NEAR <= middle <= end + _NEAR
    }


def _regions(
    xs: Sequence[float], ys: Sequence[float], left: set[tuple[int, int]], above: set[tuple[int, int]]
) -> Iterable[Region]:
    """Yield the cells in reading order: a cell is a group of grid squares with no wall between them.

    `left` and `above` name the walls on the left and upper side of squares, as `_walls` returns them.
    """
    seen: set[tuple[int, int]] = set()
    for start in product(range(len(ys) - 1), range(len(xs) - 1)):
        if start in seen:
            continue
        seen.add(start)
        places = [start]
        for row, column in places:  # the list grows during the loop
            for place, wall in (
                ((row, column + 1), (column + 1, row) in left),
                ((row, column - 1), (column, row) in left),
                ((row + 1, column), (row + 1, column) in above),
                ((row - 1, column), (row, column) in above),
            ):
                inside = 0 <= place[0] < len(ys) - 1 and 0 <= place[1] < len(xs) - 1
                if inside and not wall and place not in seen:
                    seen.add(place)
                    places.append(place)
        first_row, last_row = min(row for row, _ in places), max(row for row, _ in places)
        first, last = min(column for _, column in places), max(column for _, column in places)
        box = Box(xs[first], ys[first_row], xs[last + 1], ys[last_row + 1])
        if min(box.x1 - box.x0, box.bottom - box.top) >= _SMALLEST:
            yield Region(first_row, last_row, first, box)
