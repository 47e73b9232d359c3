"""Workers under attack: the pool answers the next query whatever became of the last."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jixiao.server.errors import (
    GenerationClearedError,
    LimitError,
    PoolBusyError,
    QueryTimeoutError,
    WorkerDiedError,
)
from jixiao.server.pool import Limits, Pool
from jixiao.server.worker import Job
from jixiao.store import Store

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
CRASH = f"ASK {{ FILTER({'(' * 20_000}true{')' * 20_000}) }}"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(Limits(workers=1, waiting=1, patience=0.3, memory=1 << 30)) as running:
        yield running


def job(store: Store, query: str, timeout: float = 10) -> Job:
    generation = store.current()
    assert generation is not None
    return Job(str(generation.graph_path), query, store.base_iri, "text/csv", None, None, 1 << 20, timeout)


def test_a_runaway_query_is_stopped_in_time(pool: Pool, store: Store) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeoutError):
        pool.run(job(store, FOREVER, 0.5))
    assert time.monotonic() - began < 2
    assert pool.run(job(store, "SELECT ?x { VALUES ?x { 1 } }")) == b"x\r\n1\r\n"


def test_a_crash_of_the_engine_ends_one_worker_only(pool: Pool, store: Store) -> None:
    with pytest.raises(WorkerDiedError):
        pool.run(job(store, CRASH))
    assert pool.run(job(store, "SELECT ?x { VALUES ?x { 1 } }")) == b"x\r\n1\r\n"


def test_a_generation_that_was_cleared_costs_no_worker(pool: Pool, store: Store, tmp_path: Path) -> None:
    gone = replace(job(store, "ASK {}"), graph_path=str(tmp_path / "none"))
    for _ in range(2):
        with pytest.raises(GenerationClearedError):
            pool.run(gone)
        assert pool.run(job(store, "SELECT ?x { VALUES ?x { 1 } }")) == b"x\r\n1\r\n"


def test_a_full_queue_says_so_at_once_and_patience_ends(pool: Pool, store: Store) -> None:
    errors: list[LimitError] = []

    def attempt() -> None:
        try:
            pool.run(job(store, FOREVER, 1.5))
        except LimitError as error:
            errors.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(error).__name__ for error in errors) == [PoolBusyError.__name__] * 3 + [
        QueryTimeoutError.__name__
    ]


def test_closing_ends_what_still_runs(store: Store) -> None:
    pool = Pool(Limits(workers=1, waiting=0, patience=1, memory=1 << 30))
    errors: list[LimitError] = []

    def attempt() -> None:
        try:
            pool.run(job(store, FOREVER, 30))
        except LimitError as error:
            errors.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    time.sleep(0.5)
    pool.close()
    thread.join(timeout=5)
    assert [type(error) for error in errors] == [WorkerDiedError]
