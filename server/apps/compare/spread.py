"""Describe the targets of one indicator: extremes, quartiles, median, and outliers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

FEW = 8
"""Numeric targets below which none is called an outlier."""

_FAR = Decimal("1.5")


@dataclass(frozen=True)
class Spread:
    """Targets of one sign and unit: their number, extremes, median, quartiles, and outliers.

    `outliers` is None for few targets, and if the quartiles are equal.
    """

    operator: str | None
    unit: str | None
    number: int
    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    most: Decimal
    outliers: Mapping[Decimal, int] | None


def spread(operator: str | None, unit: str | None, values: Mapping[Decimal, int]) -> Spread:
    """Describe values, given with how often each occurs; at least one is needed."""
    ordered = sorted(values)
    number = sum(values.values())
    lower, median, upper = (_quantile(ordered, values, number, Decimal(n) / 4) for n in (1, 2, 3))
    reach = _FAR * (upper - lower)
    far = {value: values[value] for value in ordered if value < lower - reach or value > upper + reach}
    told = number >= FEW and reach > 0
    return Spread(operator, unit, number, ordered[0], lower, median, upper, ordered[-1], far if told else None)


def spreads(rows: Iterable[Mapping[str, object]]) -> dict[str, list[Spread]]:
    """Describe the targets of each name by sign and unit, those of most indicators first.

    A row has `name`, `operator`, `unit`, `value` and the number of `indicators`; a row without a value is skipped.
    """
    found: dict[str, dict[tuple[str | None, str | None], dict[Decimal, int]]] = {}
    for row in rows:
        value, number = row["value"], row["indicators"]
        if isinstance(value, Decimal) and isinstance(number, int):
            kind = _text(row["operator"]), _text(row["unit"])
            values = found.setdefault(str(row["name"]), {}).setdefault(kind, {})
            values[value] = values.get(value, 0) + number
    return {
        name: sorted(
            (spread(*kind, values) for kind, values in kinds.items()),
            key=lambda each: (-each.number, each.operator or "", each.unit or ""),
        )
        for name, kinds in found.items()
    }


def _quantile(ordered: list[Decimal], values: Mapping[Decimal, int], number: int, part: Decimal) -> Decimal:
    """Return the value at a fraction of all values in order, interpolated between its two neighbours."""
    place = part * (number - 1)
    before = int(place)
    first, second = _at(ordered, values, before), _at(ordered, values, min(before + 1, number - 1))
    return first + (place - before) * (second - first)


def _at(ordered: list[Decimal], values: Mapping[Decimal, int], place: int) -> Decimal:
    passed = 0
    for value in ordered:
        passed += values[value]
        if place < passed:
            return value
    return ordered[-1]


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
