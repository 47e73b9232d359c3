"""Convert a spreadsheet that a clerk filled in to facts in the terms of the ontology.

The steps are: table, columns, cells grouped by project, projects in the model that reading a filing gives, facts. A
spreadsheet with problems gives no facts; all problems are reported together, so that the clerk can correct them at
once.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from jixiao.ingest.emitting.emit import Source, emit
from jixiao.ingest.model import (
    Amount,
    Claim,
    CostItem,
    CostSubtotal,
    Cover,
    Extraction,
    Form,
    Indicator,
    Narrative,
    Printed,
    Section,
)
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Resolver
from jixiao.ingest.sheets import columns
from jixiao.ingest.sheets.columns import WORDING, Column, Problem, Row, SheetError
from jixiao.ingest.structure import filing
from jixiao.ingest.structure.narratives import budget, narrative
from jixiao.ingest.text.mentions.reading import mentions
from jixiao.ingest.values import amounts, targets
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import folded, plain
from jixiao.ontology.identity import Iris, key, label

_ERRORS, _NO_OPERATOR = frozenset(WORDING.words("errors")), frozenset(WORDING.words("no_operator"))
_YEAR, _EACH = WORDING.pattern("year"), WORDING.pattern("each")

T = TypeVar("T")


@dataclass(frozen=True)
class Value:
    """The text of a cell, with its row number and its column."""

    row: int
    column: Column
    text: str

    def problem(self, zh: str, en: str) -> Problem:
        """Return a problem of this cell, with a message in both languages, to which the cell's text is added."""
        return Problem(self.row, self.column.heading, f"{zh}：{self.text}", f"{en}: {self.text}")

    @property
    def place(self) -> Place:
        """Return the place of the cell: its row and the number of its column."""
        return Place(self.row, self.column.index)

    @property
    def printed(self) -> Printed:
        """Return the text of the cell as printed text, line by line, all with the place of the cell."""
        lines = (plain(line) for line in self.text.split("\n"))
        return Printed(tuple((self.place, line) for line in lines if line))


Part = dict[str, Value]
"""The values of one indicator or cost item, by the meanings of their columns."""


@dataclass
class Gathered:
    """One project of the spreadsheet: the number of its first row, and its indicators and cost items by kind (`parts`).

    `once` has the values that a project has once, such as its name and amounts, by the meaning of their columns.
    """

    row: int
    once: dict[str, Value] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=lambda: {"indicator": [], "item": []})


