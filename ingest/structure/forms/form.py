"""Read the rows of one 绩效目标申报表 into a Form.

Rows above the header of the table of indicators hold titles, labels and goals; the rows below it belong to the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from jixiao.ingest.model import (
    BODIES,
    NOT_UNDERSTOOD,
    RUN_TOGETHER,
    STATED,
    Amount,
    Calculation,
    Evaluated,
    Form,
    Printed,
    Withheld,
)
from jixiao.ingest.rendition import Cell, Marks, Place, Row, places_of
from jixiao.ingest.roles import columns, executions
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.role import Kind, is_word, line, role
from jixiao.ingest.structure import funds, gate
from jixiao.ingest.structure.dividing import divided_labels
from jixiao.ingest.structure.forms import indicators, results
from jixiao.ingest.structure.forms.goals import DONE, FORM, Goals
from jixiao.ingest.structure.forms.labelled import Labelled
from jixiao.ingest.structure.funds import Funds
from jixiao.ingest.structure.narratives import budget
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import key

_FEWEST_ROWS = 4  # least number of rows of a form that is an unfilled template
_GOAL_GROUPS = frozenset(FORM.words("goal_groups"))
_BEGINS_DOCUMENT, _YEAR, _BUREAU = FORM.pattern("begins_document"), FORM.pattern("year"), FORM.text("bureau")
_ENDS_GOALS = frozenset(
    {Kind.FIELD, Kind.AMOUNT, Kind.SECTION, Kind.OTHER, Kind.COLUMN, Kind.MONEY, Kind.SEVERAL_YEARS}
)


def read(segment: Segment, marks: Marks) -> Form:
    """Return the form in a segment; `breaks_off` is the line at which the form ends before it is complete."""
    reader = _Reader(segment, marks)
    for index, row in enumerate(segment.rows):
        if row.withheld:
            reader.withheld(row)
        elif table := reader.table(index, row):
            return reader.form(table)
        else:
            reader.row(row)
    torn_at = None if segment.listed else max(row.last_line for row in segment.rows)
    return reader.form(indicators.Table((), torn_at), is_cut=torn_at is not None)


def of_its_period(form: Form) -> Form:
    """Return a form with the year of its period, if the period is a calendar year; otherwise the form unchanged.

    Such periods are 2022年1月-12月, or 2022 as first and last year.
    """
    for names, begin, end in ((("startDate", "endDate"), "-01-01", "-12-31"), (("startYear", "endYear"), "", "")):
        first, last = map(form.fields.get, names)
        begins, ends = first and _day(first.text, last=False), last and _day(last.text, last=True)
        if first and begins and begins.endswith(begin) and ends == f"{begins[:4]}{end}":
            return replace(form, year=int(begins[:4]), year_place=first.places[0])
    return form


def _day(text: str, *, last: bool) -> str | None:
    """Return the date that a text prints, in ISO 8601, or a year that stands alone; None for any other text.

    `last` is true for the end of a period.
    """
    year, found = _YEAR.fullmatch(folded(text)), day(text, last=last)
    return year[1] if year else found and found[0]


def is_blank(form: Form, part: Segment, narrated: bool) -> bool:
    """Return whether a form is an unfilled template: it asks for a name, but has no name, sum, goal or target.

    Examples (例如…, XX项目) do not count as values, nor does anything in a form for the year 20XX, or in a form whose
    name is such an example or a line of underscores. In a file with narratives (`narrated`), a form that breaks off
    above its table is no template.
    """
    if len(part.rows) < _FEWEST_ROWS or (narrated and form.breaks_off is not None):
        return False
    name = form.fields.get("name")
    texts = [text for value in (name, *form.goals.values()) if value for text in value.text.split("\n")]
    targets = [indicator.target.text for indicator in form.indicators if indicator.target]
    filled = any(key(text) and not labels().line("placeholder", text) for text in (*texts, *targets))
    filled &= not (name and labels().line("placeholder", name.text))
    for_any_year = any(labels().line("year_left_open", cell.text) for row in part.rows for cell in row.filled)
    asked = any(map(gate.has_name, part.rows))
    return asked and (for_any_year or not filled) and not any(amount.value for amount in form.amounts)


@dataclass
class _Titles:
    """The reader of the lines above one form; it keeps title (`printed`), year, unit, and the number in the title.

    `place` is the place of the title that prints the number.
    """

    marks: Marks
    funds: Funds
    printed: Printed | None = None
    number: int | None = None
    place: Place | None = None
    year: int | None = None
    year_place: Place | None = None
    said: bool = False  # True after the first line of a year alone; later ones are heads of columns

    def line(self, cell: Cell) -> bool:
        """Read a cell if it is a title, a year or a unit, and return whether it is."""
        told = line(cell)
        if told is None:
            return False
        self.marks.known([cell])
        if told.kind is Kind.TITLE:
            self.printed = self.printed or Printed.of(cell)
            self.number = int(told.meaning) if told.meaning else None
            self.place = cell.places[0] if self.number is not None else None
            if stated := _YEAR.search(folded(cell.text)):
                self.year, self.year_place = int(stated[1]), cell.places[0]
        elif told.kind is Kind.YEAR:
            if not self.said:
                self.year, self.year_place = int(told.meaning or 0), cell.places[0]
            self.said = True
        else:
            self.funds.take_unit(cell)
        return True


class _Reader:
    """The reader of the rows of one form, with its state between the rows."""

    def __init__(self, segment: Segment, marks: Marks) -> None:
        self.segment, self.marks = segment, marks
        self.funds = Funds(segment.inferred)
        self.titles = _Titles(marks, self.funds)
        self.goals = Goals(marks)
        self.labelled = Labelled(marks, self.funds, self.goals, self.titles.line)
        self.spending = results.Spending(marks)
        self.in_goals = False
        self.year_is_right: bool | None = None  # said by words over the table, None without such words

    def row(self, row: Row) -> None:
        """Read a row above the table of indicators.

        The row has the title, year or unit; the money spent; goals; or other labels with their values.
        """
        if len(row.filled) == 1 and self.titles.line(row.filled[0]):
            return
        if self.spending.row(row):
            self.in_goals = False
            return
        row = divided_labels(row)
        if self.goals.labelled(row):
            self.in_goals = True
        elif row.filled and role(row.filled[0]).kind in _ENDS_GOALS:
            self.in_goals = False
        (self.goals if self.in_goals else self.labelled).row(row)

    def withheld(self, row: Row) -> None:
        """Take up a row whose division into cells is uncertain: values above the row do not continue below it."""
        self.marks.known(row.filled)
        self.goals.take_period(row)
        self.goals.are_open, self.labelled.alone = False, None

    def table(self, index: int, row: Row) -> indicators.Table | None:
        """Return the table of indicators if a row is its header, or None for any other row.

        Of two tables side by side, the table of the year is read, or the other one if the year's has no indicators.
        """
        self.year_is_right = columns.year_is_last(row, self.year_is_right)
        yearly_last = self.goals.year_is_last if self.year_is_right is None else self.year_is_right
        head = columns.head(row, yearly_last)
        if head is None:
            return None
        first, *further = row.filled
        if role(first).word in _GOAL_GROUPS and further and not is_word(further[0].text):
            self.goals.beside_group(further[0])  # a row without its last bar runs into the head
        printed = [cell for cell in row.filled if cell not in self.goals.cells]
        self.marks.known(printed)
        if results.are_of(head.columns):
            for cell in printed:
                self.marks.figure(cell)  # 年度绩效目标 (80分)
        rows = [*takewhile(lambda row: not _begins_another(row), self.segment.rows[index + 1 :])]
        below = [kept for row in rows if (kept := _certain(row, self.marks))]
        table = indicators.read(below, head, self.marks, yearly_last)
        other = None if table.indicators else columns.head(row, not yearly_last)
        if other is not None and other != head:
            table = indicators.read(below, other, self.marks, not yearly_last)
        return replace(table, closed=table.closed or index + 1 + len(rows) < len(self.segment.rows))

    def form(self, table: indicators.Table, *, is_cut: bool = False) -> Form:
        """Return the form read so far with its table of indicators; `is_cut` is true if there is no table."""
        fields, goals = self._fields(is_cut=is_cut), self.goals.texts()
        if is_cut and self.goals.are_open:
            goals = self.goals.above(goals)
        evaluated = self._evaluated(table, goals.pop(DONE, None))
        items, subtotals = budget.of_form(self.segment.rows)
        unsure = {name for row in self.segment.rows for name in row.withheld}
        blank = dict([*self.labelled.left_blank(), *self.goals.left_blank(goals)])
        return Form(
            fields,
            tuple(each for each in self.funds.amounts() if each.name not in unsure) if not evaluated else (),
            goals,
            table.indicators,
            self.titles.number,
            self.titles.year,
            table.torn_at,
            self.labelled.sections(),
            tuple((name, place) for name, place in blank.items() if name not in fields),
            self.goals.period,
            self.titles.place,
            tuple(self._withheld(fields, table, evaluated)),
            self.segment.rows[0].cells[0].places[0],
            titles=(self.titles.printed,) if self.titles.printed else (),
            above=Printed.of(self.segment.above) if self.segment.above else None,
            closed=table.closed,
            all_sources=not is_cut and self.labelled.all_sources(),
            year_place=self.titles.year_place,
            of_levels=self.funds.of_levels() if not evaluated else (),
            amount_cells=tuple(Printed.of(cell) for cell in self.funds.cells.values() if cell and not evaluated),
            cost_items=items,
            subtotals=subtotals,
            evaluated=evaluated,
        )

    def _withheld(
        self, fields: Mapping[str, Printed], table: indicators.Table, evaluated: Evaluated | None
    ) -> Iterator[Withheld]:
        """Yield each printed part of the form that was not completely read, with its places and the reason."""
        spent = (row for row in (evaluated.executions if evaluated else ()) if row.is_total)
        total = {amount.name for row in spent for amount in row.amounts}
        for row in self.segment.rows:
            places = places_of(row.filled)
            names = {"hasExecution" if name in total else name for name in row.withheld}
            yield from (Withheld(name, places, RUN_TOGETHER) for name in sorted(names))
        if (further := self.labelled.open_sums()) and not evaluated:
            known = {each.name: each for each in self.funds.amounts()}
            yield from (Withheld(name, places_of(further), NOT_UNDERSTOOD) for name in funds.open_parts(known))
        if table.lost:
            yield Withheld("hasIndicator", table.lost, NOT_UNDERSTOOD)
        if evaluated and evaluated.unread_total:
            yield Withheld("totalScore", evaluated.unread_total, NOT_UNDERSTOOD)
        told = {STATED.get(name, name): each for name, each in self.labelled.withheld.items()}
        kept = {*BODIES, "filedBy", "category", "nature", "startDate", "endDate"} - fields.keys()
        yield from (Withheld(name, *each) for name, each in sorted(told.items()) if name in kept)

    def _evaluated(self, table: indicators.Table, done: Printed | None) -> Evaluated | None:
        """Return the statements that make the form a self-evaluation: money spent, results, or the work done."""
        known = [name for name in self.goals.columns if name != DONE]
        if not (
            self.spending.found or (table.columns and results.are_of(table.columns)) or (self.goals.says_done and known)
        ):
            return None
        inferred = self.segment.inferred.unit if self.segment.inferred else None
        spent = self.spending.executions(self.funds.unit or inferred)
        found = results.of_form(table.below) | self.labelled.results
        own = results.score_of_rate(spent)
        printed = found.get("totalScore", [])
        score = results.total(printed, table.columns, table.indicators, own)
        self.marks.set_aside(self.labelled.choices)
        if done and labels().line("placeholder", done.text):
            self.marks.boilerplate.update(done.places)
            done = None
        for label, *behind in found.values():
            self.marks.known([label])
            for cell in filter(executions.number, behind):
                self.marks.figure(cell)
            self.marks.known(cell for cell in behind if results.says_nothing(cell.text))
        return Evaluated(
            spent,
            done,
            score[0] if score else None,
            score[1].places if score else (),
            results.grade(found),
            results.reason(found),
            () if score else results.unread(printed, table.indicators, self.segment.rows),
        )

    def _fields(self, *, is_cut: bool) -> dict[str, Printed]:
        """Return the fields by local name; if `is_cut`, only values that nothing below the form's end could change."""
        fields = dict(self.labelled.fields)
        fields |= {} if fields.keys() & {"startDate", "endDate"} else self.labelled.term
        local, filing = fields.pop("localDepartment", None), fields.get("filingUnit")
        if is_cut:
            # The text below may continue the values of the last row, and one before other text.
            ends = {*self.labelled.open, self.labelled.alone}
            fields = {name: printed for name, printed in fields.items() if name not in ends}
        if not is_cut or self.funds.cells or self.goals.cells:
            fields |= {"competentDepartment": local} if local and "competentDepartment" not in fields else {}
            fields |= {"implementingUnit": filing} if filing and "implementingUnit" not in fields else {}
        # A body torn before its last character is the other one of the form: 某市林业 beside 某市林业局.
        torn = {f"{fields[name].text}{_BUREAU}": name for name in BODIES if name in fields}
        whole = {torn[fields[name].text]: fields[name].text for name in torn.values() if fields[name].text in torn}
        return fields | {name: Printed(((fields[name].places[0], text),)) for name, text in whole.items()}


