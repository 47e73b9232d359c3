"""Move the cells of tables with two sides, one for several years and one for the year, into the columns of their head.

A row may lack levels that are spanned by cells above, on each side separately, and, if blank cells leave no trace, the
name and target of one side. Every way to place its cells is tried; a row with several best ways is withheld.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product, takewhile

from jixiao.ingest.cells import lines
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.roles.wording import pattern
from jixiao.ontology.schemes import level1_labels, level2_labels

_LEVELS = frozenset({"level1", "level2"})
_BODY = frozenset({"name", "target"})
_AGAINST = 3  # cost of a row with two second levels, or with one on one side only: probably these are two rows
_MOST_CELLS = 3_000  # most cells of a table that are not divided into rows
_FEWEST_CELLS = 4  # least number of cells in a table with two sides
_NOT_READ = frozenset({"hasIndicator"})


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
        """Return whether each cell suits its column."""
        if not columns.fit_at(columns.Columns(self.meanings), list(placed.items())):
            return False
        first = [cell for n, cell in placed.items() if self.meanings[n] == "level1"]
        return not any(bare(cell.text) in level2_labels() - level1_labels() for cell in first)

    def leaves_level_open(self, placed: dict[int, Cell]) -> bool:
        """Return whether only one side begins a second level: the other side may have lost its own."""
        present = [{self.meanings[n] for n in side if n in placed} for side in (self.left, self.right)]
        begins = any("level2" in meanings for meanings in present)
        return begins and any(meanings & _BODY and "level2" not in meanings for meanings in present)

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


def aligned(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the cells of tables with two sides moved into the columns of their head."""
    found: list[Row] = []
    index = 0
    while index < len(rows):
        row = rows[index]
        found.append(row)
        index += 1
        table = sides(row) if len(row.filled) > 5 else None
        if table:
            last = index
            while last < len(rows) and not _ends(rows[last]):
                last += 1
            found += _Rows(table, _in_rows(table, rows[index:last])).aligned()
            index = last
    return found


def _in_rows(table: Sides, rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with consecutive rows of one cell joined into rows of the table if they can be divided evenly.

    The division that lacks fewest cells counts. Cells behind its last row stay as they are; if they hold a level, or
    two divisions are equally good, nothing is joined.
    """
    cells = [row.cells[0] for row in takewhile(lambda row: lines.is_cell(row) and bool(row.filled), rows)]
    if not _FEWEST_CELLS <= len(cells) <= _MOST_CELLS:
        return list(rows)
    ways: dict[int, tuple[int, list[int], bool]] = {0: (0, [], False)}
    for index in range(len(cells)):
        if index in ways:
            cost, edges, several = ways[index]
            for way in table.ways_from(cells, index):
                end, total = index + len(way.at), cost + way.cost
                known = ways.get(end)
                if known is None or total < known[0]:
                    ways[end] = (total, [*edges, index], several)
                elif total == known[0] and known[1] != [*edges, index]:
                    ways[end] = (total, known[1], True)
    end = max(ways)
    _, edges, several = ways[end]
    if several or any(map(columns.is_level, cells[end:])):
        return list(rows)
    beyond = max(table.meanings) + 1  # the first column after the head's columns
    pieces = [cells[first:last] for first, last in zip(edges, [*edges[1:], end], strict=True)]
    made = [Row(tuple(cell.moved(beyond + n) for n, cell in enumerate(piece))) for piece in pieces]
    return [*made, *rows[end:]]


def _ends(row: Row) -> bool:
    """Return whether a row ends the table: a label of the form with its value, or another head."""
    if len(row.cells) == 1 or not row.filled:
        return False
    word = bare(row.filled[0].text)
    return (
        columns.head(row) is not None
        or labels().is_person(word)
        or (of_text(word).is_label and not spans(row.filled[0]))
    )


@dataclass(frozen=True)
class _Rows:
    """The head of a table with two sides, and the rows below it."""

    head: Sides
    rows: Sequence[Row]

    @cached_property
    def shows_blanks(self) -> bool:
        """True if the file shows blank cells between filled ones."""
        return any(not cell for row in self.rows for cell in _trimmed(row))

    def aligned(self) -> Iterator[Row]:
        """Yield the rows with their cells in the columns of the head; rows that cannot be placed are withheld."""
        lost = False  # True while the second level of the rows is unknown
        for row in self.rows:
            if not self._is_displaced(row):
                lost = lost and not self._begins_level(row)
                yield self.head.row({cell.column: cell for cell in row.filled}, row) if self._is_at_home(row) else row
                continue
            placed = self._placed(row)
            begins = any(self.head.meanings[n] == "level2" for n in placed or ())
            if placed is None or self.head.leaves_level_open(placed) or (lost and not begins):
                lost = lost or self._begins_level(row)
                yield from self._withheld(row)
            else:
                lost = False
                yield self.head.row(placed, row)

    def _is_displaced(self, row: Row) -> bool:
        """Return whether a row belongs to the table but its cells are in other columns than the head's."""
        of_levels = all(columns.is_level(cell) or spans(cell) for cell in row.filled)
        return len(row.cells) > 1 and not of_levels and not self._is_at_home(row)

    def _is_at_home(self, row: Row) -> bool:
        placed = {cell.column: cell for cell in row.filled if not spans(cell)}
        return bool(placed) and placed.keys() <= self.head.meanings.keys() and self.head.suits(placed)

    def _begins_level(self, row: Row) -> bool:
        return any(columns.is_level(cell) or pattern("level_end").fullmatch(bare(cell.text)) for cell in row.filled)

    def _best(self, row: Row) -> list[tuple[int, ...]]:
        """Return the columns of a row's cells in each of the best ways to place them."""
        cells = _trimmed(row)
        ways = self.head.ways(cells, shows_blanks=self.shows_blanks, open_end=not row.cells[-1])
        least = min((way.cost for way in ways), default=0)
        return list(dict.fromkeys(way.at for way in ways if way.cost == least))

    def _placed(self, row: Row) -> dict[int, Cell] | None:
        """Return the cells of a row by their columns if one way to place them is the best, otherwise None."""
        best = self._best(row)
        return {n: cell for n, cell in zip(best[0], _trimmed(row), strict=True) if cell} if len(best) == 1 else None

    def _withheld(self, row: Row) -> Iterator[Row]:
        """Yield a row as withheld; its first level is kept for the rows below."""
        first, *others = row.cells
        if bare(first.text) in level1_labels() - level2_labels() and others:
            at = next((n for n in self.head.shared if self.head.meanings[n] == "level1"), first.column)
            yield self.head.row({at: first}, row)
            row = replace(row, cells=tuple(others))
        yield replace(row, withheld=_NOT_READ)


def _trimmed(row: Row) -> list[Cell]:
    """Return the cells from the first to the last filled one, without group words."""
    cells = [cell for cell in row.cells if not spans(cell)]
    filled = [n for n, cell in enumerate(cells) if cell]
    return cells[filled[0] : filled[-1] + 1] if filled else []
