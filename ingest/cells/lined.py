"""Deal out the cells of an indicator table, listed one after the other without blank cells, to rows.

Every way to cut the list into rows is scored; the best one counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from jixiao.ingest.cells.together.lattice import Paths
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.wording import value
from jixiao.ingest.settings import SETTINGS
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse
from jixiao.ontology.schemes import level1_labels, level2_labels

_WIDE_MARGIN = SETTINGS.sureness.wide_row_margin
_MARGIN = SETTINGS.sureness.row_margin
_FREE = frozenset({"further", "longTerm", None})
_INDICATORS = frozenset({"hasIndicator"})
_MOST_LOST = SETTINGS.most.lined_lost
_MOST_CELLS = SETTINGS.most.lined_cells
_LEFT_OVER = -0.7  # score for each cell that belongs to no row
_LEVELS = ("level1", "level2")
_LEVELS_ALONE = -0.8
_LOST = {"operator": -0.5, "unit": -0.4, "weight": -0.7, "direction": -0.7, "further": -0.2, "target": -2.0}
_LOST_OTHER = -0.6
_NEVER = -6.0
_BADLY, _SHORTEST = -0.5, 3
_SHORT = 15  # characters of what may be the rest of a cell

Pattern = tuple[int, ...]
"""The columns of a row's cells."""


def rows(meanings: Mapping[int, str | None], cells: Sequence[Cell]) -> list[Row] | None:
    """Deal out cells to rows; uncertain rows are withheld, and cells left over become rows of one cell.

    `meanings` maps the columns to their meanings, in order. Returns None if there are too many cells, or no column of
    names or targets.
    """
    if len(cells) > _MOST_CELLS or "name" not in meanings.values() or "target" not in meanings.values():
        return None
    numbers = [cell for cell in cells if labels().line("page_number_alone", cell.text)]
    cells = [cell for cell in cells if cell not in numbers]
    ways = _ways(meanings, cells)
    edges: list[dict[int, float]] = [{} for _ in range(len(cells) + 2)]
    for (start, end), found in ways.items():
        edges[start][end] = max(score for _, score in found)
    for start in range(len(cells) + 1):
        edges[start][len(cells) + 1] = _LEFT_OVER * (len(cells) - start)
    paths = Paths.of(edges)
    path = paths.path()[:-1]
    table = _Table(meanings, cells, ways, paths)
    dealt = without_odd([table.row(edge) for edge in pairwise(path)], meanings)
    if dealt and any(len(cell.text) <= _SHORT for cell in cells[path[-1] : path[-1] + 1]):
        dealt[-1] = replace(dealt[-1], withheld=_INDICATORS)  # its last cell may continue in the next one
    return [*dealt, *(Row((cell,)) for cell in (*cells[path[-1] :], *numbers))]


def without_odd_units(dealt: Sequence[Row], meanings: Mapping[int, str | None]) -> list[Row]:
    """Return the rows, withholding each whose unit, target or name may be the rest of another cell."""
    return [replace(row, withheld=_INDICATORS) if _may_hold_rest(row, meanings) else row for row in dealt]


def _may_hold_rest(row: Row, meanings: Mapping[int, str | None]) -> bool:
    found = {meanings[cell.column]: folded(cell.text) for cell in row.filled}
    unit, name = found.get("unit", ""), found.get("name", "")
    odd_unit = unit != "" and not value("units").fullmatch(unit) and not value("no_unit").fullmatch(unit)
    free = any(meaning in _FREE for meaning in meanings.values())
    odd_target = free and columns.likeness("target", found.get("target", "1")) <= _BADLY
    return odd_unit or odd_target or 0 < len(name) < _SHORTEST or _lacks_unit(row, meanings)


def _lacks_unit(row: Row, meanings: Mapping[int, str | None]) -> bool:
    """Return whether a row has a figure without a unit although its table has a column of units."""
    found = {meanings[cell.column]: folded(cell.text) for cell in row.filled}
    bare_figure = found.get("target", "")[-1:].isdigit() and parse(found["target"]).value is not None
    return "unit" in meanings.values() and "unit" not in found and bare_figure