@dataclass
class Cells:
    """Parsers of cells. Each returns None for an empty or faulty cell, and adds a faulty one to `problems`."""

    problems: list[Problem] = field(default_factory=list)

    def gathered(self, columns: Sequence[Column], rows: Iterable[Row]) -> tuple[dict[str, Value], list[Gathered]]:
        """Return the filing's values by meaning, and its projects in order.

        A row with a new project name begins a project. A value of the filing or of a project may be in any of its rows,
        and may be repeated, but a different value in a later row is a problem.
        """
        filing: dict[str, Value] = {}
        projects: list[Gathered] = []
        for row in rows:
            values = self._values(columns, row)
            self._once(filing, values.pop("filing", {}))
            parts = {kind: values.pop(kind) for kind in ("indicator", "item") if kind in values}
            once = {meaning: value for found in values.values() for meaning, value in found.items()}
            name = once.get("name")
            if name and (not projects or key(name.text) != key(projects[-1].once["name"].text)):
                projects.append(Gathered(row.number))
            if projects:
                self._once(projects[-1].once, once)
                for kind, part in parts.items():
                    projects[-1].parts[kind].append(part)
            elif once or parts:
                self.problems.append(
                    Problem(row.number, None, "这一行之前没有项目名称", "no project is named before this row")
                )
        return filing, projects

    def _values(self, columns: Sequence[Column], row: Row) -> dict[str, Part]:
        """Return the values of a row by kind and meaning; a cell with an error of the spreadsheet is a problem."""
        values: dict[str, Part] = {}
        for column in columns:
            value = Value(row.number, column, row.cell(column.index))
            if value.text in _ERRORS:
                self.problems.append(
                    value.problem("电子表格没有算出这一格", "the spreadsheet failed to compute the cell")
                )
            elif value.text:
                values.setdefault(column.kind, {})[column.meaning] = value
        return values

    def _once(self, known: Part, values: Part) -> None:
        """Add values to `known`, one for each meaning; a value that differs from the one already there is a problem."""
        for meaning, value in values.items():
            before = known.setdefault(meaning, value)
            if key(before.text) != key(value.text):
                self.problems.append(
                    value.problem(f"与第 {before.row} 行所填的不同", f"not what row {before.row} says")
                )

    def year(self, value: Value | None) -> int | None:
        """Parse a fiscal year: 2024, 2024年 or 2024年度."""
        found = self._parsed(value, lambda text: _YEAR.fullmatch(folded(text)), "不是年份", "not a year")
        return int(found[1]) if found else None

    def count(self, value: Value | None) -> Claim | None:
        """Parse a count, such as the number of projects, with its place; a number that is not whole is a problem."""
        known = self._parsed(value, _whole, "不是整数", "not a whole number")
        return Claim(known, (value.place,)) if known is not None and value else None

    def sum(self, value: Value | None) -> Claim | None:
        """Parse a sum of money; return it in yuan, with its place in the sheet."""
        found = self.money(value)
        return Claim(found[0], (value.place,), found[1]) if found and value else None

    def money(self, value: Value | None) -> tuple[Decimal, Decimal] | None:
        """Parse a sum of money; return it in yuan, and the value of its last digit (0.01 for 12.50).

        None for a blank cell or a dash.
        """
        if value is None:
            return None
        try:
            return amounts.stated(_EACH.sub("", value.text), value.column.unit)
        except ValueError:
            self.problems.append(value.problem("不是金额", "not an amount of money"))
            return None

    def amount(self, column: Column, value: Value | None, row: int) -> Amount:
        """Return the amount of a project in a column; its value is None if the cell is blank or faulty.

        `row` is the number of the row to give as the place of an empty cell.
        """
        number, step = self.money(value) or (None, None)
        place = value.place if value else Place(row, column.index)
        return Amount(column.meaning, number, (place,), None, step, value is None)

    def number(self, value: Value | None) -> Decimal | None:
        """Parse a quantity, and return it without its unit: 12 for 12个."""
        found = self._parsed(value, amounts.quantity, "不是数", "not a number")
        return found[0] if found else None

    def date(self, value: Value, *, last: bool) -> Printed:
        """Return a date as printed, and add a problem if it is no date; an end date has `last` true (see `day`)."""
        self._parsed(value, lambda text: day(text, last=last), "不是日期", "not a date")
        return value.printed

    def target(self, part: Part) -> tuple[targets.Target | None, tuple[Place, ...]]:
        """Return the target of the indicator `part`, such as ≥90%, with its places; None without places if blank.

        Comparison sign, value and unit may be in one cell, or in three.
        """
        value, sign, unit = (part.get(name) for name in ("target", "operator", "unit"))
        if value is None:
            return None, ()
        text = value.text
        if sign and folded(sign.text) not in _NO_OPERATOR:
            if not targets.is_sign(sign.text):
                self.problems.append(sign.problem("不是比较符", "not a sign of comparison"))
            elif not targets.is_sign(text[:1]):
                text = f"{folded(sign.text)}{text}"
        if unit and amounts.ends_in_figure(text):
            text += unit.text
        return targets.parse(plain(text)), tuple(each.place for each in (value, sign, unit) if each)

    def _parsed(self, value: Value | None, parse: Callable[[str], T | None], zh: str, en: str) -> T | None:
        """Parse a cell with `parse`; if `parse` returns None, add a problem with the messages `zh` and `en`."""
        if value is None:
            return None
        found = parse(value.text)
        if found is None:
            self.problems.append(value.problem(zh, en))
        return found


def _whole(text: str) -> Decimal | None:
    found = amounts.quantity(text)
    return found[0] if found and found[0] == found[0].to_integral_value() else None


MEDIA_TYPE = "text/csv"
_TOTAL = budget.BUDGET.pattern("total")
_DATES = ("startDate", "endDate")


@dataclass(frozen=True)
class Converted:
    """The facts of a spreadsheet as N-Triples, the number of its projects, and the headings of unknown columns."""

    triples: bytes
    projects: int
    unknown: tuple[str, ...]


def convert(content: bytes, file_name: str, iris: Iris) -> Converted:
    """Convert the bytes of a CSV spreadsheet to facts, with the IRIs that `iris` gives.

    `file_name` names the spreadsheet in the facts. Raises SheetError with all problems.
    """
    head, *below = columns.rows(content)
    known, unknown, problems = columns.headings(head)
    if problems:
        raise SheetError(problems)
    cells = Cells()
    once, found = cells.gathered(known, below)
    cover = _cover(once, cells)
    made = [
        filing.project(ordinal, _narrative(one, known, cells), _form(one, known, cover.year, cells), one.row)
        for ordinal, one in enumerate(found, 1)
    ]
    if not found:
        cells.problems.append(Problem(None, None, "没有一个项目", "there is no project"))
    if cells.problems:
        raise SheetError(sorted(cells.problems, key=lambda each: each.row or 0))
    extraction = Extraction(cover, narrative.with_claims(made, cover.year), frozenset(), frozenset(), {})
    source = Source(hashlib.sha256(content).hexdigest(), file_name, MEDIA_TYPE, len(content))
    emitted = emit(Resolver(extraction), source, iris)
    triples = emitted.facts.n_triples() + mentions(emitted.facts, emitted.flows).n_triples()
    return Converted(triples, len(emitted.contents.projects), tuple(unknown))


