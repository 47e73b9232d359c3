"""Conclusions of the benchmarks: medians and ratios of rounds, targets, growth over time, proper answers of a soak."""

import math
from array import array
from pathlib import Path

import pytest

from bench import soak
from bench.load.figures import CACHED, RDFLIB, UNCACHED, VIRTUOSO, Figures, percentile, table, tail, verdicts, wide
from bench.load.generator import Outcome
from bench.load.growth import MIB, Measure, growth, slope
from bench.load.http import Reply
from bench.load.mix import Ask, Mix
from bench.load.processes import Tree
from bench.load.servers import Server
from jixiao.store import Generation

MEMORY = Measure("memory", " MiB", MIB, spare=10 * MIB, share=0.1)


def figures(*rates: float, p99: float = 0.01) -> Figures:
    made = Figures()
    for rate in rates:
        latencies = array("d", [p99] * 10)
        made.add(Outcome(2.0, latencies, right=int(rate * 2), served=int(rate * 2) + 10, cpu=0.1), cpu=1.0)
    return made


def test_median_of_the_rounds_counts() -> None:
    assert figures(100, 300, 200).rate == 200


def test_wrong_answers_are_faults() -> None:
    outcome = Outcome(1.0, array("d", [0.1]), wrong=2, unanswered=1)
    outcome.statuses[503] += 3
    made = Figures()
    made.add(outcome, 0.1)
    assert made.faults == 6


def test_ratios_are_judged_against_the_targets() -> None:
    found = {UNCACHED: figures(500), CACHED: figures(1400), RDFLIB: figures(100), VIRTUOSO: figures(250)}
    assert [reached for reached, _ in verdicts(found)] == [True, False, False]
    lines = list(table(found))
    assert lines[1].split()[:5] == ["jixiao", "cached", "1400", "14.00", "5.60"]
    assert list(verdicts({UNCACHED: figures(500)})) == []


def test_tail_under_load_is_judged() -> None:
    assert tail("x", figures(10, p99=0.01), figures(10, p99=0.09))[0]
    reached, line = tail("x", figures(10, p99=0.01), figures(10, p99=0.2))
    assert not reached
    assert "20.0" in line


def test_percentiles() -> None:
    assert percentile([float(n) for n in range(101)], 99) == 99
    assert percentile([2.0], 99) == 2
    assert percentile([1.0, math.inf], 50) == 1
    assert percentile([1.0, math.inf], 99) == math.inf
    assert percentile([], 99) == float("inf")


def test_width_counts_chinese_characters_twice() -> None:
    assert wide("服务", 6) == "服务  "


def test_slope_is_not_moved_by_a_peak() -> None:
    times = [float(n) for n in range(20)]
    assert slope(times, [2 * time + (500 if time == 19 else 0) for time in times]) == pytest.approx(2)
    assert slope([1.0], [5.0]) == 0


@pytest.mark.parametrize(("a_minute", "grew"), [(0.0, False), (0.5, False), (5.0, True), (-5.0, False)])
def test_growth_is_what_exceeds_the_spare(a_minute: float, grew: bool) -> None:
    times = [5.0 * n for n in range(90)]
    saw = [(100 + a_minute * time / 60 + (n % 7)) * MIB for n, time in enumerate(times)]
    assert growth(MEMORY, times, saw).grew == grew


def test_what_is_left_over() -> None:
    before = Tree(root_rss=1, root_files=20, rss=1, files=50, processes=5)
    assert soak.left_over(before, Tree(9, 25, 9, 400, 6)) == []
    assert len(soak.left_over(before, Tree(1, 90, 1, 50, 9))) == 2


@pytest.fixture
def run(tmp_path: Path) -> soak.Soak:
    return soak.Soak(Server(0, 0, tmp_path))


@pytest.mark.parametrize(
    ("ask", "reply", "fault"),
    [
        (Ask("a", b""), Reply(200, b"", 0, False), False),
        (Ask("a", b""), Reply(503, b"", 0, False), False),
        (Ask("a", b""), Reply(500, b"", 0, False), True),
        (Ask("a", b"", proper=frozenset({504})), Reply(200, b"", 0, False), True),
        (Ask("a", b"", right=bool), Reply(200, b"", 0, False), True),
        (Ask("a", b"", right=bool), Reply(200, b"x", 0, False), False),
        (Ask("a", b""), None, True),
        (Ask("a", b"", patience=1.0), None, False),
    ],
)
def test_improper_answers_are_faults(run: soak.Soak, ask: Ask, reply: Reply | None, fault: bool) -> None:
    run.judge(ask, reply)
    assert bool(run.faults) == fault
    assert run.answers.total() == 1


def test_growth_before_the_warm_up_does_not_count(run: soak.Soak) -> None:
    for n in range(40):
        run.times.append(float(n))
        for name, values in run.samples.items():
            values.append(min(n, 10) * 100 * MIB if name == "rss" else 1.0)
    assert not any(each.grew for each in soak.grown(run))


@pytest.mark.judge
def test_mix_is_the_same_every_time_and_has_every_kind(generation: Generation) -> None:
    first, second = ([ask for _, ask in zip(range(4000), Mix(generation).requests(), strict=False)] for _ in range(2))
    assert [ask.request for ask in first] == [ask.request for ask in second]
    assert {ask.kind for ask in first} == {
        "lookup", "fresh lookup", "view", "other view", "page", "mistake", "time-out", "hang-up", "large result",
        "slow reader", "crash",
    }  # fmt: skip
