"""Define the bars of charts, which browsers draw from the JSON that to_json() makes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.money import money, unit_for
from jixiao.server.views.answers import Row

YUAN = Bilingual("元", "yuan")
"""The unit of drawings of money."""

FEW = 3
"""Most equally long bars that a finding names."""

Words = Bilingual | str
Figure = int | Decimal | None


@dataclass(frozen=True)
class Mark:
    """The name of a bar, and the IRI of the thing to which it links, if any."""

    name: Words
    iri: str | None = None


@dataclass(frozen=True)
class Bars:
    """Stacked bars at `places`; each series is a name with, for every place, a figure or None.

    `unit` is the unit of the figures. Bars that are `lying` are horizontal, for long names; with `read_off` the sum of
    all series is written beside each bar. `most` is the sentence about the longest bar, with braces for the bar's name.
    """

    places: tuple[Mark, ...]
    series: tuple[tuple[Bilingual, tuple[Figure, ...]], ...]
    unit: Bilingual
    lying: bool = False
    read_off: bool = False
    most: Bilingual | None = None

    def sums(self) -> list[Figure]:
        """Return the sum of all series at each place."""
        return [added(each) for each in zip(*(values for _, values in self.series), strict=True)]

    def found(self) -> Bilingual | None:
        """Return the title of the bars: the sentence `most` with the name of the longest bar, and its sum, or None.

        Up to FEW equally long bars are named together; the title is None if there are more. A bar for unknown things,
        whose name is words and which has no IRI, does not count.
        """
        sums = [
            (total, mark.name)
            for total, mark in zip(self.sums(), self.places, strict=True)
            if total and (mark.iri or isinstance(mark.name, str))
        ]
        most = max((total for total, _ in sums), default=0)
        names = [name for total, name in sums if total == most]
        if self.most is None or not 0 < len(names) <= FEW or len(names) == len(sums) > 1 or most == 1:
            return None
        zh, en = (
            mark.join(in_language(name, spoken) for name in names) for mark, spoken in (("、", "zh"), (", ", "en"))
        )
        figures = digits(most, grouped=True)
        counted = Bilingual(f"{figures} {self.unit.zh}", f"{figures} {self.unit.en}")
        sum_of = money(most) if self.unit == YUAN else counted
        return Bilingual(f"{self.most.zh.format(zh)}：{sum_of.zh}", f"{self.most.en.format(en)}: {sum_of.en}")


def to_json(drawing: Bars, language: str, href: Callable[[str], str | None]) -> dict[str, Any]:
    """Return a drawing as JSON values for the browser, in a language; `href` returns the address of a thing's page."""

    def place(mark: Mark) -> dict[str, Any]:
        return {"name": in_language(mark.name, language), "href": None if mark.iri is None else href(mark.iri)}

    unit = in_language(drawing.unit, language)
    sums = drawing.sums()
    scale, axis = unit_for(max(total or 0 for total in sums), language) if drawing.unit == YUAN else (1, unit)

    return {
        "lying": drawing.lying,
        "axis": axis,
        "unit": unit,
        "scale": scale,
        "sums": [_brief(total, scale) for total in sums] if drawing.read_off else None,
        "whole": all(isinstance(value, int) for _, values in drawing.series for value in values if value is not None),
        "places": [place(mark) for mark in drawing.places],
        "series": [
            {
                "name": in_language(name, language),
                # Floats suffice for the lengths of bars; `shown` has the exact figures.
                "values": [None if value is None else float(value) for value in values],
                "shown": ["" if value is None else digits(value, grouped=True) for value in values],
            }
            for name, values in drawing.series
        ],
    }


def _brief(value: Figure, scale: int) -> str:
    """Return a figure divided by `scale`, as text for a bar: rounded to four digits or a whole number; "" for None."""
    if value is None:
        return ""
    scaled = Decimal(value) / scale
    return digits(round(scaled, max(0, 3 - scaled.adjusted())), grouped=True)


def added(values: Sequence[Figure]) -> Figure:
    """Return the sum of the figures that are not None, or None if every figure is."""
    figures = [value for value in values if value is not None]
    return sum(figures) if figures else None


def figure(row: Row, name: str) -> Figure:
    """Return a row's value in the column `name` if it is a number, otherwise None."""
    value = row[name]
    return value if isinstance(value, int | Decimal) else None


def summed(rows: Sequence[Row], name: str) -> Figure:
    """Return the sum of a column over the rows, None if no row has a figure."""
    return added([figure(row, name) for row in rows])
