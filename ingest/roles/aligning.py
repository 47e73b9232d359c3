"""Deal the cells of a row out to the columns of a head at the least cost.

Cells keep their order, and each column takes one. A row may lack cells, as those that the rows above span, and the rest
of the row has moved then. What each of these costs is in `aligning.toml`; a text that does not suit a column cannot
stand there (`columns.suits`). The solution of the least cost counts if no other one of that cost reads other texts.

A reader of text that runs together gives the pieces of a row, which have no columns of their own, and the borders at
which a cell may or may not end: `dealt(head.columns, pieces, open_borders={0, 3}, has_columns=False)`. The result is
None if no solution suits, and of no use if it is marked `several`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.columns import LEVELS, Columns, Parts, is_second_level, parts, suits
from jixiao.ingest.roles.labels import bare
from jixiao.ingest.values.targets import parse
from jixiao.ontology.schemes import level1_labels
from jixiao.ontology.text.wording import Wording

_COSTS: dict[str, dict[str, int]] = Wording("jixiao.ingest.roles", "aligning.toml").tables
_UNFILLED, _LOST, _OTHER = (_COSTS[name] for name in ("unfilled", "lost", "other"))
_NEVER = 1_000_000  # more than any solution costs


@dataclass(frozen=True)
class Dealt:
    """Cells, each with the number of its column, and the cost; `several` if another solution reads other texts."""

    placed: tuple[tuple[int, Cell], ...] = ()
    cost: int = 0
    several: bool = False


def fit(columns: Columns, row: Row) -> Parts | None:
    """Return a row's cells by the meanings of the head's columns, or None if they fit in no way, or in several.

    Cells that an earlier step placed keep their columns. A name alone has moved only in a row with as many cells, blank
    ones included, as the head.
    """
    found = dealt(columns, row.filled, shows_blanks=len(row.cells) > len(row.filled))
    if not found or found.several:
        return None
    is_fixed = {cell.column for cell in row.cells if cell.printed is not None} >= columns.meanings.keys()
    is_fixed |= len(row.filled) == 1 and len(row.cells) <= max(columns.meanings)
    is_moved = any(column != cell.column for column, cell in found.placed)
    return None if is_fixed and is_moved else parts(columns, found.placed)


def fit_at(columns: Columns, placed: Sequence[tuple[int, Cell]]) -> bool:
    """Return whether each cell suits the column given with it, which need not be the cell's own column."""
    texts = ["", *(cell.text for _, cell in placed)]
    return all(
        column in columns.meanings and _suits(columns, columns.meanings[column], cell.text, before)
        for (column, cell), before in zip(placed, texts, strict=False)
    )


def dealt(
    columns: Columns,
    cells: Sequence[Cell],
    *,
    open_borders: Collection[int] = (),
    has_columns: bool = True,
    shows_blanks: bool = False,
) -> Dealt | None:
    """Return the solution of the least cost for the cells of a row that have text, or None without one.

    `open_borders` are the numbers of cells that may be one with the next. `shows_blanks` is true for a row with blank
    cells, which has lost none but those that are spanned. Cells that have no columns of their own cannot have moved.
    """
    table = _Table(columns, cells, has_columns, shows_blanks)
    layers: list[dict[int, Dealt]] = [{-1: Dealt()}, *({} for _ in cells)]
    for start, layer in enumerate(layers[:-1]):
        for end in range(start + 1, len(layers)):
            if end > start + 1 and end - 2 not in open_borders:
                break
            cell = _one(cells[start:end])
            fits = [table.content(at, cell, start, end) for at in range(len(table.order))]
            for last, way in layer.items():
                for at in range(last + 1, len(table.order)):
                    cost = way.cost + fits[at] + table.moved(way, last, at, cell) if fits[at] < _NEVER else _NEVER
                    if cost < _NEVER:
                        new = Dealt((*way.placed, (table.order[at], cell)), cost, way.several)
                        layers[end][at] = table.better(layers[end].get(at), new)
    best: Dealt | None = None
    for way in layers[-1].values():
        best = table.better(best, replace(way, cost=way.cost + table.unfilled(way)))
    return best


