"""One table of many projects, a project some rows of it -> the rows that each would have as a form of its own.

The columns of the head (项目名称, 预算数, 年度目标 …) become labels with the project's cells behind them; the columns
of the indicators stay a table. Rows of sums and of bodies are no projects. Cells keep their lines and columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values import amounts
from jixiao.ontology.schemes import level_labels

# Titles, year and unit stand at most this many rows above the head.
REACH = 4


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
    def meanings(self) -> Columns:
        """What the columns of the indicators mean."""
        found = heads.head(Row(self.table))
        return found.columns if found else Columns({})

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(cell.column for cell in self.table)


def at(rows: Sequence[Row], index: int) -> Register | None:
    """The table of many projects whose head begins at a row."""
    head = _head(*rows[index : index + 2])
    if not head:
        return None
    top = above(rows[max(0, index - REACH) : index])
    last = index + head.rows
    while last < len(rows) and not _ends(rows[last]):
        last += 1
    below = [row for row in rows[index + head.rows : last] if row.filled and not heads.head(row) and not _counts(row)]
    forms = tuple(_below(top, form) for form in _forms(head, below))
    return Register(forms, index, last) if forms else None


def _below(above: list[Row], form: list[Row]) -> tuple[Row, ...]:
    """A project's rows below what stands above all; its own bodies come before those, and hold."""
    own = [row for row in form if row.filled and _is_body(row.filled[0])]
    return (*own, *above, *(row for row in form if row not in own))


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
    levels = [column for column, meaning in columns.meanings(Row(lower)) if meaning == "level1"]
    start = min(levels, default=0)
    known = all(labels().is_word(bare(cell.text)) for cell in upper if cell.column < start)
    if len(names) != 1 or names[0].column >= start or not known:
        return None
    labelled = {cell.column: cell for cell in upper if cell.column < start}
    # Below 预算数 may stand 小计, which is it, and its parts.
    labelled |= {c.column: c for c in lower if c.column < start and bare(c.text) not in labels().sums}
    table = tuple(cell for cell in lower if cell.column >= start)
    return _Head(names[0].column, bare(names[0].text) in labels().mixed, labelled, table, count)


def _names(cell: Cell) -> bool:
    return labels().fields.get(bare(cell.text)) == "name" or bare(cell.text) in labels().mixed


def _ends(row: Row) -> bool:
    """Whether something else begins: a title, or a form's own label with its value."""
    first = row.filled[0] if row.filled else None
    if not first or heads.head(row):
        return False
    alone = len(row.filled) == 1
    title = alone and any(labels().line(name, first.text) for name in ("form_title", "narrative_title"))
    return title or labels().fields.get(bare(first.text)) == "name"


def _counts(row: Row) -> bool:
    """Whether a row only numbers the columns."""
    return len(row.filled) > 1 and [cell.text.strip() for cell in row.filled] == [
        str(n) for n in range(1, len(row.filled) + 1)
    ]


def above(rows: Iterable[Row]) -> list[Row]:
    """Title, year, unit and body above the head: they are those of each project."""
    return [row for row in rows if any(_is_heading(cell) for cell in row.filled)]


def _is_heading(cell: Cell) -> bool:
    word = cell.text.replace("：", ":").partition(":")[0]
    return _is_body(Cell(((cell.line, word),))) or any(
        labels().line(name, cell.text) for name in ("form_title", "form_year", "form_unit")
    )


def _forms(head: _Head, rows: Iterable[Row]) -> Iterator[list[Row]]:
    reader = _Reader(head)
    for row in rows:
        yield from reader.row(_moved(head, row))
    if reader.form:
        yield reader.form


@dataclass
class _Reader:
    head: _Head
    form: list[Row] = field(default_factory=list)  # of the project that goes on
    name: str | None = None
    bodies: frozenset[str] = frozenset()  # of that project
    body: Cell | None = None  # named in the column of names, above its projects
    above: dict[int, Cell] | None = None  # a row of a body, or of a project whose indicators stand below it
    inherited: dict[int, Cell] = field(default_factory=dict)

    def row(self, row: Row) -> Iterator[list[Row]]:
        """Takes a row; gives the rows of the project before, where another begins."""
        cells = {cell.column: cell for cell in row.filled}
        labelled = {column: cell for column, cell in cells.items() if column < min(self.head.columns)}
        table = tuple(cell for cell in row.cells if cell.column in self.head.columns)
        if any(bare(cell.text) in labels().sums for cell in labelled.values()):
            self.above = None
        elif self.head.name in cells and not any(table):
            if self.above and self.head.mixed:
                self.body = self.above[self.head.name]
            self.above = cells
        elif self.head.name in cells:
            if self.above and self.head.mixed:
                self.body = self.above[self.head.name]
            self.above = None
            yield from self._begun(cells)
        elif self.above:
            cells, self.above = self.above | cells, None
            yield from self._begun(cells)
        if any(table) and self.form:
            blank = Cell(((row.first_line, ""),), min(self.head.columns) - 1)  # a cell alone is no paragraph here
            self.form.append(Row(table if len(table) > 1 else (blank, *table)))

    def _begun(self, cells: dict[int, Cell]) -> Iterator[list[Row]]:
        """Another project, where its name or its body differs; the form of the one before."""
        of_bodies = [column for column, label in self.head.labelled.items() if _is_body(label)]
        self.inherited |= {column: cells[column] for column in of_bodies if column in cells}
        bodies = frozenset(cells[column].text for column in of_bodies if column in cells)
        name = cells[self.head.name].text
        if name == self.name and bodies <= self.bodies:
            return
        if self.form:
            yield self.form
        self.name, self.bodies = name, bodies
        self.form = _labelled(self.head, cells, self.inherited, self.body)


def _moved(head: _Head, row: Row) -> Row:
    """The row in the head's columns: one that lost cells at its left, which others span, is moved as a whole."""
    if _suits(head, row):
        return row
    shifts = range(1, max(head.columns) + 1)
    moved = [Row(tuple(cell.moved(cell.column + shift) for cell in row.cells)) for shift in shifts]
    found = [row for row in moved if _suits(head, row)]
    if len(found) == 1:
        return found[0]
    # Which cells of the table it lost is for the table to tell.
    first, start = bare(row.filled[0].text), min(head.columns)
    if first in level_labels() and row.filled[0].column < start:
        return Row(tuple(cell.moved(cell.column + start) for cell in row.cells))
    return row


def _suits(head: _Head, row: Row) -> bool:
    """Whether each cell may stand in its column."""
    labelled = {cell.column: cell for cell in row.filled if cell.column < min(head.columns)}
    table = Row(tuple(cell for cell in row.filled if cell.column >= min(head.columns)))
    levels = level_labels()
    for column, cell in labelled.items():
        label = head.labelled.get(column)
        money = label is not None and bare(label.text) in labels().amounts
        figure = amounts.quantity(cell.text) is not None or amounts.is_blank(cell.text)
        told = label is not None and bare(label.text) in labels().goals
        if bare(cell.text) in levels or (money and not figure) or (figure and not money and not told):
            return False
    return not table.filled or columns.fits(head.meanings, table)


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
