"""Parse the cells of a spreadsheet into amounts, dates, targets and printed text, and collect the faulty cells.

Values are parsed by the same functions as those of filings (ingest/values). A blank cell is no problem.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from jixiao.ingest.model import Amount, Claim, Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.sheets.columns import WORDING, Column
from jixiao.ingest.sheets.problems import Problem
from jixiao.ingest.sheets.rows import Part, Value
from jixiao.ingest.values import amounts, targets
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import folded, plain
from jixiao.ingest.values.targets import Target

_NO_OPERATOR = frozenset(WORDING.words("no_operator"))
_YEAR, _EACH = WORDING.pattern("year"), WORDING.pattern("each")

T = TypeVar("T")


@dataclass
class Cells:
    """Parsers of cells. Each returns None for a blank or faulty cell, and adds a faulty one to `problems`."""

    problems: list[Problem] = field(default_factory=list)

    def year(self, value: Value | None) -> int | None:
        """Return a fiscal year: 2024, 2024年 or 2024年度."""
        found = _YEAR.fullmatch(folded(value.text)) if value else None
        return self._or_problem(value, int(found[1]) if found else None, "不是年份", "not a year")

    def count(self, value: Value | None) -> Claim | None:
        """Return a count, such as the number of projects, with its place; a number that is not whole is a problem."""
        found = amounts.quantity(value.text) if value else None
        whole = found[0] if found and found[0] == found[0].to_integral_value() else None
        known = self._or_problem(value, whole, "不是整数", "not a whole number")
        return Claim(known, (place(value),)) if known is not None and value else None

    def sum(self, value: Value | None) -> Claim | None:
        """Return a sum of money in yuan, with its place in the sheet."""
        found = self.money(value)
        return Claim(found[0], (place(value),), found[1]) if found and value else None

    def money(self, value: Value | None) -> tuple[Decimal, Decimal] | None:
        """Return a sum in yuan and the value of its last digit (0.01 for 12.50); None for a blank cell or a dash."""
        if value is None:
            return None
        try:
            return amounts.stated(_EACH.sub("", value.text), value.column.unit)
        except ValueError:
            self.problems.append(value.problem("不是金额", "not an amount of money"))
            return None

    def amount(self, name: str, column: Column, value: Value | None, row: int) -> Amount:
        """Return an amount of a project; its value is None if the cell is blank or faulty.

        `name` is the name of the amount's property, and `row` the number of the row to give as the place of a blank.
        """
        found = self.money(value)
        places = (place(value) if value else Place(row, column.index),)
        return Amount(name, found[0] if found else None, places, None, found[1] if found else None, value is None)

    def number(self, value: Value | None) -> Decimal | None:
        """Return a quantity without its unit: 12 for 12个."""
        found = amounts.quantity(value.text) if value else None
        return self._or_problem(value, found[0] if found else None, "不是数", "not a number")

    def weight(self, value: Value | None) -> tuple[Decimal | None, tuple[Place, ...]]:
        """Return the weight of an indicator, in per cent or points, with its places; None without places if blank."""
        number = self.number(value)
        return number, (place(value),) if number is not None and value else ()

    def date(self, value: Value, *, last: bool) -> Printed:
        """Return a date as printed, and add a problem if it is no date; an end date has `last` true (see `day`)."""
        self._or_problem(value, day(value.text, last=last), "不是日期", "not a date")
        return printed(value)

    def target(self, part: Part) -> tuple[Target | None, tuple[Place, ...]]:
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
        if unit and folded(text)[-1:].isdigit():
            text += unit.text
        return targets.parse(plain(text)), tuple(place(each) for each in (value, sign, unit) if each)

    def _or_problem(self, value: Value | None, found: T | None, zh: str, en: str) -> T | None:
        if value is not None and found is None:
            self.problems.append(value.problem(zh, en))
        return found


def place(value: Value) -> Place:
    """Return the place of a cell: its row and the number of its column."""
    return Place(value.row, value.column.index)


def printed(value: Value) -> Printed:
    """Return the text of a cell as printed text, line by line, all with the place of the cell."""
    lines = (plain(line) for line in value.text.split("\n"))
    return Printed(tuple((place(value), line) for line in lines if line))
