"""One table of many projects, a project some rows of it -> the rows that each would have as a form of its own.

The columns of the head (项目名称, 预算数, 年度目标 …) become labels with the project's cells behind them; the columns
of the indicators stay a table. Rows of sums and of bodies are no projects. Cells keep their lines and columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jixiao.ingest.layouts import heads
from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.rendition import Cell, Row

# Titles, year and unit stand at most this many rows above the head.
_REACH = 4


@dataclass(frozen=True)
class Register:
    """The projects of one table, as rows of forms; `first` and `last` are its rows in the file (the last excluded)."""

    forms: tuple[tuple[Row, ...], ...]
    first: int
    last: int


@dataclass(frozen=True)
class _Head:
    name: int
    mixed: bool  # whether the column of names holds bodies, too
    labelled: dict[int, Cell]  # the columns that a form has as labels
    table: tuple[Cell, ...]  # the head of the indicators
    rows: int  # how many rows the head has

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(cell.column for cell in self.table)


def at(rows: Sequence[Row], index: int) -> Register | None:
    """The table of many projects whose head begins at a row."""
    head = _head(*rows[index : index + 2])
    if not head:
        return None
    above = _above(rows[max(0, index - _REACH) : index])
    last = index + head.rows
    while last < len(rows) and not _ends(rows[last]):
        last += 1
    below = [row for row in rows[index + head.rows : last] if len(row.filled) > 1 and not heads.head(row)]
    forms = tuple((*above, *form) for form in _forms(head, below))
    return Register(forms, index, last) if forms else None


def is_head(rows: Sequence[Row], index: int) -> bool:
    """Whether the head of a table of many projects begins at a row."""
    return _head(*rows[index : index + 2]) is not None


def _head(row: Row, following: Row | None = None) -> _Head | None:
    upper, lower, count = row.filled, row.filled, 1
    if not heads.head(row):
        if following is None or not heads.head(following):
            return None
        lower, count = following.filled, 2
    names = [cell for cell in upper if _names(cell)]
    start = min(cell.column for cell in lower if labels().columns.get(bare(cell.text)) == "level1")
    if len(names) != 1 or names[0].column >= start or not all(_is_word(cell) for cell in upper if cell.column < start):
        return None
    labelled = {cell.column: cell for cell in upper if cell.column < start}
    # Below 预算数 may stand 小计, which is it, and its parts.
    labelled |= {c.column: c for c in lower if c.column < start and bare(c.text) not in labels().sums}
    table = tuple(cell for cell in lower if cell.column >= start)
    return _Head(names[0].column, bare(names[0].text) in labels().mixed, labelled, table, count)


def _names(cell: Cell) -> bool:
    return labels().fields.get(bare(cell.text)) == "name" or bare(cell.text) in labels().mixed


def _is_word(cell: Cell) -> bool:
    word = bare(cell.text)
    return labels().is_label(word) or word in labels().columns or word in labels().mixed


def _ends(row: Row) -> bool:
    """Whether something else begins: a title, or a form's own label with its value."""
    first = row.filled[0] if row.filled else None
    if not first or heads.head(row):
        return False
    alone = len(row.filled) == 1
    title = alone and any(labels().line(name, first.text) for name in ("form_title", "narrative_title"))
    return title or labels().fields.get(bare(first.text)) == "name"


def _above(rows: Iterable[Row]) -> list[Row]:
    """Title, year, unit and body above the head: they are those of each project."""
    return [row for row in rows if any(_is_heading(cell) for cell in row.filled)]


def _is_heading(cell: Cell) -> bool:
    word = cell.text.replace("：", ":").partition(":")[0]
    return _is_body(Cell(((cell.line, word),))) or any(
        labels().line(name, cell.text) for name in ("form_title", "form_year", "form_unit")
    )


def _forms(head: _Head, rows: Iterable[Row]) -> Iterable[list[Row]]:
    current: list[Row] = []
    name: str | None = None
    body: Cell | None = None
    inherited: dict[int, Cell] = {}
    for row in rows:
        cells = {cell.column: cell for cell in row.filled}
        named = cells.get(head.name)
        table = tuple(cell for cell in row.cells if cell.column in head.columns)
        has_row = sum(map(bool, table)) > 1
        if named and (bare(named.text) in labels().sums or not has_row):
            if head.mixed and bare(named.text) not in labels().sums:
                body = named
            continue
        if any(bare(cell.text) in labels().sums for cell in cells.values() if cell.column < min(head.columns)):
            continue
        inherited |= {c: cells[c] for c, label in head.labelled.items() if c in cells and _is_body(label)}
        if named and named.text != name:
            if current:
                yield current
            name, current = named.text, _labelled(head, cells, inherited, body)
        if has_row and current:
            current.append(Row(table))
    if current:
        yield current


def _is_body(label: Cell) -> bool:
    return labels().fields.get(bare(label.text)) in {"competentDepartment", "implementingUnit"}


def _labelled(head: _Head, cells: dict[int, Cell], inherited: dict[int, Cell], body: Cell | None) -> list[Row]:
    """A project's name, body, money and goals as rows of a label and its value, and the head of its indicators."""
    rows = [Row((_worded(head.labelled[head.name], "项目名称"), cells[head.name]))]
    if body:
        rows.append(Row((_worded(head.labelled[head.name], "单位名称"), body)))
    for column, label in head.labelled.items():
        value = cells.get(column) or inherited.get(column)
        if column != head.name and value:
            rows.append(Row((label, value)))
    return [*rows, Row(head.table)]


def _worded(cell: Cell, word: str) -> Cell:
    """A head's cell with the one of its two meanings that is meant."""
    return Cell(((cell.line, word),), cell.column)
