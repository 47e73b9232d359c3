"""Divide cells of tables that hold a level and a name, a name and its target, or several indicators.

Below the head of a table, a row of several indicators becomes several rows. A row that surely holds several, but cannot
be divided, is withheld.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jixiao.ingest.cells.prose import levels
from jixiao.ingest.cells.prose.listing import NOT_READ, Listing, are_items, of_cell, pieces
from jixiao.ingest.cells.prose.sentences import WORDING, even, is_explicit, is_numbered
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.heads import Head
from jixiao.ingest.roles.labels import bare, labels

_BESIDE = frozenset({"operator", "unit"})
_LONGEST = 2_000  # most characters of a cell that is divided


def read(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with a cell for each level, name and target of the tables' rows."""
    found: list[Row] = []
    table: _Table | None = None
    shift = 0  # number of columns by which names and later cells are moved right
    for index, row in enumerate(rows):
        if head := heads.head(row):
            shift = int(_lacks_level2(head, rows[index + 1 :]))
            found.append(_with_level2(head, row) if shift else row)
            table = _table(found[-1])
        elif table is None or row.withheld or len(row.cells) == 1:
            found.append(row)
        else:
            found += _divided(table, _shifted(row, table.head.name - shift, shift))
    return found


@dataclass(frozen=True)
class _Table:
    """The head of a table, and whether it has a column for targets."""

    head: Head
    has_target: bool


def _table(row: Row) -> _Table | None:
    head = heads.head(row)
    return _Table(head, head.target <= row.filled[-1].column) if head and _is_plain(head) else None


def _is_plain(head: Head) -> bool:
    """Return whether a table has one side only, and its targets are in one column."""
    known = head.columns
    return not (_BESIDE & known.named.keys() or known.other or known.most_lost is not None)


def _lacks_level2(head: Head, rows: Sequence[Row]) -> bool:
    """Return whether a table writes its second levels before the names, in the column of the names."""
    if head.level2 != head.name or head.level1 == head.name:
        return False
    for row in rows:
        if heads.head(row):
            return False
        if any(cell.column == head.name and _level_before(cell) for cell in row.filled):
            return True
    return False


def _level_before(cell: Cell) -> bool:
    """Return whether a cell begins with a level and other text follows it."""
    if len(cell.text) > _LONGEST:
        return False
    return levels.at_start(even(cell.parts[0][1].strip())) is not None and of_cell(cell) is None


def _with_level2(head: Head, row: Row) -> Row:
    name = next(cell for cell in row.cells if cell.column == head.name)
    word = replace(name, parts=((name.line, WORDING.words("head")[1]),))
    before = [cell for cell in row.cells if cell.column < head.name]
    behind = [cell.moved(cell.column + 1) for cell in row.cells if cell.column >= head.name]
    return Row((*before, word, *behind))


def _shifted(row: Row, start: int, count: int) -> Row:
    if not count:
        return row
    return replace(row, cells=tuple(cell.moved(cell.column + count * (cell.column >= start)) for cell in row.cells))


def _divided(table: _Table, row: Row) -> Iterator[Row]:
    """Yield a row unchanged, or a row for each indicator in its cells."""
    before, texts, behind = _parts(table.head, row)
    if not texts or any(len(cell.text) > _LONGEST for cell in texts) or not _tells_several(table, texts):
        yield row
        return
    listing = Listing()
    listing.take(texts, alone=False)
    made = [each for each in listing.rows() if each.withheld or each.cells[2]]
    if not made or any(each.withheld for each in made):
        yield replace(row, withheld=NOT_READ) if made else row
        return
    for n, each in enumerate(made):
        yield _placed(table.head, each, before if n == 0 else [], behind if n == 0 else [])


def _parts(head: Head, row: Row) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """Return the levels of a row, its name and target, and the cells of other columns."""
    cells = list(row.filled)
    before = [cell for cell in cells if bare(cell.text) in labels().groups]
    rest = [cell for cell in cells if cell not in before]
    while rest and columns.is_level(rest[0]):
        before.append(rest.pop(0))
    if not head.is_plain:
        known = {head.level1, head.level2, head.name, head.target}
        behind = [cell for cell in rest if cell.column not in known]
        rest = [cell for cell in rest if cell.column in known]
    else:
        behind = []
    if len(rest) > 2 or (rest and rest[0].column == head.target):
        return before, [], behind
    return before, rest, behind


def _tells_several(table: _Table, cells: Sequence[Cell]) -> bool:
    """Return whether the first cell holds a level, several indicators, or a target that has no cell of its own."""
    if _level_before(cells[0]):
        return True
    names = pieces(cells[0])
    if len(cells) == 2:
        return len(names) > 1 and are_items(names, pieces(cells[1]))
    if not table.has_target:
        return True
    several = [(text, single) for text in names for single in text.indicators]
    numbered = all(is_numbered(even(text.text), *text.span) for text in names)
    explicit = all(single and is_explicit(even(text.text), single) for text, single in several)
    return bool(several) and explicit and (numbered or len(cells[0].parts) == 1)


def _placed(head: Head, row: Row, before: Sequence[Cell], behind: Sequence[Cell]) -> Row:
    """Return a row of a listing with its cells in the columns of the head."""
    first, second, name, target = row.cells
    if not second and first and levels.is_second_only(first.text):
        first, second = second, first
    own = {head.level1: first, head.level2: second} if head.level1 < head.level2 < head.name else {}
    cells = {at: cell for at, cell in own.items() if cell} | {cell.column: cell for cell in before}
    cells |= {head.name: name, head.target: target} | {cell.column: cell for cell in behind}
    width = max(cells)
    blank = Cell(((name.line, ""),))
    return Row(tuple(cells.get(n, blank).moved(n) for n in range(width + 1)))
