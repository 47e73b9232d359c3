"""Divide one text of a filing into sentences and clauses, and find its quantities, moments and settings, each once.

A *quantity* is a figure with its unit, read as a target is (`ingest/values`). A *moment* is a date, month or year; two
joined by 至 are a *span*. A *setting* means that the figures of a sentence or clause are not those of the project's own
work of the year: money of others, earlier years, a change, a limit (ontology/setting.ttl). Offsets count characters of
the text from 0.
"""

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import Flow, Spans
from jixiao.ingest.values.amounts import LARGE, UNITS, WORDING as VALUES, decimal
from jixiao.ontology import numerals
from jixiao.ontology.text.wording import Wording, alternatives
from jixiao.ontology.units import units

_NAMES = ("number", "signs", "bounds")
WORDING = Wording(
    "jixiao.ingest.text.mentions",
    "prose.toml",
    {
        **{name: VALUES.text(name) for name in _NAMES},
        "counted": alternatives((*units(), *VALUES.words("classifiers"), *VALUES.words("durations"))),
        "numeral_chars": numerals.NUMERALS,
    },
)
"""The words and patterns of quantities and moments, for readers with patterns of their own."""
_RE = WORDING.patterns
_SIGNS, _BOUNDS = VALUES.meanings("signs"), VALUES.meanings("bounds")
_SETTINGS = {
    reach: {name: re.compile(alternatives(words)) for name, words in WORDING.tables["meanings"][reach].items()}
    for reach in ("sentence", "clause")
}
_WHOLE_YEAR = (1, 12)
_HALF = str.maketrans({0xFF01 + n: 0x21 + n for n in range(94)} | {ord("　"): " "}) | {
    ord(mark): mark for mark in "，；：！？（）"
}
_MANY = numerals.TENS
_YUAN = next(unit for unit, yuan in UNITS.items() if yuan == 1)
_MONTHS = {part: (months[0], months[-1]) for part, months in WORDING.tables["months"].items()}
_YEARS = ("year", "year2", "year3", "year4", "year5")
_MONTH, _DAY = ("month", "month1", "month2"), ("day", "day1", "day2", "day3")


@dataclass(frozen=True)
class Quantity:
    """A figure with its unit in a text: its passage, and its target as of an indicator.

    `operator` is a local name such as `ge`, or None; `upper` the other end of a range; `unit` is without 万 and 亿,
    which are in the value; it is empty for a bare figure. `worded` is true for a figure in Chinese characters; others
    have their `digits`, from the offset `first` on. As factors of products (money.py), figures have the units for one
    of which they are stated, `per`, and the `noun` after 个.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    upper: Decimal | None = None
    operator: str | None = None
    worded: bool = False
    digits: str = ""
    first: int = 0
    per: tuple[str, ...] = ()
    noun: str = ""

    @property
    def yuan(self) -> Decimal | None:
        """The money in yuan; None for other quantities."""
        return self.value if self.unit == _YUAN else None


@dataclass(frozen=True)
class Moment:
    """A date, a month or a year in a text, from the offset `start` to `end`; a part that is not printed is None.

    `part` is a word for a part of the year or month (底, 上半年), or empty. `before` is true for a bound: 12月底前.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    part: str = ""
    before: bool = False

    def on(self, *, last: bool) -> date | None:
        """Return the first or the last day that the words may mean: 2023-01-01 or 2023-12-31 for 2023年.

        None if the words have no year, or name a day that no calendar has.
        """
        if self.year is None:
            return None
        first, until = _MONTHS.get(self.part, _MONTHS.get(self.part[-1:], _WHOLE_YEAR))
        month = self.month or (until if last else first)
        try:
            return date(self.year, month, self.day or (calendar.monthrange(self.year, month)[1] if last else 1))
        except ValueError:
            return None


@dataclass(frozen=True)
class Span:
    """Two moments joined by 至: 3月至5月, 2022年1月-2023年12月.

    The second moment takes the year and month that it does not print from the first.
    """

    first: Moment
    last: Moment


