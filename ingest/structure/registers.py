"""Divide a register (a table of many projects) into the rows that each project would have in a form of its own.

The columns of the head (项目名称, 预算数, 年度目标 …) become labels followed by the project's cells; the columns of the
indicators stay a table. Rows of sums and of bodies are no projects. Cells keep their lines and columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from jixiao.ingest.model import BODIES
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.labels import bare, labels, names_projects
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level_labels

# Titles, year and unit are at most this many rows above the head.
REACH = 4  # most rows from title, year and unit to the head of a register


@dataclass(frozen=True)
class Register:
    """The projects of one table as rows of forms; `first` and `last` are its rows in the file (`last` is excluded).

    `again` are cells without new information: serial numbers, repeated heads, a project's name beside each indicator.
    """

    forms: tuple[tuple[Row, ...], ...]
    first: int
    last: int
    again: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class _Head:
    """The head of a register, with columns by number."""

    name: int
    labelled: dict[int, Cell]  # the columns that become labels of a form
    serials: frozenset[int]  # those of them that hold serial numbers
    table: tuple[Cell, ...]  # the head of the indicators
    meanings: Columns  # the meanings of their columns
    start: int  # the first of these columns
    rows: int  # number of rows of the head

    @property
    def last(self) -> int:
        """The number of the last column."""
        return self.table[-1].column


def at(rows: Sequence[Row], index: int) -> Register | None:
    """Return the register whose head begins at an index, or None."""
    found = head(*rows[index : index + 2])
    if not found:
        return None
    top = above(rows[max(0, index - REACH) : index])
    last = index + found.rows
    while last < len(rows) and not _ends(rows[last]):
        last += 1
    below = [row for row in rows[index + found.rows : last] if row.filled]
    told = [row for row in below if not columns.head(row)]
    reader = _Reader(found)
    forms = tuple(_below(top, form) for form in _forms(reader, told))
    again = (*reader.again, *(cell for row in below if row not in told for cell in row.filled))
    return Register(forms, index, last, again) if forms else None


def _below(above: list[Row], form: list[Row]) -> tuple[Row, ...]:
    """Return a project's rows with the rows above the table added; its own bodies come first, so that they count."""
    own = [row for row in form if row.filled and _is_body(row.filled[0].text)]
    return (*own, *above, *(row for row in form if row not in own))


def head(row: Row, following: Row | None = None) -> _Head | None:
    """Return the head in one row or two rows, or None."""
    upper, lower, count = row.filled, row.filled, 1
    if not columns.head(row):
        if following is None or not columns.head(following):
            return None
        lower, count = following.filled, 2
    names = [cell for cell in upper if names_projects(cell.text)]
    levels = [column for column, meaning in columns.meanings(Row(lower)) if meaning == "level1"]
    start = min(levels, default=0)
    known = all(is_word(cell.text) for cell in upper if cell.column < start)
    if len(names) != 1 or names[0].column >= start or not known:
        return None
    labelled = {cell.column: cell for cell in upper if cell.column < start}
    # Below 预算数 may be 小计, which has the same meaning, and its parts.
    labelled |= {c.column: c for c in lower if c.column < start and bare(c.text) not in labels().sums}
    serials = frozenset(column for column, cell in labelled.items() if bare(cell.text) in labels().numbering)
    table = tuple(cell for cell in lower if cell.column >= start)
    found = columns.head(Row(table))
    meanings = found.columns if found else Columns({})
    return _Head(names[0].column, labelled, serials, table, meanings, start, count)


def _ends(row: Row) -> bool:
    """Return whether a row ends the register: a title, or a form's label of the project's name."""
    first = row.filled[0] if row.filled else None
    if not first or columns.head(row):
        return False
    alone = len(row.filled) == 1
    title = alone and any(labels().line(name, first.text) for name in ("form_title", "narrative_title"))
    return title or labels().fields.get(bare(first.text)) == "name"


