"""One 绩效目标申报表: its rows -> a Form. Labels and the cells after them, money, goals, the table of indicators."""

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.ingest import amounts
from jixiao.ingest.layouts import indicators
from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.layouts.marks import Marks
from jixiao.ingest.layouts.segments import Segment
from jixiao.ingest.model import Amount, Form, Printed
from jixiao.ingest.rendition import Cell, Row
from jixiao.ontology.identity import key


@dataclass
class _Reader:
    marks: Marks
    fields: dict[str, Printed] = field(default_factory=dict)
    units: dict[str, Decimal | None] = field(default_factory=dict)  # of each amount's label, where it states one
    money: dict[str, Cell] = field(default_factory=dict)
    unit: Decimal | None = None  # of the form as a whole
    goal_columns: dict[str, int] = field(default_factory=dict)
    goal_cells: list[Cell] = field(default_factory=list)
    year: int | None = None
    number: int | None = None
    awaited: str | None = None  # of a label at the end of its row, whose value starts the next

    def row(self, row: Row) -> None:
        """One row above the indicator table."""
        if len(row.filled) == 1 and self._title(row.filled[0]):
            return
        goals = {
            labels().goals[word]: cell.column for cell in row.filled if (word := bare(cell.text)) in labels().goals
        }
        if goals:
            self.goal_columns.update(goals)
        if self.goal_columns:
            self._goal_row(row)
        else:
            self._labelled(row)

    def _title(self, cell: Cell) -> bool:
        title, year = labels().line("form_title", cell.text), labels().line("form_year", cell.text)
        unit = labels().line("form_unit", cell.text)
        if title:
            self.number = int(title["number"]) if title["number"] else None
            stated = title["year"] or title["year2"]
            self.year = int(stated) if stated else None
        elif year:
            self.year = int(year["year"])
        elif unit:
            self.unit = amounts.unit(cell.text)
        if title or year or unit:
            self.marks.known([cell])
        return bool(title or year or unit)

    def _labelled(self, row: Row) -> None:
        """Labels, each with what stands between it and the next label."""
        awaited, self.awaited = self.awaited, None
        runs: list[tuple[str | None, list[Cell]]] = [(None, [])]
        for cell in row.cells:
            word = bare(cell.text)
            if labels().is_label(word):
                runs.append((self._label(word, cell), []))
            elif runs[-1][0] or not self._title(cell):
                runs[-1][1].append(cell)
        before = [cell for cell in runs[0][1] if cell]
        if awaited and len(before) == 1:
            self._value(awaited, before[0])
        for meaning, cells in runs:
            if meaning and cells:
                self._run(meaning, cells)
        self.awaited = runs[-1][0] if not runs[-1][1] else None

    def _label(self, word: str, cell: Cell) -> str | None:
        """What the value of a label is: the local name of a field or an amount; None where it has none to keep."""
        if word in labels().persons:
            self.marks.person(cell)
            return None
        self.marks.known([cell])
        stated = amounts.unit(cell.text)
        if word in labels().groups and stated:
            self.unit = stated
        if word not in labels().amounts:
            return labels().fields.get(word)
        name = labels().amounts[word]
        if name == "otherFunds" and name in self.units:
            name = "annualOtherFunds"
        self.units[name] = stated
        return name

    def _run(self, meaning: str, cells: list[Cell]) -> None:
        """The value is the cell beside the label, or the only filled one before the next label.

        Of several behind a blank one, the first may be a label that is not known.
        """
        filled = [cell for cell in cells if cell]
        if not filled or cells[0] or len(filled) == 1:
            self._value(meaning, filled[0] if filled else cells[0])

    def _value(self, meaning: str, cell: Cell) -> None:
        if meaning in self.units:
            self.money.setdefault(meaning, cell)
        elif amounts.is_blank(cell.text):
            self.marks.known([cell])
        elif key(cell.text):
            self.fields.setdefault(meaning, Printed.of(cell))

    def _goal_row(self, row: Row) -> None:
        for cell in row.filled:
            word = bare(cell.text)
            lines = ("period", "form_year", "ruler")
            if labels().is_label(word) or any(labels().line(name, cell.text) for name in lines):
                self.marks.known([cell])
            else:
                self.goal_cells.append(cell)

    def goals(self) -> dict[str, Printed]:
        """Goal texts by name: in the order of their labels where there is one each, else by their columns."""
        by_column = sorted(self.goal_columns, key=lambda name: self.goal_columns[name])
        found: dict[str, list[Cell]] = {}
        one_each = len(self.goal_cells) == len(by_column)
        for index, cell in enumerate(self.goal_cells):
            left = [name for name in by_column if self.goal_columns[name] <= cell.column]
            name = by_column[index] if one_each else (left or by_column)[-1 if left else 0]
            found.setdefault(name, []).append(cell)
        return {name: Printed.of(*cells) for name, cells in found.items()}

    def amounts(self) -> tuple[Amount, ...]:
        """The amounts in yuan; a unit that is stated nowhere is yuan, and said to be inferred."""
        why = None if self.unit else "表中未注明金额单位，按元计 · no unit of money is stated: taken as yuan"
        found = []
        for name, cell in self.money.items():
            stated = self.units[name]
            try:
                value: Decimal | str | None = amounts.money(cell.text, stated or self.unit or amounts.YUAN)
            except ValueError:
                value = cell.text
            found.append(Amount(name, value, cell.places, None if stated or amounts.names_unit(cell.text) else why))
        return tuple(found)


def read(segment: Segment, marks: Marks) -> Form:
    """The form in a segment; `breaks_off` names the line where it ends before its last cell."""
    reader = _Reader(marks)
    for index, row in enumerate(segment.rows):
        if table_head := indicators.head(row):
            marks.known_row(row)
            table = indicators.read(segment.rows[index + 1 :], table_head, marks)
            return _form(reader, table)
        reader.row(row)
    torn_at = max(row.last_line for row in segment.rows)
    return _form(reader, indicators.Table((), torn_at))


def _form(reader: _Reader, table: indicators.Table) -> Form:
    return Form(
        reader.fields,
        reader.amounts(),
        reader.goals(),
        table.indicators,
        reader.number,
        reader.year,
        table.torn_at,
    )