@dataclass(frozen=True)
class Prose:
    """One text of a project.

    `holder` is the IRI of the goal, section, indicator, project or filing that it is printed in; `place` is overall,
    annual, section, name (of an indicator), target, title (of the project) or loose (in no field of a form). `heading`
    is the heading of a section. `flow` is the text with the places of its lines.
    """

    holder: str
    place: str
    flow: Flow
    heading: str = ""

    @cached_property
    def text(self) -> str:
        """The text with half-width digits, letters and signs; punctuation stays, and so does the length."""
        return self.flow.text.translate(_HALF)

    def places(self, start: int, end: int) -> tuple[Place, ...]:
        """Return the places of the lines that a passage is printed on."""
        return self.flow.within(start, end)

    @cached_property
    def _sentences(self) -> list[int]:
        return [0, *(found.end() for found in _RE.edge.finditer(self.text))]

    @cached_property
    def _clauses(self) -> list[int]:
        return [0, *(found.end() for found in _RE.clause_edge.finditer(self.text))]

    def sentence(self, at: int) -> int:
        """Return the number, from 1, of the sentence at an offset."""
        return bisect_right(self._sentences, at)

    def clause(self, at: int) -> int:
        """Return the number, from 1, of the clause at an offset."""
        return bisect_right(self._clauses, at)

    def of_sentence(self, at: int) -> tuple[int, int]:
        """Return the offsets at which the sentence at an offset begins and ends."""
        return _around(self._sentences, at, len(self.text))

    def of_clause(self, at: int) -> tuple[int, int]:
        """Return the offsets at which the clause at an offset begins and ends."""
        return _around(self._clauses, at, len(self.text))

    def settings(self, at: int) -> frozenset[str]:
        """Return the names of the settings (see the module) of the sentence and the clause at an offset.

        In a target, the setting "limit" is left out.
        """
        ends = {"sentence": self.of_sentence(at), "clause": self.of_clause(at)}
        return frozenset(
            name
            for reach, patterns in _SETTINGS.items()
            for name, pattern in patterns.items()
            if (name, self.place) != ("limit", "target") and pattern.search(self.text, *ends[reach])
        )

    @cached_property
    def aside(self) -> Spans:
        """The passages of titles and numbers of documents, in which no figure is a quantity.

        In a text that is itself a title, titles are no such passages.
        """
        found = _RE.aside.finditer(self.text)
        return Spans(each.span() for each in found if self.place != "title" or each.group()[0] != "《")

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The dates, months and years of the text, in order."""
        return tuple(_moments(self.text, self.aside))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The pairs of moments that 至 joins, in order."""
        pairs = zip(self.moments, self.moments[1:], strict=False)
        return tuple(Span(a, _later(a, b)) for a, b in pairs if _RE.through.fullmatch(self.text, a.end, b.start))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The figures with a unit, and bare figures, in order; none within dates, titles or document numbers."""
        taken = Spans((each.start, each.end) for each in self.moments)
        return tuple(
            one
            for found in _RE.quantity.finditer(self.text)
            if (one := _quantity(found))
            and not taken.meet(one.start, one.end)
            and not self.aside.meet(one.start, one.end)
        )


def _later(first: Moment, last: Moment) -> Moment:
    """Return the later end of a span, with the year and month of the first end where the later one prints none."""
    month = first.month if last.month is None and last.day else last.month
    year = first.year if last.year is None else last.year
    return replace(last, year=year, month=month)


def _around(edges: list[int], at: int, whole: int) -> tuple[int, int]:
    number = bisect_right(edges, at)
    return edges[number - 1], edges[number] if number < len(edges) else whole


def _quantity(found: re.Match[str]) -> Quantity | None:
    """Return the quantity of a figure with its unit, given as a match; None if a figure in words is no number."""
    operator = _SIGNS.get(found["sign"] or "") or _BOUNDS.get(found["after"] or "")
    if found["han"]:
        read = numerals.exact(found["han"])
        if read is None:
            return None
        operator = operator or ("approx" if found["hanmore"] else None)
        number, unit = _without_large(Decimal(read), found["hanunit"])
        start = found.start("sign") if found["sign"] else found.start("han")
        return Quantity(start, found.end(), number, unit, None, operator, worded=True)
    times = Decimal(1)
    for char in found["large"] or "":
        times *= _MANY.get(char) or LARGE[char]
    digits, first = found["value"], found.start("value")
    value, unit = _without_large((number := decimal(digits)) * times, found["unit"] or "")
    upper = decimal(found["upper"]) * (value / number if number else 1) if found["upper"] else None
    operator = "between" if upper is not None else operator or ("approx" if found["more"] else None)
    start, least = found.start("sign") if found["sign"] else first, value if upper is None else min(value, upper)
    return Quantity(start, found.end(), least, unit, upper, operator, digits=digits, first=first)


def _without_large(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a value and its unit without 万, 亿, 百 and 千 before it, and money in yuan."""
    if unit in UNITS:
        return value * UNITS[unit], _YUAN
    while unit[:1] in LARGE or (unit[:1] in _MANY and len(unit) > 1):
        value *= LARGE.get(unit[:1]) or _MANY[unit[:1]]
        unit = unit[1:]
    return value, unit


def _moments(text: str, aside: Spans) -> Iterator[Moment]:
    for found in _RE.moment.finditer(text):
        if aside.meet(*found.span()):
            continue
        printed = next(filter(None, map(found.group, _YEARS)), None)
        in_words = numerals.year(found["yearword"]) if found["yearword"] else None
        month, day = (numerals.exact(next(filter(None, map(found.group, names)), "")) for names in (_MONTH, _DAY))
        yield Moment(
            *found.span(), int(printed) if printed else in_words, month, day, found["part"] or "", bool(found["before"])
        )
