"""Move the cells of tables with two sides into the columns of their head; rows whose sides are unclear are withheld."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from jixiao.ingest.cells import lines
from jixiao.ingest.cells.sides import Sides, sides, spans
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.roles.wording import pattern
from jixiao.ontology.schemes import level1_labels, level2_labels

_MOST_CELLS = 3_000  # most cells of a table that are not divided into rows
_FEWEST_CELLS = 4  # least number of cells in a table with two sides
_NOT_READ = frozenset({"hasIndicator"})


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
        heads.head(row) is not None or labels().is_person(word) or (of_text(word).is_label and not spans(row.filled[0]))
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
        return len(row.cells) > 1 and bool(row.filled) and not self._is_at_home(row) and not self._is_of_levels(row)

    def _is_at_home(self, row: Row) -> bool:
        placed = {cell.column: cell for cell in row.filled if not spans(cell)}
        return bool(placed) and placed.keys() <= self.head.meanings.keys() and self.head.suits(placed)

    def _is_of_levels(self, row: Row) -> bool:
        return all(columns.is_level(cell) or spans(cell) for cell in row.filled)

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
        if len(best) > 1 and self.only_side:
            best = [at for at in best if self.head.told(at) <= {self.only_side}]
        return {n: cell for n, cell in zip(best[0], _trimmed(row), strict=True) if cell} if len(best) == 1 else None

    @cached_property
    def only_side(self) -> tuple[int, ...] | None:
        """The only side with indicators, if each row has one name; the year's side if no row shows which."""
        found = [self._best(row) for row in self.rows if self._is_displaced(row)]
        told = {frozenset(self.head.told(best[0])) for best in found if len(best) == 1}
        several = any(len(self.head.told(at)) != 1 for best in found for at in best)
        if self.shows_blanks or several or len(told) > 1:
            return None
        return next(iter(told.pop())) if told else self.head.right

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
