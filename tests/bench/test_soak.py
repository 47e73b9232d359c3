"""Conclusions of a soak: growth over time, what is left over, proper answers, requests that are the same every time."""

import json
from pathlib import Path

import pytest

from bench import soak
from bench.lookups import Lookup, get
from bench.soak import MEASURES, MIB, Ask

ROOT = get("/", "*/*")
EMPTY = b'{"rows": []}'


@pytest.fixture
def run(tmp_path: Path) -> soak.Soak:
    return soak.Soak(0, 0, tmp_path)


def grew(run: soak.Soak) -> set[str]:
    """The measures that grew."""
    return {name for name, (risen, _) in zip(MEASURES, run.grown(), strict=True) if risen}


def test_slope_is_not_moved_by_a_peak() -> None:
    times = [float(n) for n in range(20)]
    assert soak.slope(times, [2 * time + (500 if time == 19 else 0) for time in times]) == pytest.approx(2)
    assert soak.slope([1.0], [5.0]) == 0


def growing(a_minute: float) -> list[float]:
    return [100 + a_minute * 5 * n / 60 + (n % 7) for n in range(90)]


@pytest.mark.parametrize(
    ("sizes", "rises"),
    [
        *((growing(a_minute), a_minute > 1) for a_minute in (0.0, 0.5, 20.0, -5.0)),
        ([min(n, 31) * 100.0 for n in range(90)], False),
    ],
    ids=["level", "slight", "growth", "less", "warm-up"],
)
def test_growth_is_what_exceeds_the_spare_behind_the_warm_up(run: soak.Soak, sizes: list[float], rises: bool) -> None:
    for n, size in enumerate(sizes):
        run.times.append(5.0 * n)
        for name, values in run.samples.items():
            values.append(size * MIB if name == "rss" else 1.0)
    assert grew(run) == ({"rss"} if rises else set())


def test_what_is_left_over() -> None:
    before = dict(zip(MEASURES, (1, 20, 8, 1, 5, 50, 0), strict=True))
    assert soak.left_over(before, dict(zip(MEASURES, (9, 25, 9, 9, 6, 400, 0), strict=True))) == []
    assert len(soak.left_over(before, dict(zip(MEASURES, (1, 90, 8, 1, 9, 50, 0), strict=True)))) == 2


@pytest.mark.parametrize(
    ("ask", "status", "body", "fault"),
    [
        (Ask("a", ROOT), 200, b"", False),
        (Ask("a", ROOT), 503, b"", False),
        (Ask("a", ROOT), 500, b"", True),
        (Ask("a", ROOT, proper=frozenset({504})), 200, b"", True),
        (Ask("a", ROOT, Lookup("甲", frozenset("p"))), 200, EMPTY, True),
        (Ask("a", ROOT, Lookup("甲", frozenset())), 200, EMPTY, False),
        (Ask("a", ROOT), 0, b"", True),
        (Ask("a", ROOT, patience=1.0), 0, b"", False),
    ],
)
def test_improper_answers_are_faults(run: soak.Soak, ask: Ask, status: int, body: bytes, fault: bool) -> None:
    run.judge(ask, status, body)
    assert (bool(run.faults.total()), run.answers.total()) == (fault, 1)


def test_a_project_that_comes_and_goes_is_no_fault(tmp_path: Path) -> None:
    run = soak.Soak(0, 0, tmp_path, known=frozenset("pq"))
    for body, faults in ((b'{"rows": [{"project": "p"}, {"project": "new"}]}', 0), (EMPTY, 1)):
        run.judge(Ask("a", ROOT, Lookup("甲", frozenset("p"))), 200, body)
        assert run.faults.total() == faults


def test_errors_of_a_log_are_counted() -> None:
    error = {"time": "1", "level": "error", "message": "damaged"}
    lines = [*(json.dumps({**error, "time": str(n)}) for n in range(2)), '{"slow": true}', "http://127.0.0.1:8000/"]
    assert list(soak.errors([*lines, "Traceback (most recent call last):"]).values()) == [2, 1]