def _cover(once: Part, cells: Cells) -> Cover:
    """Return the body, year, number of projects and total of the filing, from its cells by meaning (`once`)."""
    body, year = once.get("filedBy"), once.get("year")
    if year is None:
        cells.problems.append(Problem(None, None, "没有填年度", "the year is not filled in"))
    count, total = cells.count(once.get("declaredProjectCount")), cells.sum(once.get("declaredTotal"))
    return Cover(body.printed if body else None, cells.year(year), count, total)


def _form(one: Gathered, known: Sequence[Column], year: int | None, cells: Cells) -> Form:
    fields: dict[str, Printed] = {}
    goals: dict[str, Printed] = {}
    blank: list[tuple[str, Place]] = []
    amounts = []
    for column in known:
        name, value = column.meaning, one.once.get(column.meaning)
        if column.kind == "amount":
            amounts.append(cells.amount(column, value, one.row))
        elif column.kind in {"project", "goal"} and value is None:
            blank.append((name, Place(one.row, column.index)))
        elif column.kind == "goal" and value:
            goals[name] = value.printed
        elif column.kind == "project" and value:
            fields[name] = cells.date(value, last=name == "endDate") if name in _DATES else value.printed
    indicators = tuple(_indicators(one.parts["indicator"], cells))
    first = one.once["name"].place
    return Form(fields, tuple(amounts), goals, indicators, year=year, left_blank=tuple(blank), title=first, first=first)


def _indicators(parts: Sequence[Part], cells: Cells) -> Iterator[Indicator]:
    """Yield the indicators in `parts`; a part without a level takes the level of the part above, as in merged cells.

    Below a new first level, the second level of the part above is not taken over. A part without the name of an
    indicator yields nothing, and is a problem unless it only has levels for the parts below.
    """
    above: tuple[Value | None, Value | None] = (None, None)
    for part in parts:
        first, second = part.get("level1"), part.get("level2")
        goes_on = first is None or (above[0] is not None and key(first.text) == key(above[0].text))
        above = (first or above[0], second or (above[1] if goes_on else None))
        name = part.get("indicator")
        if name is None:
            if told := next((value for meaning, value in part.items() if not meaning.startswith("level")), None):
                cells.problems.append(told.problem("这一行没有指标名称", "the row names no indicator"))
            continue
        target, places = cells.target(part)
        weight = cells.number(part.get("weight"))
        levels = [label(each.text) if each else None for each in above]
        yield Indicator(
            name.printed,
            levels[0],
            levels[1],
            tuple(each.place for each in above if each),
            target,
            places,
            weight,
            () if weight is None else (part["weight"].place,),
        )


def _narrative(one: Gathered, known: Sequence[Column], cells: Cells) -> Narrative | None:
    """Return the narrative of a project from its sections and cost items, or None if it has neither.

    `known` are the columns of the spreadsheet.
    """
    asked = [column for column in known if column.kind == "section"]
    items, subtotals = _costs(one.parts["item"], cells)
    if not items and not any(column.meaning in one.once for column in asked):
        return None
    values = ((column, one.once.get(column.meaning)) for column in asked)
    sections = (
        Section(column.meaning, column.meaning, Place(one.row, column.index), value.printed if value else Printed(()))
        for column, value in values
    )
    return Narrative(None, None, tuple(sections), items, None, None, subtotals, one.once["name"].place)


def _costs(parts: Sequence[Part], cells: Cells) -> tuple[tuple[CostItem, ...], tuple[CostSubtotal, ...]]:
    """Return the cost items in `parts` and the totals among them (合计, 小计), each with the items that it sums.

    A part without the name of an item is left out, and is a problem.
    """
    items: list[CostItem] = []
    lines: list[budget.Line] = []
    for part in parts:
        name = part.get("item")
        if name is None:
            cells.problems.append(next(iter(part.values())).problem("这一行没有费用名称", "the row names no cost item"))
            continue
        price, amount = cells.money(part.get("unitPrice")), cells.money(part.get("itemAmount"))
        shown, places = label(name.text), tuple(value.place for value in part.values())
        if _TOTAL.search(folded(name.text)):
            lines.append(budget.Line(1, True, None, CostSubtotal(shown, *amount, (), places) if amount else None))
            continue
        lines.append(budget.Line(1, False, len(items) if amount else None, None))
        number, step = amount or (None, price[1] if price else None)
        quantity, times = cells.number(part.get("quantity")), cells.number(part.get("times"))
        items.append(CostItem(shown, quantity, price[0] if price else None, number, places, step=step, times=times))
    return tuple(items), tuple(budget.settled(lines, items))
