"""Make bars of the groups of an answer: the table from which browsers draw them, and what is said of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual, in_language, listed
from jixiao.ontology.text.money import money, unit_for
from jixiao.ontology.units import spellings
from jixiao.server.apps.charts.charts import YUAN, Kind, sentence
from jixiao.server.views.answers import Answer, Column, Row, Value, written
from jixiao.server.views.parameters import Given
from jixiao.server.words import WORDS

OFFERED = 8
"""Most lots that a page offers to draw, the most frequent ones."""
_FEWEST = 3
"""Fewest things of which one bar may be called the longest."""
_LONGEST = 60
"""Longest span, in years, for which years without a bar have a place, too."""

Lot = tuple[Value, ...]
"""The values of the columns of which one is drawn at a time."""


@dataclass(frozen=True)
class Bars:
    """Bars of one `lot`: the rows of each place, none for a year without any.

    `lots` has the number of things in each lot, and `every` is the number of all. `shorter` bars are left out.
    """

    kind: Kind
    columns: Mapping[str, Column]
    lot: Lot
    lots: Counter[Lot]
    every: int
    places: Mapping[Value, Sequence[Row]]
    shorter: int

    @property
    def by(self) -> Column:
        """The column that names bars."""
        return self.columns[self.kind.by]

    @property
    def series(self) -> dict[Value, Bilingual]:
        """The values that have a colour, with their words; without a column across None alone, for the figures."""
        column, figures = self.columns[self.kind.across or self.kind.bar], self.columns[self.kind.bar]
        order = [*WORDS.get(column.type, ()), None]
        values = {self._across(row) for rows in self.places.values() for row in rows}
        ordered = sorted(values, key=lambda each: (order.index(each) if each in order else -1, str(each)))
        heading = Bilingual(figures.heading("zh"), figures.heading("en"))
        return {each: column.worded(each) if self.kind.across else heading for each in ordered}

    def _across(self, row: Row) -> Value:
        return row[self.kind.across] if self.kind.across else None

    def name(self, place: Value) -> Bilingual:
        """Return the words for a bar."""
        row = next(iter(self.places[place]), {self.by.name: place})
        return self.by.words_in(row) or self.by.worded(row[self.by.name])

    def said(self, lot: Lot) -> Bilingual:
        """Return the words for the values of a lot."""
        words = (self.columns[name].worded(value) for name, value in zip(self.kind.one, lot, strict=True))
        return listed(words, "，", ", ")

    def of_lot(self, said: Bilingual) -> Bilingual:
        """Return words with those for the lot behind them."""
        return sentence("of-lot", words=said, lot=self.said(self.lot)) if self.lot else said

    @property
    def offers(self) -> list[tuple[Bilingual, int, str, bool]]:
        """The lots that can be drawn: words, number of things, a text for addresses, and True for the present one."""
        offered = self.lots.most_common(OFFERED)
        if all(lot != self.lot for lot, _ in offered):
            offered.append((self.lot, self.lots[self.lot]))
        return [(self.said(lot), number, typed(lot), lot == self.lot) for lot, number in offered]

    @property
    def in_chart(self) -> int:
        """The number of the table's rows that are drawn."""
        return int(summed([row for rows in self.places.values() for row in rows], self.kind.counted))

    @property
    def notes(self) -> list[Bilingual]:
        """Sentences on what is in the chart, and what is not."""
        labels = {name: Bilingual(column.label.zh, column.label.en.lower()) for name, column in self.columns.items()}
        reasons = [
            sentence("other", column=labels[name])
            for place, name in enumerate(self.kind.one)
            if len({lot[place] for lot in self.lots}) > 1
        ]
        if self.shorter:
            reasons.append(sentence("shorter"))
        if self.every > self.lots.total():
            reasons.append(sentence("not-read", column=labels[self.kind.bar]))
        things, left_out = self.kind.things(self.in_chart), self.kind.things(self.every - self.in_chart)
        code = "in-chart-of" if reasons else "in-chart"
        notes = [sentence(code, things=things, others=left_out, reasons=reasons)]
        if self.shorter:
            notes.append(sentence("cut", bars=len(self.places), shorter=self.shorter))
        return notes

    def found(self) -> Bilingual | None:
        """Return the sentence about the longest bar, with what it is the longest of.

        None without a bar that is longer than others, for one of what is not known, and of few things.
        """
        sums = Counter({place: summed(rows, self.kind.bar) for place, rows in self.places.items()})
        [(place, most), (_, second)] = [*sums.most_common(2), (None, 0), (None, 0)][:2]
        if self.kind.most is None or most in (1, second) or place is None or self.in_chart < _FEWEST:
            return None
        unit = self.kind.unit
        return sentence(
            "longest",
            things=self.of_lot(self.kind.things(self.in_chart)),
            most=self.kind.most.filled(name=self.name(place)),
            sum=money(most) if unit == YUAN else sentence("figure", figure=most, unit=unit),
        )

    def table(self, given: Given) -> list[dict[str, Any]]:
        """Return a dict for each bar: its `name`, the `iri` of a thing, and `cells`, one for each series.

        A cell has the `figure`, the number of things (`count`), and the `address` of the table's rows that it is of.
        """
        return [
            {
                "name": self.name(place),
                "iri": place if self.by.link and place is not None else None,
                "cells": [
                    {
                        "figure": summed(rows, self.kind.bar) if rows else None,
                        "count": summed(rows, self.kind.counted),
                        "address": self._behind(given, rows),
                    }
                    for across in self.series
                    for rows in [[row for row in of_place if self._across(row) == across]]
                ],
            }
            for place, of_place in self.places.items()
        ]

    def _behind(self, given: Given, rows: Sequence[Row]) -> str | None:
        """Return the address of the table's rows in some groups; None if no address of a table asks for them."""
        kind, values = self.kind, dict[str, list[str]]()
        for column in (self.columns[name] for name in filter(None, (kind.by, kind.across, *kind.one))):
            group = self.columns[column.link or column.name]
            known = dict.fromkeys(written(row[group.name]) for row in rows if row[group.name] is not None)
            values[kind.behind.get(column.name, group.of or group.name)] = [*known]
        address = kind.view.tabled.address(given, values) if kind.view.tabled else None
        has_money = kind.counted != kind.every and address is not None
        return f"{address}&{self.columns[kind.bar].of or kind.bar}.present=1" if has_money else address

    def axis(self, language: str) -> tuple[int, str]:
        """Return by how much the figures at the axis are divided, and their unit."""
        longest = max(summed(rows, self.kind.bar) for rows in self.places.values())
        return unit_for(longest, language) if self.kind.unit == YUAN else (1, in_language(self.kind.unit, language))


