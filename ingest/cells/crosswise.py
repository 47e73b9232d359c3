"""Turn tables of many projects, with levels as columns, into rows of first level, second level, name and target.

Each row is a project; a cell holds indicators, or the target of the indicator that the head names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.cells.prose import levels
from jixiao.ingest.cells.prose.listing import Listing, Words, begins_with_level, of_cell
from jixiao.ingest.cells.prose.sentences import WORDING, is_target
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, column_meaning, labels, names_projects
from jixiao.ingest.values.amounts import is_blank

_ORDER = ("level1", "level2", "name", "target")
_FEWEST = 2  # least number of levels side by side in a table with indicators in columns


def read(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with tables that list indicators in columns turned into one row for each indicator."""
    found: list[Row] = []
    index = 0
    while index < len(rows):
        made, taken = _paired(rows, index) or _matrix(rows, index) or ([rows[index]], 1)
        found += made
        index += taken
    return found


@dataclass(frozen=True)
class _Column:
    """A column of a table of many projects: its levels, and its indicator's name if the head has names."""

    level1: Cell | None
    level2: Cell | None
    name: Cell | None


def _matrix(rows: Sequence[Row], index: int) -> tuple[list[Row], int] | None:
    """Return the head and indicators of a table of projects, and how many rows they replace; None if none is there."""
    upper = rows[index]
    start = _start(upper, rows[index + 1] if index + 1 < len(rows) else None)
    if start is None or columns.head(upper) or _words(rows, index, start):
        return None
    count = 1
    lower = rows[index + 1] if index + 1 < len(rows) and _are_levels(rows[index + 1], start) else None
    count += lower is not None
    names = rows[index + count] if index + count < len(rows) and _are_names(rows[index + count], start) else None
    count += names is not None
    found = _columns(upper, lower, names, start)
    made: list[Row] = []
    for row in rows[index + count :]:
        own = [cell for cell in row.cells if cell.column < start]
        if len(row.filled) < _FEWEST or not any(own) or row.withheld:
            break
        indicators = list(_indicators(found, row, start))
        if any(bare(cell.text) in labels().sums for cell in own):
            made.append(Row((*own, *_placed([Cell(((row.first_line, ""),))] * len(_ORDER), start))))
        elif not indicators or not (row.cells[-1].column >= max(found) or len(row.filled) < len(row.cells)):
            return None  # no indicator was read, or cells are missing and their columns unknown
        made += (Row((*(own if n == 0 else ()), *cells)) for n, cells in enumerate(indicators))
        count += 1
    return ([_head(upper, start), *made], count) if made and found else None


def _paired(rows: Sequence[Row], index: int) -> tuple[list[Row], int] | None:
    """Return the rows of a table of projects whose levels each span a column of names and a column of targets.

    The second value is the number of rows that they replace; None if it is no such table.
    """
    upper, start = rows[index], _start(rows[index], None)
    words = _words(rows, index, start)
    names = [column for column, word in words.items() if word == "name" and words.get(column + 1) == "target"]
    if start is None or not names or len(names) * 2 != len(words) or min(words) != start:
        return None
    over = {at: max((cell for cell in upper.filled if cell.column <= at), key=lambda cell: cell.column) for at in names}
    made: list[Row] = []
    last = index + 2
    while last < len(rows) and len(rows[last].filled) >= _FEWEST and rows[last].cells[-1].column >= max(words):
        cells = {cell.column: cell for cell in rows[last].filled}
        blank, own = Cell(((rows[last].first_line, ""),)), [cell for cell in rows[last].cells if cell.column < start]
        indicators = [(over[at], blank, cells[at], cells.get(at + 1, blank)) for at in names if at in cells]
        made += (Row((*(own if n == 0 else ()), *_placed(each, start))) for n, each in enumerate(indicators))
        last += 1
    return ([_head(upper, start), *made], last - index) if made else None


