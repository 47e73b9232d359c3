"""The exponent by which costs grow over sizes of stores, and what is said of it."""

import pytest

from bench.growth import LIST, LOOKUP, exponent, lines


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_exponent_is_the_power_of_the_size(power: float) -> None:
    assert exponent({size: 3 * size**power for size in (1000, 10_000, 100_000)}) == pytest.approx(power)


def test_exponent_levels_out_what_one_size_does() -> None:
    assert 0 < exponent({1000: 5, 10_000: 5, 100_000: 6}) < LOOKUP


def test_lookups_may_not_grow_and_lists_as_much_as_the_store() -> None:
    linear = {size: {"view project": size / 1000, "list org": size / 1000, "new": 1.0} for size in (1000, 10_000)}
    del linear[1000]["new"]
    found = list(lines(linear))
    assert [reached for reached, _ in found] == [False, True]
    assert LIST > 1
    assert found[1][1].startswith("list org")