def without_odd(dealt: Sequence[Row], meanings: Mapping[int, str | None]) -> list[Row]:
    """Withhold rows that look wrong, and all rows between the same two levels.

    A cell that suits its column badly may be the rest of another cell, which displaces its neighbours. In a table with
    a column of free text one such row makes all rows uncertain.
    """
    odd = [bool(row.withheld) or _is_odd(row, meanings) for row in dealt]
    if any(odd) and any(meaning in _FREE for meaning in meanings.values()):
        return [replace(row, withheld=_INDICATORS) for row in dealt]
    # Cells between two levels are dealt out together.
    begins = [n for n, row in enumerate(dealt) if n == 0 or meanings[row.cells[0].column] in _LEVELS]
    found: list[Row] = []
    for first, last in pairwise([*begins, len(dealt)]):
        doubt = any(odd[first:last])
        found += [replace(row, withheld=_INDICATORS) if doubt else row for row in dealt[first:last]]
    return found


def _is_odd(row: Row, meanings: Mapping[int, str | None]) -> bool:
    """Return whether a row has a name but no target, a very short name, or a cell that suits its column badly."""
    found = {meanings[cell.column]: cell for cell in row.cells}
    if "name" not in found:
        return False
    short = len(folded(found["name"].text)) <= _SHORTEST
    return (
        "target" not in found
        or short
        or any(columns.likeness(meaning, cell.text) <= _BADLY for meaning, cell in found.items())
    )


Ways = dict[tuple[int, int], list[tuple[Pattern, float]]]


def _ways(meanings: Mapping[int, str | None], cells: Sequence[Cell]) -> Ways:
    """Return the patterns and scores of each possible row, by the index of its first cell and of the next row."""
    patterns = list(_patterns(meanings))
    ways: Ways = {}
    for start in range(len(cells)):
        for row, lost in patterns:
            end = start + len(row)
            if end > len(cells) or (lost == _LEVELS_ALONE and not _is_level(cells[end : end + 1])):
                continue
            score = lost
            for column, cell in zip(row, cells[start:end], strict=True):
                score += columns.likeness(meanings[column], cell.text)
                if score < _NEVER:
                    break
            else:
                ways.setdefault((start, end), []).append((row, score))
    return ways


def _is_level(cells: Sequence[Cell]) -> bool:
    """Return whether the first of the cells is a level; False for no cells."""
    return bool(cells) and all(bare(cell.text) in level1_labels() | level2_labels() for cell in cells)


def _patterns(meanings: Mapping[int, str | None]) -> Iterator[tuple[Pattern, float]]:
    """Yield the columns that a row may fill, and the cost of the columns that it lacks."""
    levels = [column for column, meaning in meanings.items() if meaning in _LEVELS]
    kept = [column for column, meaning in meanings.items() if meaning in {"name", *_LEVELS}]
    may_be_lost = [column for column in meanings if column not in kept and meanings[column] != "group"]
    for spanned in range(len(levels) + 1):
        for count in range(min(len(may_be_lost), _MOST_LOST) + 1):
            for lost in combinations(may_be_lost, count):
                missing = {*levels[:spanned], *lost}
                cost = sum(_LOST.get(meanings[column] or "", _LOST_OTHER) for column in lost)
                yield tuple(column for column in meanings if column not in missing), cost
    if levels:
        yield tuple(levels), _LEVELS_ALONE


@dataclass(frozen=True)
class _Table:
    """A table's columns, cells and scored ways to cut the cells into rows."""

    meanings: Mapping[int, str | None]
    cells: Sequence[Cell]
    ways: Ways
    paths: Paths

    def row(self, edge: tuple[int, int]) -> Row:
        """Return the best row between two cells; it is withheld if other facts score nearly as well."""
        start, end = edge
        ranked = sorted(self.ways[edge], key=lambda way: (-way[1], way[0]))
        pattern, best = ranked[0]
        told = _told(pattern, self.meanings, start)
        others = [self.paths.through(start, other) for other in self.paths.edges[start] if other != end]
        beside = [
            self.paths.best - (best - score) for way, score in ranked[1:] if _told(way, self.meanings, start) != told
        ]
        placed = tuple(cell.moved(column) for column, cell in zip(pattern, self.cells[start:end], strict=True))
        free = any(meaning in _FREE for meaning in self.meanings.values())
        margin = self.paths.best - max([*others, *beside], default=float("-inf"))
        return Row(placed, frozenset() if margin >= (_WIDE_MARGIN if free else _MARGIN) else _INDICATORS)


def _told(pattern: Pattern, meanings: Mapping[int, str | None], start: int) -> dict[str, int]:
    """Return the numbers of the cells that a row with this pattern reads as name, target, operator, unit and levels."""
    kept = ("name", "target", "operator", "unit", *_LEVELS)
    return {name: start + n for n, column in enumerate(pattern) if (name := meanings[column] or "") in kept}