def _words(rows: Sequence[Row], index: int, start: int | None) -> dict[int, str | None]:
    """Return the meanings of the cells below a head of levels, by column; empty if a cell is no word of a column."""
    lower = rows[index + 1].filled if start is not None and index + 1 < len(rows) else ()
    words = {cell.column: column_meaning(cell.text) for cell in lower}
    return words if all(words.values()) else {}


def _start(row: Row, below: Row | None) -> int | None:
    """Return the first column of levels in a head that begins with a project's name; None for any other row.

    A single column may hold all indicators of a project, each with its level before it; the row below shows that.
    """
    names = [cell.column for cell in row.filled if names_projects(cell.text)] if len(row.filled) > _FEWEST else []
    found = [cell.column for cell in row.filled if of_cell(cell)] if len(names) == 1 else []
    if len(names) == 1 and not found and below:
        begun = {cell.column for cell in below.filled if begins_with_level(cell)}
        found = [cell.column for cell in row.filled if cell.column in begun]
    elif len(found) < _FEWEST:
        return None
    apart = bool(found) and names[0] < found[0]
    behind = [cell for cell in row.filled if apart and cell.column > found[0] and cell.column not in found]
    return found[0] if apart and all(labels().columns.get(bare(cell.text)) == "further" for cell in behind) else None


def _are_levels(row: Row, start: int) -> bool:
    return len(row.filled) >= _FEWEST and all(cell.column >= start and of_cell(cell) for cell in row.filled)


def _are_names(row: Row, start: int) -> bool:
    return len(row.filled) >= _FEWEST and all(
        cell.column >= start and not of_cell(cell) and not is_target(cell.text) for cell in row.filled
    )


def _columns(upper: Row, lower: Row | None, names: Row | None, start: int) -> dict[int, _Column]:
    """Return the columns of levels; empty if a second level does not belong to the first level above it."""
    further = {cell.column for cell in upper.filled if labels().columns.get(bare(cell.text)) == "further"}
    first = {cell.column: cell for cell in upper.filled if cell.column >= start and cell.column not in further}
    second = {cell.column: cell for cell in lower.filled} if lower else {}
    called = {cell.column: cell for cell in names.filled} if names else {}
    found: dict[int, _Column] = {}
    for at in sorted(called or {**first, **second}):
        over = first[max(column for column in first if column <= at)]
        below = [column for column in second if column <= at]
        level2 = second[max(below)] if below and max(below) >= over.column else None
        words = of_cell(over) or Words(None, None)
        if level2 and not levels.belongs(over.text, level2.text):
            return {}
        known = words.level2 or not words.level1
        found[at] = _Column(words.level1, words.level2 if known else level2, called.get(at))
    return found


def _indicators(found: dict[int, _Column], row: Row, start: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each indicator in a row; text that cannot be divided into indicators is skipped."""
    blank = Cell(((row.first_line, ""),))
    for cell in row.filled:
        column = found.get(cell.column)
        if column is None or is_blank(cell.text):
            continue
        above = (column.level1 or blank, column.level2 or blank)
        if column.name:
            yield _placed((*above, column.name, cell), start)
            continue
        listing = Listing(level1=column.level1, level2=column.level2)
        listing.take([cell], alone=False)
        for written in listing.rows():
            if not written.withheld and written.cells[2]:
                yield _placed(written.cells, start)


def _placed(cells: Sequence[Cell], start: int) -> tuple[Cell, ...]:
    return tuple(cell.moved(start + n) for n, cell in enumerate(cells))


def _head(upper: Row, start: int) -> Row:
    """Return a head in the usual words of an indicator table, its first cell in the first column of levels."""
    before = [cell for cell in upper.cells if cell.column < start]
    first = next(cell for cell in upper.filled if cell.column >= start)
    words = WORDING.words("head")
    cells = (Cell(((first.line, word),), first.column, first.printed) for word in words)
    return Row((*before, *_placed(tuple(cells), start)))
