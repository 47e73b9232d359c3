"""Read the goals of a form: labels above or at the left of texts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.structure.forms.wording import FORM
from jixiao.ingest.values.plain import folded

_PERIOD, _ITEM = FORM.pattern("period"), FORM.pattern("item_of_goal")
_SHORTEST = 5  # characters of a goal's text
_SHORTEST_BESIDE = 15  # characters of a text beside a part of a goal's label
_OF_TABLES = frozenset({Kind.COLUMN, Kind.LEVEL})  # below goals, in a table without a head
_LINES = ("period", "form_year", "ruler")  # patterns in labels.toml of lines among the labels of goals


@dataclass
class Goals:
    """The goals of one form: columns of their labels by local name, cells with text, and blank cells in their rows."""

    marks: Marks
    columns: dict[str, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    blanks: list[Cell] = field(default_factory=list)
    period: Printed | None = None  # the period in brackets after a label
    are_open: bool = False  # True after a text on a line of its own, which the next row may continue
    labels: list[Cell] = field(default_factory=list)

    def labelled(self, row: Row) -> bool:
        """Note the labels of goals in a row, and return whether the row has any."""
        found = {cell: told.meaning for cell in row.filled if (told := role(cell)).kind is Kind.GOAL}
        if not found and _is_torn_label(row):
            found = {row.filled[0]: "annualGoal"}
        self.labels += found
        self.columns.update({meaning: cell.column for cell, meaning in found.items() if meaning})
        return bool(found)

    def row(self, row: Row) -> None:
        """Read a row of labels or texts of goals."""
        if not any(role(cell).kind is Kind.GOAL for cell in row.filled):
            self.blanks += (cell for cell in row.cells if not cell)
        self.are_open = len(row.cells) == 1 and not _is_label(row.cells[0])
        self.take_period(row)
        for cell in row.filled:
            if cell in self.labels or _is_label(cell):
                self.marks.known([cell])
            else:
                self.cells.append(cell)

    def take_period(self, row: Row) -> None:
        """Keep the first period in brackets of a row; its place is certain even if the division into cells is not."""
        for cell in row.filled:
            if self.period is None and (found := _PERIOD.search(cell.text)):
                self.period = Printed(((_place_of(cell, found.group()), found.group()),))

    def beside_group(self, cell: Cell) -> None:
        """Read a cell beside 绩效目标: its text is the overall goal if no label of a goal was found."""
        if len(folded(cell.text)) >= _SHORTEST and not self.columns:
            self.columns["overallGoal"] = cell.column
            self.cells.append(cell)

    def goes_on(self, cell: Cell) -> None:
        """Add a line to the text beside 绩效目标 if the line is numbered as the items of goals are."""
        if self.cells and _ITEM.match(cell.text):
            self.cells.append(cell)

    def texts(self) -> dict[str, Printed]:
        """Return the goals by local name: in the order of their labels if each has one text, otherwise by columns."""
        by_column = sorted(self.columns, key=lambda name: self.columns[name])
        places = {cell.column for cell in self.cells}
        first, last = (self.columns[by_column[0]], self.columns[by_column[-1]]) if by_column else (0, 0)
        alone = len(places) == 1 and len(by_column) > 1 and (first != last or len(self.cells) == 1)
        if self._over and alone and places == {first}:
            # The first label spans the rows of the other one, whose text has lost the column at its left.
            below = len(self.labels) == len(by_column) and all(cell.line < self.cells[0].line for cell in self.labels)
            return {by_column[1]: Printed.of(*self.cells)} if below else {}
        below_last = alone and places == {last} != {first}
        one_each = len(self.cells) == len(by_column) and not below_last
        found: dict[str, list[Cell]] = {}
        for index, cell in enumerate(self.cells):
            left = [name for name in by_column if self.columns[name] <= cell.column]
            name = by_column[index] if one_each else (left or by_column)[-1 if left else 0]
            found.setdefault(name, []).append(cell)
        return {name: Printed.of(*cells) for name, cells in found.items()}

    def left_blank(self, told: Collection[str]) -> Iterator[tuple[str, Place]]:
        """Yield the goals with only blank cells beside their labels; `told` names the goals that have a text."""
        if self.cells and not told:
            return  # it is unknown to which goal the text belongs
        bounds = [*sorted(self.columns.values()), 1 + max((cell.column for cell in self.blanks), default=0)]
        for name, column in self.columns.items():
            after = next((bound for bound in bounds if bound > column), column)
            blank = [cell for cell in self.blanks if column <= cell.column < after]
            filled = any(column <= cell.column < after for cell in self.cells)
            if name not in told and blank and not filled:
                yield name, blank[0].places[0]

    @property
    def _over(self) -> bool:
        """True if the first label may span the rows of the other labels."""
        return bool(self.labels) and role(self.labels[0]).word in labels().over_goals

    @property
    def year_is_last(self) -> bool:
        """True if the goal of the year is at the right of the goal of several years."""
        return self.columns.get("annualGoal", 1) >= self.columns.get("overallGoal", 0)


def _is_label(cell: Cell) -> bool:
    """Return whether a cell is a label, or the part of one left by a page break: 绩效目标 or 目标 of 项目绩效目标."""
    told = role(cell)
    word = told.word
    known = told.is_label or told.kind in _OF_TABLES or any(labels().line(name, cell.text) for name in _LINES)
    return known or any(word in label for label in labels().groups | labels().goals.keys())


def _is_torn_label(row: Row) -> bool:
    """Return whether a row is a text and, before it, the part of the label of the year's goal left by a page break."""
    if len(row.filled) != 2:
        return False
    first, text = row.filled
    return role(first).word in FORM.words("torn_goals") and len(folded(text.text)) >= _SHORTEST_BESIDE


def _place_of(cell: Cell, words: str) -> Place:
    """Return the place of a part of a cell's text."""
    return next((cell.place(line) for line, text in cell.parts if words.strip() in text), cell.places[0])
