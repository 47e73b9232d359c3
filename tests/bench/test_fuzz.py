"""Cases of the fuzzer: drawn alike every time, judged by what a server must not do, and none of them a fault."""

import secrets
from pathlib import Path
from random import Random

import pytest

from bench.fuzz import Case, Cases, Fuzz, fuzz, mutated
from jixiao.ingest.load import ingest
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store
from tests.support.blackbox.process import Served

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"
SEED = secrets.randbelow(1_000_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("fuzz") / "store", DEFAULT_BASE)
    ingest([EXAMPLE], store)
    return store


def test_a_case_is_the_same_every_time_and_of_every_kind(store: Store) -> None:
    first, again = (Cases(store, ["/", "/views/name"], 1) for _ in range(2))
    drawn = [first[number] for number in range(12)]
    assert [again[number] for number in reversed(range(12))] == drawn[::-1]
    assert {case.kind for case in drawn} == {"request", "query", "question", "file"}
    assert drawn != [Cases(store, ["/", "/views/name"], 2)[number] for number in range(12)]


@pytest.mark.parametrize(
    ("status", "seconds", "logged", "fault"),
    [
        ("200", 0.1, [], False),
        ("503", 9.0, [], False),
        ("none", 0.1, ['{"slow":true}'], False),
        ("500", 0.1, [], True),
        ("501", 0.1, [], True),
        ("silent", 30.0, [], True),
        ("200", 0.1, ["Traceback (most recent call last):"], True),
        ("200", 0.1, ['{"level": "error", "message": "x"}'], True),
    ],
)
def test_what_a_server_must_not_do_is_a_fault(status: str, seconds: float, logged: list[str], fault: bool) -> None:
    run = Fuzz(Served("http://127.0.0.1:9", 0))
    run.judge(7, Case("query", b""), status, seconds, logged)
    assert (7 in run.faults) == fault


def test_a_change_keeps_within_the_bound() -> None:
    sizes = {len(mutated(Random(number), b"x" * 5_000, [b"y"])) for number in range(300)}
    assert max(sizes) <= 1 << 20
    assert len(sizes) > 100


@pytest.mark.judge
def test_no_drawn_case_is_a_fault(store: Store, tmp_path: Path) -> None:
    run = fuzz(store.path, range(500), SEED, tmp_path)
    assert run.faults == {}, f"seed {SEED}"
    assert run.statuses.total() == 500