def _one(cells: Sequence[Cell]) -> Cell:
    return replace(cells[0], parts=tuple(part for cell in cells for part in cell.parts)) if cells[1:] else cells[0]


def _suits(columns: Columns, meaning: str | None, text: str, before: str) -> bool:
    return meaning is None or suits(meaning, text, columns.beside, below=bare(before) in level1_labels())


@dataclass(frozen=True)
class _Table:
    """A head's columns and a row's cells, and the costs of dealing them out."""

    columns: Columns
    cells: Sequence[Cell]
    has_columns: bool
    shows_blanks: bool

    @cached_property
    def order(self) -> list[int]:
        """The numbers of the columns."""
        return [*self.columns.meanings]

    @cached_property
    def meanings(self) -> list[str | None]:
        """The meanings of the columns in order, those of the other side included."""
        return [meaning or self.columns.other.get(n) for n, meaning in self.columns.meanings.items()]

    def content(self, at: int, cell: Cell, start: int, end: int) -> int:
        """Return what it costs that a cell, made of those from `start` to `end`, stands in a column.

        A level in words on no list is one in a row that fills all columns, or before a known second level.
        """
        meaning, joined = self.meanings[at], _OTHER["joined"] * (end - start - 1)
        before, behind = (self.cells[n].text if 0 <= n < len(self.cells) else "" for n in (start - 1, end))
        is_home = self.order[at] == cell.column or not self.has_columns
        if meaning == "level1" and "level2" in self.columns.named and not is_home and is_second_level(bare(cell.text)):
            return _NEVER
        if _suits(self.columns, meaning, cell.text, before):
            return joined
        spans = len(self.cells) == len(self.order) or (meaning == "level1" and is_second_level(bare(behind)))
        is_level = meaning in LEVELS and spans and parse(cell.text).value is None
        return joined + _OTHER["unlisted"] if is_level else _NEVER

    def moved(self, way: Dealt, last: int, at: int, cell: Cell) -> int:
        """Return what it costs that a cell stands in a column, behind those of a solution that ends in the last one."""
        if not self.has_columns:
            return 0
        if not way.placed:
            right = self.order[at] - cell.column
            hidden = self.shows_blanks and right > 0 and {"name", "target"} & {*self.meanings[:at]}
            return _OTHER["moved"] * (right != 0) + _OTHER["hidden"] * bool(hidden)
        wider = self.order[at] - self.order[last] - (cell.column - way.placed[-1][1].column)
        if wider <= 0:
            return _OTHER["closer"] * -wider
        skipped = (_LOST.get(meaning or "unknown", _NEVER) for meaning in self.meanings[last + 1 : at])
        return max(skipped, default=_LOST["unknown"]) * wider

    def unfilled(self, way: Dealt) -> int:
        """Return what it costs that a solution leaves columns without text."""
        filled = dict(way.placed)
        return sum(
            _UNFILLED[meaning or "unknown"]
            for n, meaning in zip(self.order, self.meanings, strict=True)
            if n not in filled
        )

    def better(self, known: Dealt | None, new: Dealt) -> Dealt:
        """Return the cheaper of two solutions, or of two at one cost the first, marked if the other differs."""
        if known is None or new.cost < known.cost:
            return new
        is_other = new.cost == known.cost and (new.several or self._read(new) != self._read(known))
        return replace(known, several=True) if is_other else known

    def _read(self, way: Dealt) -> tuple[object, ...] | None:
        """Return the texts that a solution reads: levels, name, target with its sign and unit, direction, weight."""
        found = parts(self.columns, way.placed)
        if not found:
            return None
        texts = (found.cells[each].text for each in ("level1", "level2", "name") if each in found.cells)
        return *texts, found.target and found.target[0], found.direction and found.direction.text, found.weight
