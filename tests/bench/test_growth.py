"""The exponent by which costs grow over sizes of stores, what is said of it, and pages that are measured."""

import math

import pytest

from bench import growth
from bench.growth import LOOKUP, exponent, lines
from bench.measuring import percentile
from jixiao.store import Generation


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


@pytest.mark.judge
def test_every_kind_of_page_is_drawn_alike_each_time(generation: Generation) -> None:
    assert generation.index
    first, second = (list(growth.asked(generation.index, generation, 3)) for _ in range(2))
    assert first == second
    kinds = {kind for kind, _ in first}
    assert {"view projects", "json projects", "search", "home", "page org", "list source", growth.MISSING} <= kinds
    found = {kind: len(paths) for kind, paths in first if kind not in {"most cited", "findings"}}
    assert {kind: count for kind, count in found.items() if not 1 <= count <= 18} == {}


@pytest.mark.judge
def test_pages_of_a_store_are_measured(generation: Generation) -> None:
    size, costs, failed = growth.measured(generation.path.parents[1], 2, "project", ())
    assert (size, failed) == (generation.manifest.counts.projects, 0)
    assert {"view projects", "json projects", "  engine projects", "page project", "list project"} <= costs.keys()
    assert all(cost > 0 for cost, *_ in costs.values())
