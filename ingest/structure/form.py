"""One 绩效目标申报表: its rows -> a Form. Labels and the cells after them, goals, the table of indicators.

What money says is in funds.py.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from jixiao.ingest.model import Form, Printed, Section
from jixiao.ingest.rendition import MASK, Cell, Place, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.choices import chosen
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.structure import indicators
from jixiao.ingest.structure.funds import Funds
from jixiao.ingest.structure.segments import Segment, labels_apart
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import key

_DATES = frozenset({"startDate", "endDate"})
_BODIES = frozenset({"competentDepartment", "implementingUnit", "filingUnit", "localDepartment"})
# The number of a body in a budget system, before or behind its name: [101]某局, 101001-某局, 某局（101）. Blanks are
# bounded or possessive: a cell may hold a million of them.
_NUMBER_BEFORE = r"\s{0,9}[\[【(（]?\d{3,}[\]】)）]?\s{0,9}[-—–_、.．]?\s{0,9}"
_NUMBER_BEHIND = r"(?:(?<!\s)\s++)?+(?:[-—–_]\s*+)?[\[【(（]?(?<!\d)\d{3,}[\]】)）]?\s*+$"
_CODE = re.compile(rf"^{_NUMBER_BEFORE}(?=\D)|{_NUMBER_BEHIND}")
_NUMBERED_BODY = re.compile(rf"{_NUMBER_BEFORE}\D+")
_CHOICES = frozenset({"category", "nature"})
# What may be meant as an amount, be it no number; other words beside a label of money are further labels.
_FIGURE = re.compile(r"\d|[零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟][万亿元]|若干|待定|不详")
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}\s*[:：]")  # a label in front of its value
# What the publisher has blackened is no name.
_MASKED = re.compile(r"(?:[\[(（【]\d+[\])）】])?\s*[*＊×■█]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?")
# A goal is told in words; what is shorter beside 绩效目标 is none.
_SHORTEST_GOAL = 5
FIELDS = frozenset({"name", "category", "nature", "competentDepartment", "implementingUnit", "startDate", "endDate"})
"""What a form may be blank in, beside money and goals."""
_PERIOD = re.compile(
    r"[（(]\s{0,3}(?:\d{4})?\s{0,3}年\s{0,3}[-—–~至到]{1,2}\s{0,3}(?:\d{4})?\s{0,3}年?(?:\+\d)?\s{0,3}[)）]"
)
_SHORTEST_LINE = 20  # of a text that goes on below


@dataclass
class _Reader:
    marks: Marks
    funds: Funds
    fields: dict[str, Printed] = field(default_factory=dict)
    goal_columns: dict[str, int] = field(default_factory=dict)
    goal_cells: list[Cell] = field(default_factory=list)
    over_goals: bool = False  # whether the first label of the goals may stand over their rows
    year: int | None = None
    number: int | None = None
    title: Place | None = None  # where the number stands
    in_goals: bool = False
    above: dict[int, str] = field(default_factory=dict)  # the row above, where it is nothing but labels of money
    last: dict[int, tuple[str, Cell]] = field(default_factory=dict)  # the values of the row above, by their columns
    sections: dict[str, Cell] = field(default_factory=dict)  # the label of each row that holds one
    texts: dict[str, list[Cell]] = field(default_factory=dict)  # what stands behind these labels
    latest: str | None = None  # the label read last
    group: Cell | None = None  # the word over the labels of money
    open_aside: bool = False  # whether the row above ends with a label whose value is not kept
    awaited: str | None = None  # of a label at the end of its row, whose value starts the next
    blanks: dict[str, Place] = field(default_factory=dict)  # cells beside labels that hold nothing
    goal_blanks: list[Cell] = field(default_factory=list)  # the same of the rows that hold the goals
    period: Printed | None = None  # in brackets in the head of the goals
    titles: list[Printed] = field(default_factory=list)
    sides: bool | None = None  # whether words over the table say that the year's indicators stand at the right

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
            self.over_goals = self.over_goals or words[0] in labels().over_goals
            self.in_goals = True
        elif words and labels().ends_goals(words[0]):
            self.in_goals = False
        (self._goal_row if self.in_goals else self._labelled)(row)

    def _title(self, cell: Cell) -> bool:
        title, year, unit = (labels().line(name, cell.text) for name in ("form_title", "form_year", "form_unit"))
        if title:
            self.titles.append(Printed.of(cell))
            self.number = int(title["number"]) if title["number"] else None
            self.title = cell.places[0] if self.number is not None else None
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
        if len(row.filled) == 2 and labels().line("form_unit", row.filled[1].text) and _is_body(row.filled[0]):
            self.fields.setdefault("filingUnit", _without_code(Printed.of(row.filled[0])))
        years = [cell for cell in row.filled if labels().line("form_year", cell.text)]  # several head columns of money
        runs: list[tuple[str | None, list[Cell]]] = [(None, [])]
        for cell in row.cells:
            word = bare(cell.text)
            if labels().is_label(word):
                runs.append((self._label(word, cell), []))
            elif (runs[-1][0] and not labels().line("form_unit", cell.text)) or len(years) > 1 or not self._title(cell):
                runs[-1][1].append(cell)
        before = [cell for cell in runs[0][1] if cell]
        above, self.above = self.above, {}
        if len(runs) == 1 and (self._below(above, before) or self._goes_on(row, before)):
            return
        self.last = {}
        if not any(cell for _, cells in runs for cell in cells):
            named = ((self.funds.name_of(cell), cell.column) for cell in row.filled)
            self.above = {column: name for name, column in named if name}
        no_money = awaited in self.funds.units and not amounts.names_figure(before[0].text if before else "")
        if awaited and len(before) == 1 and not no_money and _may_be_value(awaited, before[0]):
            self._value(awaited, before[0])
        elif len(runs) == 1 and len(before) == 1 and _goes_on(open_text := self.texts.get(self.latest or "", [])):
            open_text.append(before[0])
        for meaning, cells in runs:
            if meaning and cells:
                self._run(meaning, cells)
        self.marks.set_aside(cell for meaning, cells in runs[1:] if meaning is None for cell in cells)
        if self.open_aside and len(runs) == 1 and len(before) == 1:
            self.marks.set_aside(before)
        self.open_aside = len(runs) > 1 and runs[-1] == (None, [])
        self.awaited = runs[-1][0] if not runs[-1][1] and runs[-1][0] != _GROUP else None

    def _goes_on(self, row: Row, cells: list[Cell]) -> bool:
        """Takes cells below values as the rest of them; whether they are."""
        if not cells or len(row.cells) < 2 or any(cell.column not in self.last for cell in cells):
            return False
        if any(_LABELLED.match(cell.text.lstrip("一二三四五六七八九十、0123456789.")) for cell in cells):
            return False
        for cell in cells:
            meaning, value = self.last[cell.column]
            self.fields.pop(meaning, None)
            self.funds.cells.pop(meaning, None)
            self._value(meaning, replace(value, parts=(*value.parts, *cell.parts)))
        return True

    def _below(self, above: dict[int, str], cells: list[Cell]) -> bool:
        """Takes a row of figures below a row of labels of money; whether it is one."""
        if len(cells) < 2 or not all(cell.column in above and amounts.quantity(cell.text) for cell in cells):
            return False
        for cell in cells:
            self._value(above[cell.column], cell)
        return True

    def _label(self, word: str, cell: Cell) -> str | None:
        """What the value of a label is: the local name of a field or an amount; None where it has none to keep."""
        self.latest = word
        if labels().is_person(word):
            self.marks.person(cell)
            return None
        self.marks.known([cell])
        stated = amounts.unit(cell.text)
        if (word in labels().groups or word in labels().others) and stated:
            self.funds.unit = stated
        if word in labels().amounts:
            return self.funds.label(labels().amounts[word], cell)
        if word in labels().money:
            self.group = cell
            return _GROUP
        if word in labels().form_sections:
            self.sections[word] = cell
            return word
        return "goal" if word in _GOAL_GROUPS else labels().fields.get(word)

    def _run(self, meaning: str, cells: list[Cell]) -> None:
        """The value is the cell beside the label, or the only filled one before the next label.

        Of several behind a blank one, the first may be a label that is not known.
        """
        filled = [cell for cell in cells if cell]
        if meaning == _GROUP:
            if self.group and len(filled) == 1 and amounts.names_figure(filled[0].text):
                self._value(self.funds.label("totalAmount", self.group), filled[0])
            return
        if meaning in self.funds.units and sum(bool(amounts.quantity(cell.text)) for cell in filled) > 1:
            return  # of several years or states, nobody says which is asked for
        if not filled or cells[0] or len(filled) == 1:
            self._value(meaning, filled[0] if filled else cells[0])

    def _value(self, meaning: str, cell: Cell) -> None:
        if cell and meaning != "goal":
            self.last[cell.column] = meaning, cell
        elif not cell:
            self.blanks.setdefault(meaning, cell.places[0])
        if meaning in self.funds.units:
            self.marks.set_aside([cell] if self.funds.is_of_years(meaning) else ())
            figure = amounts.is_blank(cell.text) or _FIGURE.search(cell.text)
            if figure and not self.funds.cells.get(meaning):  # words are no amount, but a label that is not known
                self.funds.cells[meaning] = cell
        elif meaning == "goal":
            if len(folded(cell.text)) >= _SHORTEST_GOAL and not self.goal_columns:
                self.goal_columns["overallGoal"] = cell.column
                self.goal_cells.append(cell)
        elif amounts.is_blank(cell.text):
            self.marks.known([cell])
        elif meaning in self.sections:
            self.texts.setdefault(meaning, [cell])
        elif key(cell.text) and not _MASKED.fullmatch(cell.text.strip()) and MASK not in cell.text:
            self._field(meaning, cell)

    def _field(self, meaning: str, cell: Cell) -> None:
        printed = Printed.of(cell)
        if meaning in _BODIES:
            printed = _without_code(printed)
        elif meaning in _CHOICES and (choice := chosen(printed.text)) is not None:
            printed = Printed(((cell.places[0], choice),) if choice else ())
        if meaning == "localDepartment" and printed.parts:  # the nearest stands last: the province's, the county's
            self.fields[meaning] = printed
        elif printed.parts:
            self.fields.setdefault(meaning, printed)

    def _goal_row(self, row: Row) -> None:
        if not any(bare(cell.text) in labels().goals for cell in row.filled):
            self.goal_blanks += (cell for cell in row.cells if not cell)
        for cell in row.filled:
            if self.period is None and (found := _PERIOD.search(cell.text)):
                self.period = Printed(((_place_of(cell, found.group()), found.group()),))
            word = bare(cell.text)
            lines = ("period", "form_year", "ruler")
            known = labels().is_label(word) or any(labels().line(name, cell.text) for name in lines)
            if known or _is_part_of_label(word):
                self.marks.known([cell])
            else:
                self.goal_cells.append(cell)

    def held(self) -> tuple[Section, ...]:
        """The sections that rows of the form hold, in the order of their labels."""
        return tuple(
            Section(word, labels().form_sections[word], label.places[0], _joined(self.texts[word]))
            for word, label in self.sections.items()
            if word in self.texts
        )

    @property
    def year_is_last(self) -> bool:
        """Whether the year stands right of several years: as words over the table say, or else as the goals do."""
        as_goals = self.goal_columns.get("annualGoal", 1) >= self.goal_columns.get("overallGoal", 0)
        return as_goals if self.sides is None else self.sides

    def left_blank(self, goals: Collection[str]) -> tuple[tuple[str, Place], ...]:
        """What the form asks for in cells that hold nothing, with these cells; `goals` are those that are told."""
        fields = {
            name: place for name, place in self.blanks.items() if name in FIELDS and not self.fields.keys() & {name}
        }
        if self.goal_cells and not goals:
            return tuple(fields.items())  # nobody can tell whose the text is
        bounds = [*sorted(self.goal_columns.values()), 1 + max((cell.column for cell in self.goal_blanks), default=0)]
        for name, column in self.goal_columns.items():
            after = next((bound for bound in bounds if bound > column), column)
            blank = [cell for cell in self.goal_blanks if column <= cell.column < after]
            told = any(column <= cell.column < after for cell in self.goal_cells)
            if name not in goals and blank and not told:
                fields[name] = blank[0].places[0]
        return tuple(fields.items())

    def goals(self) -> dict[str, Printed]:
        """Goal texts by name: in the order of their labels where there is one each, else by their columns."""
        by_column = sorted(self.goal_columns, key=lambda name: self.goal_columns[name])
        found: dict[str, list[Cell]] = {}
        lone = len(by_column) > 1 and len(self.goal_cells) == 1
        if self.over_goals and lone and self.goal_cells[0].column == self.goal_columns[by_column[0]]:
            return {}  # the text of which of them, where the cell over both left no column
        one_each = len(self.goal_cells) == len(by_column)
        for index, cell in enumerate(self.goal_cells):
            left = [name for name in by_column if self.goal_columns[name] <= cell.column]
            name = by_column[index] if one_each else (left or by_column)[-1 if left else 0]
            found.setdefault(name, []).append(cell)
        return {name: Printed.of(*cells) for name, cells in found.items()}


def _goes_on(cells: list[Cell]) -> bool:
    """Whether the text of a section ends within a sentence, so that a paragraph below its row belongs to it."""
    text = folded(cells[-1].text) if cells else ""
    return len(text) > _SHORTEST_LINE and text[-1] not in "。;!?》)]〕】号"


def _joined(cells: list[Cell]) -> Printed:
    """The text of a section; a sentence that goes on in the row below goes on here."""
    (first, *below) = (Printed.of(cell).parts for cell in cells)
    parts = list(first)
    for (place, text), *rest in below:
        parts[-1] = (parts[-1][0], parts[-1][1] + text)
        parts += [(place, ""), *rest]
    return Printed(tuple(parts))


def _place_of(cell: Cell, words: str) -> Place:
    """The place of a part of a cell's text."""
    return next((cell.place(line) for line, text in cell.parts if words.strip() in text), cell.places[0])


