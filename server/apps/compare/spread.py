"""Compute the spread of the numeric targets of indicators with one name: extremes, quartiles, median, outliers."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from jixiao.server.apps.compare.facts import decimal, text
from jixiao.server.views.answers import Row

FEW = 8
"""Number of targets below which no outliers are determined."""

_FAR = Decimal("1.5")
"""Outliers are further than this multiple of the interquartile range from the quartiles, as in Tukey's box plots."""
_Kinds = defaultdict[tuple[str | None, str | None], Counter[Decimal]]


@dataclass(frozen=True)
class Spread:
    """Targets of one sign and unit: their number, extremes, median, quartiles, and outliers.

    `least` and `most` are the extremes, `lower` and `upper` the quartiles. `outliers` maps each outlying target to its
    number of indicators; it is None for fewer than FEW targets, and if the quartiles are equal.
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
    """Return the spread of at least one value; `values` maps each value to the number of times that it occurs."""
    ordered = sorted(values)
    ends = list(accumulate(values[value] for value in ordered))
    last = ends[-1] - 1

    def quantile(part: Decimal) -> Decimal:
        """Return the quantile for a fraction (`part`, 0 to 1), interpolated between the two nearest values."""
        place = part * last
        before, after = (ordered[bisect_right(ends, n)] for n in (int(place), min(int(place) + 1, last)))
        return before + (place - int(place)) * (after - before)

    lower, median, upper = (quantile(Decimal(n) / 4) for n in (1, 2, 3))
    reach = _FAR * (upper - lower)
    far = {value: values[value] for value in ordered if value < lower - reach or value > upper + reach}
    judged = ends[-1] >= FEW and reach > 0
    return Spread(operator, unit, ends[-1], ordered[0], lower, median, upper, ordered[-1], far if judged else None)


def spreads(rows: Iterable[Row]) -> dict[str, list[Spread]]:
    """Return the spreads of the targets by the indicators' name, one per sign and unit, the most used first.

    A row has `name`, `operator`, `unit`, `value` and the number of `indicators`; a row without a value is skipped.
    """
    by_name: defaultdict[str, _Kinds] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        value, number = decimal(row["value"]), row["indicators"]
        if value is not None and isinstance(number, int):
            by_name[str(row["name"])][text(row["operator"]), text(row["unit"])][value] += number
    return {
        name: sorted(
            (spread(*kind, values) for kind, values in kinds.items()),
            key=lambda each: (-each.number, each.operator or "", each.unit or ""),
        )
        for name, kinds in by_name.items()
    }
