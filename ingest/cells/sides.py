"""Place rows that lost cells in the columns of a table with two sides, one for several years and one for the year.

A row may lack levels that are spanned by cells above, on each side separately, and, if blank cells leave no trace, the
name and target of one side. Every way to place its cells is tried; a row with several best ways is withheld.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ontology.schemes import level1_labels, level2_labels

_LEVELS = frozenset({"level1", "level2"})
_BODY = frozenset({"name", "target"})
_AGAINST = 3  # cost of a row with two second levels, or with one on one side only: probably these are two rows


@dataclass(frozen=True)
class Way:
    """One way to place the cells of a row: their columns, and its cost (higher is less likely)."""

    at: tuple[int, ...]
    cost: int


@dataclass(frozen=True)
class Sides:
    """The head of a table with two sides, the meanings of its columns, and which columns are on which side.

    `shared` columns are before both sides, `behind` columns after both.
    """

    head: Row
    meanings: dict[int, str | None]
    shared: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    behind: tuple[int, ...]

    @cached_property
    def patterns(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """The columns that a row may fill if blank cells leave no trace, with the number of sides that it lacks."""
        found = {}
        for shared, left, right, behind in product(
            self._without_levels(self.shared), self._parts(self.left), self._parts(self.right), (self.behind, ())
        ):
            at = (*shared, *left, *right, *behind)
            bodies = sum(any(self.meanings[n] in _BODY for n in side) for side in (left, right))
            if bodies and at not in found:
                found[at] = 2 - bodies
        return tuple(found.items())

    def _without_levels(self, part: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        yield part
        levels = [n for n in part if self.meanings[n] in _LEVELS]
        for count in range(1, len(levels) + 1):
            yield tuple(n for n in part if n not in levels[:count])

    def _parts(self, side: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        yield from self._without_levels(side)
        yield tuple(n for n in side if self.meanings[n] in _LEVELS)
        yield ()

    def ways(self, cells: Sequence[Cell], *, shows_blanks: bool, open_end: bool) -> list[Way]:
        """Return the ways to place a row's cells; `open_end` is true if blank cells may follow them."""
        found = []
        for at, lacking in self.patterns:
            fits = len(at) == len(cells) or (open_end and len(at) > len(cells))
            if fits and not (lacking and shows_blanks and len(at) == len(cells)):
                way = self._way(at[: len(cells)], cells, lacking)
                found += [way] if way else []
        return found

    def ways_from(self, cells: Sequence[Cell], index: int) -> Iterator[Way]:
        """Yield the ways to make a row of the cells from an index on, where blank cells leave no trace."""
        for at, lacking in self.patterns:
            piece = cells[index : index + len(at)]
            if len(piece) == len(at) and (way := self._way(at, piece, lacking)):
                yield way

    def _way(self, at: tuple[int, ...], cells: Sequence[Cell], lacking: int) -> Way | None:
        placed = {n: cell for n, cell in zip(at, cells, strict=True) if cell}
        if not self.suits(placed) or not _BODY & {self.meanings[n] for n in placed}:
            return None
        words = {bare(placed[n].text) for n in placed if self.meanings[n] == "level2"}
        others = 0 if len(words) < 2 else _AGAINST if words <= level2_labels() else 1
        return Way(at, lacking + others + _AGAINST * self.leaves_level_open(placed))

    def suits(self, placed: dict[int, Cell]) -> bool:
        """Return whether each cell suits its column, and each side with a target has a name."""
        if not columns.fit_at(columns.Columns(self.meanings), list(placed.items())):
            return False
        first = [cell for n, cell in placed.items() if self.meanings[n] == "level1"]
        if any(bare(cell.text) in level2_labels() - level1_labels() for cell in first):
            return False
        for side in (self.left, self.right):
            present = {self.meanings[n] for n in side if n in placed}
            own = {self.meanings[n] for n in side}
            if "target" in present and "name" not in present:
                return False
            if first and present & _BODY and "level2" in own and "level2" not in present:
                return False  # a new first level has a new second level, on each side
        return True

    def leaves_level_open(self, placed: dict[int, Cell]) -> bool:
        """Return whether only one side begins a second level: the other side may have lost its own."""
        present = [{self.meanings[n] for n in side if n in placed} for side in (self.left, self.right)]
        begins = any("level2" in meanings for meanings in present)
        return begins and any(meanings & _BODY and "level2" not in meanings for meanings in present)

    def told(self, at: Sequence[int]) -> set[tuple[int, ...]]:
        """Return the sides whose name is in one of these columns."""
        return {side for side in (self.left, self.right) if any(self.meanings[n] == "name" and n in at for n in side)}

    def row(self, placed: dict[int, Cell], row: Row) -> Row:
        """Return the row with these cells in the head's columns, blanks in the others, and the row's group words."""
        blank = Cell(((row.first_line, ""),))
        over = dict(zip(self.over, filter(spans, row.filled), strict=False))
        return Row(tuple({**over, **placed}.get(cell.column, blank).moved(cell.column) for cell in self.head.cells))

    @property
    def over(self) -> list[int]:
        """The columns of the head's group words."""
        return [cell.column for cell in self.head.filled if spans(cell)]


def sides(row: Row) -> Sides | None:
    """Return the two sides of a table's head; None if the row is no head, or its table does not have two sides."""
    if not heads.head(row):
        return None
    over = {cell.column for cell in row.filled if spans(cell)}
    found = [(n, meaning) for n, meaning in columns.meanings(row) if n not in over]
    meanings = [meaning for _, meaning in found]
    if meanings.count("name") != 2 or meanings.count("target") != 2:
        return None
    start = next(n for n, meaning in enumerate(meanings) if meaning and meanings.count(meaning) == 2)
    width = meanings.index(meanings[start], start + 1) - start
    if meanings[start : start + width] != meanings[start + width : start + 2 * width]:
        return None
    at = [n for n, _ in found]
    edges = (0, start, start + width, start + 2 * width, len(at))
    shared, left, right, behind = (tuple(at[a:b]) for a, b in pairwise(edges))
    return Sides(row, dict(found), shared, left, right, behind)


def spans(cell: Cell) -> bool:
    """Return whether a cell holds a word that spans a whole table or side: 绩效指标, 中期目标."""
    return bare(cell.text) in labels().groups | labels().long_term