def above(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of title, year, unit and body above the head, which apply to each project."""
    lines = ("form_title", "form_year", "form_unit")
    return [
        row
        for row in rows
        if any(
            _is_body(folded(cell.text).partition(":")[0]) or any(labels().line(name, cell.text) for name in lines)
            for cell in row.filled
        )
    ]


def _forms(reader: "_Reader", rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each project's form."""
    for row in rows:
        if row.withheld:
            reader.form += [row] if reader.form else []
            continue
        yield from reader.row(_moved(reader.head, row))
    if reader.form:
        yield reader.form


@dataclass
class _Reader:
    """The state between rows of a register: the current project, and the bodies named so far."""

    head: _Head
    form: list[Row] = field(default_factory=list)  # rows of the current project
    name: str | None = None
    bodies: frozenset[str] = frozenset()  # the bodies of the current project
    above: dict[int, Cell] | None = None  # a row with a body, or with a project whose indicators are below it
    inherited: dict[int, Cell] = field(default_factory=dict)
    told: frozenset[str] = frozenset()  # texts of the current project's first row
    again: list[Cell] = field(default_factory=list)

    def row(self, row: Row) -> Iterator[list[Row]]:
        """Read a row, and yield the form of the previous project if a new one begins."""
        cells = {cell.column: cell for cell in row.filled}
        table = tuple(cell for cell in row.cells if cell.column in {each.column for each in self.head.table})
        self.again += [self.head.labelled[n] for n in self.head.serials]
        named = cells.get(self.head.name)
        is_sum = any(bare(cell.text) in labels().sums for column, cell in cells.items() if column < self.head.start)
        if is_sum or (named and amounts.quantity(named.text)):
            self.above = None  # a sum of all projects, or of a body's projects with the blank name lost
        elif self.head.name in cells:
            self.above = None if any(table) else cells
            if any(table):
                yield from self._begun(cells)
        elif self.above:
            cells, self.above = self.above | cells, None
            yield from self._begun(cells)
        if any(table) and self.form:
            blank = Cell(((row.first_line, ""),), self.head.start - 1)  # a row of one cell would be read as a paragraph
            self.form.append(Row(table if len(table) > 1 else (blank, *table)))

    def _begun(self, cells: dict[int, Cell]) -> Iterator[list[Row]]:
        """Begin a new project if the name or body differs, and yield the form of the previous one."""
        of_bodies = [column for column, label in self.head.labelled.items() if _is_body(label.text)]
        self.inherited |= {column: cells[column] for column in of_bodies if column in cells}
        bodies = frozenset(cells[column].text for column in of_bodies if column in cells)
        name = cells[self.head.name].text
        if name == self.name and bodies <= self.bodies:
            self.again += (cells[n] for n in self.head.labelled if n in cells and cells[n].text in self.told)
            return
        if self.form:
            yield self.form
        self.name, self.bodies = name, bodies
        self.told = frozenset(cell.text for cell in cells.values())
        self.form = _labelled(self.head, cells, self.inherited)


def _moved(head: _Head, row: Row) -> Row:
    """Return a row in the head's columns, moved right if it lost cells at its left that rows above span."""
    if any(bare(cell.text) in labels().sums for cell in row.filled):
        return row
    lost = head.last - row.cells[-1].column
    at_right = _shifted(row, lost)
    if len(row.filled) > 1 and lost > 0 and row.cells[-1].column < head.start and _suits(head, at_right):
        return at_right  # more likely a row of indicators without labels than a row of labels only
    first = row.filled[0]
    begins_with_level = bare(first.text) in level_labels() and first.column < head.start
    if _suits(head, row) and not begins_with_level:
        return row
    found = [moved for shift in range(1, head.last + 1) if _suits(head, moved := _shifted(row, shift))]
    if len(found) == 1:
        return found[0]
    # The reader of the table of indicators finds out which cells are lost.
    return _shifted(row, head.start) if begins_with_level else row


def _shifted(row: Row, shift: int) -> Row:
    """Return a row with its cells moved right by a number of columns."""
    return Row(tuple(cell.moved(cell.column + shift) for cell in row.cells))


def _suits(head: _Head, row: Row) -> bool:
    """Return whether each cell of indicators suits its column."""
    cells = [cell for cell in row.filled if cell.column >= head.start]
    return columns.fit_at(head.meanings, [(cell.column, cell) for cell in cells])


def _is_body(label: str) -> bool:
    """Return whether a label is that of a department or unit."""
    return labels().fields.get(bare(label)) in BODIES


def _labelled(head: _Head, cells: dict[int, Cell], inherited: dict[int, Cell]) -> list[Row]:
    """Return a project's name, body, money and goals as rows of label and value, and the head of its indicators."""
    label = head.labelled[head.name]
    rows = [Row((Cell(((label.line, labels().usual("name")),), label.column), cells[head.name]))]
    for column, label in head.labelled.items():
        value = cells.get(column) or inherited.get(column)
        if column != head.name and value:
            rows.append(Row((label, value)))
    return [*rows, Row(head.table)]