_GROUP = "group of money"
_GOAL_GROUPS = frozenset({"绩效目标", "项目绩效目标"})


def _may_be_value(meaning: str, cell: Cell) -> bool:
    """Whether what stands on the line below a label is its value, and no other label with a value behind a colon."""
    if meaning in _DATES and not re.search(r"\d", cell.text):
        return False
    return _LABELLED.match(cell.text) is None


def _is_part_of_label(word: str) -> bool:
    """Whether a page break has left but a part of the label: 绩效目标 of 项目绩效目标, or 目标."""
    return any(word in label for label in labels().groups | labels().goals.keys())


def _is_body(cell: Cell) -> bool:
    """Whether a cell is a body's name behind its number in the budget system."""
    return _NUMBERED_BODY.fullmatch(cell.text) is not None


def _without_code(printed: Printed) -> Printed:
    """A body's name without its number in the budget system; a number alone stays."""
    parts = tuple((place, _CODE.sub("", text)) for place, text in printed.parts)
    named = tuple((place, text) for place, text in parts if text.strip())
    return Printed(named) if named else printed


def read(segment: Segment, marks: Marks) -> Form:
    """The form in a segment; `breaks_off` names the line where it ends before its last cell."""
    above = Printed.of(segment.above) if segment.above else None
    return replace(_read(segment, marks), first=segment.rows[0].cells[0].places[0], above=above)


