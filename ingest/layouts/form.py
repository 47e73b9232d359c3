"""One 绩效目标申报表: its rows -> a Form. Labels and the cells after them, goals, the table of indicators.

What money says is in funds.py.
"""

import re
from dataclasses import dataclass, field

from jixiao.ingest import amounts
from jixiao.ingest.layouts import heads, indicators
from jixiao.ingest.layouts.funds import Funds
from jixiao.ingest.layouts.labels import bare, labels
from jixiao.ingest.layouts.marks import Marks
from jixiao.ingest.layouts.segments import Segment, labels_apart
from jixiao.ingest.model import Form, Printed
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Cell, Row
from jixiao.ontology.identity import key

_BODIES = frozenset({"competentDepartment", "implementingUnit", "filingUnit"})
# The number of a body in a budget system, before or behind its name: [101]某局, 101001-某局, 某局（101）.
_CODE = re.compile(
    r"^\s*[\[【(（]?\d{3,}[\]】)）]?\s*[-—–_、.．]?\s*(?=\D)|\s*[-—–_]?\s*[\[【(（]?\d{3,}[\]】)）]?\s*$"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?")
# A goal is told in words; what is shorter beside 绩效目标 is none.
_SHORTEST_GOAL = 5


@dataclass
class _Reader:
    marks: Marks
    funds: Funds
    fields: dict[str, Printed] = field(default_factory=dict)
    goal_columns: dict[str, int] = field(default_factory=dict)
    goal_cells: list[Cell] = field(default_factory=list)
    year: int | None = None
    number: int | None = None
    in_goals: bool = False
    above: dict[int, str] = field(default_factory=dict)  # the row above, where it is nothing but labels of money
    awaited: str | None = None  # of a label at the end of its row, whose value starts the next

    def row(self, row: Row) -> None:
        """One row above the indicator table."""
        if len(row.filled) == 1 and self._title(row.filled[0]):
            return
        row = labels_apart(row)
        words = [bare(cell.text) for cell in row.filled]
        goals = {
            labels().goals[word]: cell.column
            for word, cell in zip(words, row.filled, strict=True)
            if word in labels().goals
        }
        if goals:
            self.goal_columns.update(goals)
            self.in_goals = True
        elif words and words[0] in {*labels().fields, *labels().amounts, *labels().others}:
            self.in_goals = False
        if self.in_goals:
            self._goal_row(row)
        else:
            self._labelled(row)

    def _title(self, cell: Cell) -> bool:
        title, year = labels().line("form_title", cell.text), labels().line("form_year", cell.text)
        unit = labels().line("form_unit", cell.text)
        if title:
            self.number = int(title["number"]) if title["number"] else None
            stated = _YEAR.search(folded(cell.text))
            self.year = int(stated[1]) if stated else self.year
        elif year:
            self.year = int(year["year"])
        elif unit:
            self.funds.unit = amounts.unit(cell.text)
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
            elif (runs[-1][0] and not labels().line("form_unit", cell.text)) or not self._title(cell):
                runs[-1][1].append(cell)
        before = [cell for cell in runs[0][1] if cell]
        above, self.above = self.above, {}
        if len(runs) == 1 and self._below(above, before):
            return
        if not any(cell for _, cells in runs for cell in cells):
            named = ((self.funds.name_of(cell), cell.column) for cell in row.filled)
            self.above = {column: name for name, column in named if name}
        if awaited and len(before) == 1:
            self._value(awaited, before[0])
        for meaning, cells in runs:
            if meaning and cells:
                self._run(meaning, cells)
        self.awaited = runs[-1][0] if not runs[-1][1] else None

    def _below(self, above: dict[int, str], cells: list[Cell]) -> bool:
        """Takes a row of figures below a row of labels of money; whether it is one."""
        if len(cells) < 2 or not all(cell.column in above and amounts.quantity(cell.text) for cell in cells):
            return False
        for cell in cells:
            self._value(above[cell.column], cell)
        return True

    def _label(self, word: str, cell: Cell) -> str | None:
        """What the value of a label is: the local name of a field or an amount; None where it has none to keep."""
        if word in labels().persons:
            self.marks.person(cell)
            return None
        self.marks.known([cell])
        stated = amounts.unit(cell.text)
        if (word in labels().groups or word in labels().others) and stated:
            self.funds.unit = stated
        if word in labels().amounts:
            return self.funds.label(labels().amounts[word], cell)
        return "goal" if word in _GOAL_GROUPS else labels().fields.get(word)

    def _run(self, meaning: str, cells: list[Cell]) -> None:
        """The value is the cell beside the label, or the only filled one before the next label.

        Of several behind a blank one, the first may be a label that is not known.
        """
        filled = [cell for cell in cells if cell]
        if not filled or cells[0] or len(filled) == 1:
            self._value(meaning, filled[0] if filled else cells[0])

    def _value(self, meaning: str, cell: Cell) -> None:
        if meaning in self.funds.units:
            self.funds.cells.setdefault(meaning, cell)
        elif meaning == "goal":
            if len(folded(cell.text)) >= _SHORTEST_GOAL and not self.goal_columns:
                self.goal_columns["overallGoal"] = cell.column
                self.goal_cells.append(cell)
        elif amounts.is_blank(cell.text):
            self.marks.known([cell])
        elif key(cell.text):
            printed = Printed.of(cell)
            self.fields.setdefault(meaning, _without_code(printed) if meaning in _BODIES else printed)

    def _goal_row(self, row: Row) -> None:
        for cell in row.filled:
            word = bare(cell.text)
            lines = ("period", "form_year", "ruler")
            if labels().is_label(word) or any(labels().line(name, cell.text) for name in lines):
                self.marks.known([cell])
            else:
                self.goal_cells.append(cell)

    @property
    def year_is_last(self) -> bool:
        """Whether what is asked for the year stands right of what is asked for several years, as the goals do."""
        return self.goal_columns.get("annualGoal", 1) >= self.goal_columns.get("overallGoal", 0)

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


_GOAL_GROUPS = frozenset({"绩效目标", "项目绩效目标"})


def _without_code(printed: Printed) -> Printed:
    """A body's name without its number in the budget system; a number alone stays."""
    parts = tuple((place, _CODE.sub("", text)) for place, text in printed.parts)
    return Printed(tuple(part for part in parts if part[1])) if any(text for _, text in parts) else printed


def read(segment: Segment, marks: Marks) -> Form:
    """The form in a segment; `breaks_off` names the line where it ends before its last cell."""
    reader = _Reader(marks, Funds(segment.inferred))
    for index, row in enumerate(segment.rows):
        if table_head := heads.head(row, reader.year_is_last):
            marks.known_row(row)
            table = indicators.read(segment.rows[index + 1 :], table_head, marks, reader.year_is_last)
            return _form(reader, table)
        reader.row(row)
    torn_at = max(row.last_line for row in segment.rows)
    return _form(reader, indicators.Table((), torn_at))


def _form(reader: _Reader, table: indicators.Table) -> Form:
    fields = dict(reader.fields)
    if filing := fields.pop("filingUnit", None):
        fields.setdefault("implementingUnit", filing)
    return Form(
        fields,
        reader.funds.amounts(),
        reader.goals(),
        table.indicators,
        reader.number,
        reader.year,
        table.torn_at,
    )
