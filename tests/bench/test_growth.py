"""The exponent by which costs grow over sizes of stores, what is said of it, and pages that are measured."""

import math

import pytest

from bench.growth import LOOKUP, exponent, lines
from bench.measuring import percentile


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_exponent_is_the_power_of_the_size(power: float) -> None:
    assert exponent({size: 3 * size**power for size in (1000, 10_000, 100_000)}) == pytest.approx(power)


def test_exponent_levels_out_what_one_size_does() -> None:
    assert 0 < exponent({1000: 5, 10_000: 5, 100_000: 6}) < LOOKUP


def test_percentiles() -> None:
    assert percentile([float(n) for n in range(101)], 99) == 99
    assert percentile([2.0], 99) == 2
    assert percentile([1.0, math.inf], 50) == 1
    assert percentile([1.0, math.inf], 99) == math.inf
    assert percentile([], 99) == math.inf


def test_lookups_may_not_grow_and_lists_as_much_as_the_store() -> None:
    linear = {
        size: {kind: [size / 1000, 1.0, 2.0] for kind in ("view project", "list org", "new")} for size in (1000, 10_000)
    }
    del linear[1000]["new"]
    found = list(lines(linear))
    assert [reached for reached, _ in found] == [False, True]
    assert found[1][1][:5] == ["list org", 1.0, 10.0, 1.0, 2.0]