def _read(segment: Segment, marks: Marks) -> Form:
    reader = _Reader(marks, Funds(segment.inferred))
    withheld = tuple(
        (name, tuple(place for cell in row.filled for place in cell.places))
        for row in segment.rows
        for name in sorted(row.withheld)
    )
    for index, row in enumerate(segment.rows):
        if row.withheld:
            marks.known_row(row)
            continue
        reader.sides = heads.year_is_last(row, reader.sides)
        if table_head := heads.head(row, reader.year_is_last):
            marks.known_row(row)
            below = [kept for row in segment.rows[index + 1 :] if (kept := _told(row, marks))]
            table = indicators.read(below, table_head, marks, reader.year_is_last)
            if not table.indicators and (other := heads.head(row, not reader.year_is_last)) != table_head and other:
                table = indicators.read(below, other, marks, not reader.year_is_last)  # nothing is told of the year
            return _form(reader, table, withheld)
        reader.row(row)
    torn_at = max(row.last_line for row in segment.rows)
    return _form(reader, indicators.Table((), torn_at), withheld)


def _told(row: Row, marks: Marks) -> Row | None:
    """Return a row of the table of indicators, or its levels alone if the rest is withheld."""
    if not row.withheld:
        return row
    marks.known_row(row)
    levels = tuple(cell for cell in row.filled if columns.is_level(cell))
    return Row((*levels, Cell(((row.first_line, ""),), row.cells[-1].column))) if levels else None


def _form(reader: _Reader, table: indicators.Table, withheld: tuple[tuple[str, tuple[Place, ...]], ...]) -> Form:
    fields = dict(reader.fields)
    if local := fields.pop("localDepartment", None):
        fields.setdefault("competentDepartment", local)
    if filing := fields.pop("filingUnit", None):
        fields.setdefault("implementingUnit", filing)
    goals = reader.goals()
    return Form(
        fields,
        reader.funds.amounts(),
        goals,
        table.indicators,
        reader.number,
        reader.year,
        table.torn_at,
        reader.held(),
        tuple((name, place) for name, place in reader.left_blank(goals) if name not in fields),
        reader.period,
        reader.title,
        (*withheld, *((("hasIndicator", ()),) if table.lost else ())),
        titles=tuple(reader.titles[:1]),
    )