def drawn(kind: Kind, answer: Answer, asked: str = "") -> Bars | None:
    """Return the bars of an answer, of the lot that an address asks for or else of the most frequent; None without any.

    Raises ParameterError for an unknown lot.
    """
    columns = {each.name: each for each in answer.columns}
    known = [row for row in answer.rows if row[kind.bar] is not None]
    # Words for one unit are the same.
    of_lots = grouping.by_key(
        (tuple(spellings(str(row[at]))[0] if at == "unit" and row[at] else row[at] for at in kind.one), row)
        for row in known
    )
    lots = Counter({lot: int(summed(rows, kind.counted)) for lot, rows in of_lots.items()})
    named = {typed(lot): lot for lot in lots}
    if asked and asked not in named:
        raise sentence.refusal("unknown-lot", lots=[typed(lot) for lot, _ in lots.most_common(OFFERED)])
    if not lots:
        return None
    lot, by = named.get(asked) or lots.most_common(1)[0][0], columns[kind.by]
    bars = grouping.by_key((row[by.link or by.name], row) for row in of_lots[lot])
    longest = _longest(Counter({place: summed(rows, kind.bar) for place, rows in bars.items()}), kind.limit)
    if by.type in ("year", "decimal"):
        longest.sort(key=lambda place: (place is None, Decimal(place or 0)))
    places: list[Value] = longest
    years = [int(place) for place in longest if place is not None] if by.type == "year" else []
    if years and years[-1] - years[0] <= _LONGEST:
        places = [*range(years[0], years[-1] + 1), *longest[len(years) :]]
    rows = {each: bars.get(each, ()) for each in places}
    return Bars(kind, columns, lot, lots, int(summed(answer.rows, kind.every)), rows, len(bars) - len(longest))


def _longest(lengths: Counter[Value], limit: int) -> list[Value]:
    """Return the names of the longest bars, without those as long as the first that is left out, unless all are."""
    bars = lengths.most_common()
    left_out = bars[limit][1] if bars[limit:] else 0
    return [name for name, length in bars[:limit] if length > left_out] or [name for name, _ in bars[:limit]]


def typed(lot: Lot) -> str:
    """Return the text that stands for a lot in an address."""
    return ",".join("-" if value is None else written(value) for value in lot)


def summed(rows: Sequence[Row], name: str) -> int | Decimal:
    """Return the sum of a column of numbers over the rows."""
    return sum(value for row in rows if isinstance(value := row[name], int | Decimal))