def _begins_another(row: Row) -> bool:
    """Return whether a row begins another document, or begins with the label of a body and so another form."""
    labels_body = len(row.filled) > 1 and role(row.filled[0]).meaning in BODIES
    return labels_body or any(_BEGINS_DOCUMENT.fullmatch(folded(cell.text)) for cell in row.filled)


def _certain(row: Row, marks: Marks) -> Row | None:
    """Return a row of the table of indicators; of a withheld row, return only its levels, or None if it has none."""
    if not row.withheld:
        return row
    marks.known(row.filled)
    levels = tuple(cell for cell in row.filled if columns.is_level(cell))
    return Row((*levels, Cell(((row.first_line, ""),), row.cells[-1].column))) if levels else None


_DIVISIONS = tuple(frozenset(FORM.words(name)) for name in ("higher_and_own", "each_level", "of_budgets"))
_WHOLES = ("annualRequest", "totalAmount", "fiscalFunds", "currentYearAppropriation")
_OTHERS = ("otherFunds", "annualOtherFunds")


def sums(form: Form) -> Iterator[Calculation]:
    """Yield sums of the money of levels of government, each with the total that it should equal.

    The total is the amount of the form that equals the sum, or is nearest to the sum. The levels are higher and own
    level, or each level by name (中央, 省 …). Money of a single level counts only if it is all of a total,
    and levels by name count only without money of the higher level, which may hold theirs.
    """
    wholes = list(_wholes({each.name: each for each in form.amounts}))
    higher, by_name, by_budget = ([each for each in form.of_levels if each.name in words] for words in _DIVISIONS)
    for parts in (higher, [] if higher else by_name, by_budget):
        computed = sum((_yuan(each) for each in parts), Decimal(0))
        if computed and wholes:
            total, whole = min(wholes, key=lambda one: abs(one[0] - computed))
            yield from [_stated(parts, computed, total, whole)] if len(parts) > 1 or total == computed else []


def _wholes(amounts: dict[str, Amount]) -> Iterator[tuple[Decimal, Amount]]:
    """Yield each amount of a form that may be the total of the levels of government, with its value in yuan.

    An amount is also yielded with a value less other funds (其他资金).
    """
    others = [_yuan(amounts[name]) for name in _OTHERS if name in amounts]
    for name in _WHOLES:
        if name in amounts and (yuan := _yuan(amounts[name])):
            yield yuan, amounts[name]
            yield from ((yuan - other, amounts[name]) for other in others if other)


def _stated(parts: Sequence[Amount], computed: Decimal, total: Decimal, whole: Amount) -> Calculation:
    words = "，".join(each.printed for each in parts)
    places = tuple(dict.fromkeys(place for each in (*parts, whole) for place in each.places))
    # Each part may have been rounded, except that a single part equals the total.
    step = max(each.step or Decimal(1) for each in parts) * (len(parts) - 1) or Decimal(1)
    return Calculation(words, computed, total, step, None, places)


def _yuan(amount: Amount) -> Decimal:
    return amount.value if isinstance(amount.value, Decimal) else Decimal(0)
