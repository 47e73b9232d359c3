"""Assign the cells of a row to the columns of a header at the least cost.

Cells keep their order, and each column takes at most one cell. A row may lack cells, such as those that the rows above
span, and the rest of the row has then moved. The costs of missing and of moved cells are in `aligning.toml`; a text
that does not suit a column is never assigned to it (`columns.suits`). The solution of the least cost counts if no other
one of that cost reads other texts.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.columns import (
    LEVELS,
    RESULTS,
    Columns,
    Parts,
    behind_figure,
    is_second_level,
    likeness,
    parts,
    reads_as_name,
    suits,
    ungrouped,
)
from jixiao.ingest.roles.labels import bare
from jixiao.ingest.values.targets import parse
from jixiao.ontology.schemes import level1_labels, level2_labels
from jixiao.ontology.text.wording import Wording

_COSTS: dict[str, dict[str, int]] = Wording("jixiao.ingest.roles", "aligning.toml").tables
_UNFILLED, _LOST, _VANISHED, _OTHER = (_COSTS[name] for name in ("unfilled", "lost", "vanished", "other"))
_FIGURES = frozenset({"achieved", "weight", "score"})  # meanings of columns among which a figure may be any
_TEXTS = ("level1", "level2", "name", *sorted(RESULTS))
_LONGEST = 120  # most characters of a cell that lost a border
_NEVER = 1_000_000  # more than any solution costs


@dataclass(frozen=True)
class Assignment:
    """An assignment of cells to columns: each cell with the number of its column, and the cost of the assignment.

    `several` is true if another assignment of equal cost would read other texts from the cells.
    """

    placed: tuple[tuple[int, Cell], ...] = ()
    cost: int = 0
    several: bool = False


def fit(columns: Columns, row: Row) -> Parts | None:
    """Assign a row's cells to the columns of a header; None if they fit in no way, or in several.

    Cells that an earlier step placed keep their columns, and so does a name alone in a row with fewer cells than the
    header.
    """
    if "achieved" in columns.named and len(row.cells) == len(row.filled) < len(columns.meanings):
        return _of_what_is_left(columns, row)
    found = assigned(columns, row.filled, shows_blanks=len(row.cells) > len(row.filled))
    if not found or found.several:
        return None
    told = parts(columns, found.placed)
    is_moved = any(column != cell.column for column, cell in found.placed)
    begins = "achieved" in columns.named and row.filled == row.cells[: len(row.filled)]
    is_same = told and told.weight and not told.score and told.text("achieved") == told.text("weight")
    if is_same or (begins and is_moved):
        return _of_what_is_left(columns, row)  # bars that fill up a short row hide where its cells were
    is_fixed = {cell.column for cell in row.cells if cell.printed is not None} >= columns.meanings.keys()
    is_fixed |= len(row.filled) == 1 and len(row.cells) <= max(columns.meanings)
    if not told or (is_fixed and is_moved):
        return None
    return _opened(columns, told) if begins or row.division else told


def _of_what_is_left(columns: Columns, row: Row) -> Parts | None:
    """Assign the cells of a row of results whose empty cells left no trace.

    None if they fit in no way, or in several, or if the score is above the weight.
    """
    costs = _Left(columns, row.filled, shows_blanks=False)
    found = costs.best(costs.layers()[-1])
    told = costs.parts(found) if found and not found.several else None
    too_much = told and told.weight and told.score and told.score[0] > told.weight[0]
    return None if too_much else told


def _opened(columns: Columns, told: Parts) -> Parts:
    """Return the parts of a row, marked as open if a figure of its results may be that of a column without text.

    A score that equals its weight shows that both are there.
    """
    is_full = told.weight and told.score and told.weight[0] == told.score[0]
    if is_full or not columns.named.keys() >= _FIGURES or told.cells.keys() >= _FIGURES:
        return told
    texts = [text for each in _FIGURES if not (text := told.text(each)).endswith("%")]
    is_open = any(suits("weight", text, columns.beside) for text in texts)
    further = tuple(cell for cell in told.further if not is_open or cell is not told.cells.get("weight"))
    return replace(told, further=further, is_open=is_open)


def divided(columns: Columns, row: Row) -> Row:
    """Divide a row that has one cell less than its header at the space where a border was lost; return the new row.

    After the division, each cell must stand in its own column, and a target after its name must have a usual form. The
    row is returned unchanged if no division does this, or several do equally well.
    """
    fitting: list[tuple[int, Row]] = []
    for at, way in ways(row):
        found = _assigned_whole(columns, way) if _parts_well(columns, way, at) else None
        if found and not found.several and all(n == cell.column for n, cell in found.placed):
            fitting.append((found.cost + _OTHER["border"], way))
    whole, least = _assigned_whole(columns, row), min((cost for cost, _ in fitting), default=_NEVER)
    best = [way for cost, way in fitting if cost == least]
    return best[0] if len(best) == 1 and (whole is None or least < whole.cost) else row


def ways(row: Row) -> Iterator[tuple[int, Row]]:
    """Yield each way to divide one cell of a row in two at a space: the index of the cell, and the divided row."""
    for at, cell in enumerate(row.cells):
        for blank in re.finditer(r"\s+", cell.text) if len(cell.parts) == 1 and len(cell.text) <= _LONGEST else ():
            halves = (cell.text[: blank.start()], cell.text[blank.end() :])
            pieces = (replace(cell, parts=((cell.line, half),)) for half in halves)
            cells = (*row.cells[:at], *pieces, *row.cells[at + 1 :])
            yield at, Row(tuple(each.moved(n) for n, each in enumerate(cells)), row.withheld)


def _parts_well(columns: Columns, row: Row, at: int) -> bool:
    """Return whether the cells at `at` and `at + 1` may be two cells.

    If they stand in the columns of name and target, the target must have a usual form; any other two cells may be two.
    """
    if [columns.meanings.get(n) for n in (at, at + 1)] != ["name", "target"]:
        return True
    name, target = (cell.text for cell in row.cells[at : at + 2])
    is_other = reads_as_name(name) and not reads_as_name(target) and target[0] not in "(（"
    return likeness("target", target) > 0 or target in name or is_other


def _assigned_whole(columns: Columns, row: Row) -> Assignment | None:
    """Return the assignment of the least cost for the filled cells of a row that also has its empty cells, or None.

    Cells with a group word (绩效指标) are left out.
    """
    return assigned(columns, ungrouped(row), shows_blanks=True)


def assigned(columns: Columns, cells: Sequence[Cell], *, shows_blanks: bool = False) -> Assignment | None:
    """Return the assignment of the least cost for cells with text, or None if there is none.

    `shows_blanks` is true for a row with empty cells: such a row lacks only cells that cells above span.
    """
    costs = _Row(columns, cells, shows_blanks)
    return costs.best(costs.layers()[-1])


@dataclass(frozen=True)
class _Costs(ABC):
    """The costs of assigning cells to the columns of a header.

    `shows_blanks` is true if the cells include empty ones.
    """

    columns: Columns
    cells: Sequence[Cell]
    shows_blanks: bool

    def layers(self) -> list[dict[int, Assignment]]:
        """Return a list with the cheapest assignments of 0, 1, 2 and more cells.

        Each item maps the position of the last column used, in `order`, to the cheapest assignment that ends there.
        Without cells, that position is -1.
        """
        layers: list[dict[int, Assignment]] = [{-1: Assignment()}]
        for n, cell in enumerate(self.cells):
            fits = [self.content(at, cell, n) if layers[-1] else _NEVER for at in range(len(self.columns.order))]
            layers.append({})
            for last, way in layers[-2].items():
                for at in range(last + 1, len(self.columns.order)):
                    cost = _NEVER if fits[at] >= _NEVER else way.cost + fits[at] + self.moved(way, last, at, cell)
                    if cost < _NEVER:
                        new = Assignment((*way.placed, (self.columns.order[at], cell)), cost, way.several)
                        layers[-1][at] = self._better(layers[-1].get(at), new)
        return layers

    def best(self, layer: dict[int, Assignment]) -> Assignment | None:
        """Return the cheapest assignment of a layer, with the cost of columns left unfilled at the end.

        None if none fits.
        """
        best: Assignment | None = None
        for last, way in layer.items():
            cost = way.cost + self.unfilled(way, last)
            best = self._better(best, replace(way, cost=cost)) if cost < _NEVER else best
        return best

    def content(self, at: int, cell: Cell, n: int) -> int:
        """Return the cost of placing a cell, the one with index `n`, in the column at position `at` of `order`.

        The cost is 0 if the cell suits the column, and `_NEVER` if it does not. Words that are no known level may still
        be one, at a cost, in a row that fills all columns, or before a known second level.
        """
        meaning = self.columns.of_sides[at]
        before, behind = (bare(self.cells[each].text) if 0 <= each < len(self.cells) else "" for each in (n - 1, n + 1))
        if meaning is None or suits(meaning, cell.text, self.columns.beside, below=before in level1_labels()):
            return 0
        if meaning == "name" and self._shows_name(at, n):
            return _OTHER["figure"]
        spans = meaning == "level1" and not n and is_second_level(behind)
        is_level = meaning in LEVELS and (spans or self.is_full) and parse(cell.text).value is None
        return _OTHER["unlisted"] if is_level else _NEVER

    def _shows_name(self, at: int, n: int) -> bool:
        """Return whether the columns show that the cell with index `n`, which begins with a figure, is a name.

        Each cell of the row then stands in a column that it suits, and another one in that of the targets.
        """
        cell = self.cells[n]
        if cell.column != self.columns.order[at] or not cell.closed or not behind_figure(cell.text):
            return False
        others = [(self.columns.meanings.get(other.column), other.text) for other in self.cells if other is not cell]
        all_suit = all(meaning and suits(meaning, text, self.columns.beside) for meaning, text in others)
        return all_suit and "target" in dict(others)

    @property
    def is_full(self) -> bool:
        """Return whether there are as many cells as columns."""
        return len(self.cells) == len(self.columns.order)

    @abstractmethod
    def moved(self, way: Assignment, last: int, at: int, cell: Cell) -> int:
        """Return the cost of placing a cell in column `at`, after an assignment whose last cell is in column `last`.

        Both columns are given by their positions in `order`.
        """

    @abstractmethod
    def unfilled(self, way: Assignment, last: int) -> int:
        """Return the cost of the columns that an assignment leaves without text.

        `last` is the position in `order` of the last column used; `moved` may have counted the columns before it.
        """

    def _better(self, known: Assignment | None, new: Assignment) -> Assignment:
        """Return the cheaper of two assignments; at equal costs the first, marked as `several` if the second differs.

        They differ if they read other texts.
        """
        if known is None or new.cost < known.cost:
            return new
        is_other = new.cost == known.cost and (new.several or self._read(new) != self._read(known))
        return replace(known, several=True) if is_other else known

    def parts(self, way: Assignment) -> Parts | None:
        """Return the cells that an assignment places, by their meanings; None without a name."""
        return parts(self.columns, way.placed)

    def _read(self, way: Assignment) -> tuple[object, ...] | None:
        """Return the texts that an assignment reads: levels, name, target with sign and unit, weight, results.

        Figures that are open are left out. None for an assignment without a name.
        """
        found = self.parts(way)
        if not found:
            return None
        kept = [each for each in _TEXTS if each in found.cells and not (found.is_open and each in _FIGURES)]
        texts = tuple((each, found.cells[each].text) for each in kept)
        weight = None if found.is_open else found.weight
        return texts, found.target and found.target[0], found.direction and found.direction.text, weight


class _Row(_Costs):
    """The costs for the cells of a row that have columns of their own.

    Moving the first cell costs, and so does each column by which a later cell moves away from the cell before it, or
    closer to it.
    """

    def content(self, at: int, cell: Cell, n: int) -> int:
        is_second = (
            self.columns.of_sides[at] == "level1"
            and self.columns.order[at] != cell.column
            and is_second_level(bare(cell.text))
        )
        return _NEVER if is_second and "level2" in self.columns.named else super().content(at, cell, n)

    def moved(self, way: Assignment, last: int, at: int, cell: Cell) -> int:
        if not way.placed:
            right = self.columns.order[at] - cell.column
            hidden = self.shows_blanks and right > 0 and {"name", "target"} & {*self.columns.of_sides[:at]}
            return (_OTHER["moved"] if right else 0) + (_OTHER["hidden"] if hidden else 0)
        wider = self.columns.order[at] - self.columns.order[last] - (cell.column - way.placed[-1][1].column)
        if wider <= 0:
            return _OTHER["closer"] * -wider
        skipped = (_LOST.get(meaning or "unknown", _NEVER) for meaning in self.columns.of_sides[last + 1 : at])
        return max(skipped, default=_LOST["unknown"]) * wider

    def unfilled(self, way: Assignment, last: int) -> int:
        filled = dict(way.placed)
        columns = zip(self.columns.order, self.columns.of_sides, strict=True)
        return sum(_UNFILLED[meaning or "unknown"] for n, meaning in columns if n not in filled)


class _Left(_Costs):
    """The costs for the filled cells of a row of results whose empty cells left no trace.

    Weights and scores are supposed to be empty less often than other cells.
    """

    is_full = False  # blank cells would have been left out

    def parts(self, way: Assignment) -> Parts | None:
        found = super().parts(way)
        return _opened(self.columns, found) if found else None

    def content(self, at: int, cell: Cell, n: int) -> int:
        is_second = self.columns.of_sides[at] == "level1" and is_second_level(bare(cell.text))
        cost = _NEVER if is_second and "level2" in self.columns.named else super().content(at, cell, n)
        # A first level spans more rows than a second one, so that it is the one that is gone.
        return cost + 1 if self.columns.of_sides[at] == "level1" and bare(cell.text) in level2_labels() else cost

    def moved(self, way: Assignment, last: int, at: int, cell: Cell) -> int:
        return self._vanished(range(last + 1, at))

    def unfilled(self, way: Assignment, last: int) -> int:
        return self._vanished(range(last + 1, len(self.columns.order)))

    def _vanished(self, columns: range) -> int:
        # Without weights, one score may serve several rows.
        scores = _VANISHED["score"] if "weight" in self.columns.named else _VANISHED["achieved"]
        costs = _VANISHED | {"score": scores}
        return sum(costs.get(self.columns.of_sides[n] or "unknown", _NEVER) for n in columns)
