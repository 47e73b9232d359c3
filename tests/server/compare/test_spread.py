"""Quartiles are those of the standard library; outliers are told of eight targets and more."""

import statistics
from collections import Counter
from decimal import Decimal

from hypothesis import given, strategies as st

from jixiao.server.apps.compare.library import spread, spreads
from jixiao.server.views.answers import Row
from jixiao.store.index.facts import number, sortable


@given(st.lists(st.decimals(-500, 500, places=1), min_size=2, max_size=30))
def test_quartiles_of_values(values: list[Decimal]) -> None:
    found = spread("ge", "%", Counter(values))
    assert [found.lower_quartile, found.median, found.upper_quartile] == statistics.quantiles(
        values, n=4, method="inclusive"
    )
    assert (found.least, found.most, found.targets) == (min(values), max(values), len(values))
    reach = Decimal("1.5") * (found.upper_quartile - found.lower_quartile)
    far = Counter(each for each in values if not found.lower_quartile - reach <= each <= found.upper_quartile + reach)
    assert found.outliers == (far if len(values) >= 8 and reach else None)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_numbers_of_the_tables_are_read_back(value: Decimal) -> None:
    assert number(sortable(value)) == value


def test_targets_of_other_units_stand_apart() -> None:
    rows: list[Row] = [
        {"name": "出勤率", "operator": "ge", "unit": "%", "value": Decimal(90), "indicators": 2},
        {"name": "出勤率", "operator": "ge", "unit": "", "value": Decimal("0.9"), "indicators": 1},
        {"name": "出勤率", "operator": None, "unit": None, "value": None, "indicators": 4},
    ]
    found = spreads(rows)["出勤率"]
    assert [(each.unit, each.targets, each.median) for each in found] == [("%", 2, 90), (None, 1, Decimal("0.9"))]
