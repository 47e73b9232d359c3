"""Workers under attack: the pool answers the next query whatever became of the last."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from jixiao.server.errors import (
    ClientGoneError,
    GenerationClearedError,
    PoolBusyError,
    QueryTimeoutError,
    ResultTooLargeError,
    TooManyError,
    WorkerDiedError,
)
from jixiao.server.http.clients import Client
from jixiao.server.logs.metrics import Event, Metrics
from jixiao.server.query.jobs import Job
from jixiao.server.query.pool import Pool
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.support.clock import Clock

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
EASY = "SELECT ?x { VALUES ?x { 1 } }"
DOUBLED = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(40))
GREEDY = f"SELECT ?a40 {{ BIND('x' AS ?a0) {DOUBLED} }}"
LIMITS = Settings(
    quick_seats=1,
    heavy_seats=2,
    waiting=4,
    waiting_per_client=2,
    patience=30,
    promote_after=0.1,
    query_memory=256 << 20,
    spool_bytes=16 << 20,
)
SOMEBODY = Client("192.0.2.1")
SPARES = 1


@pytest.fixture(autouse=True)
def spares(monkeypatch: pytest.MonkeyPatch) -> None:
    """One, where a server in use has two: each takes a while to start."""
    monkeypatch.setattr("jixiao.server.query.pool.SPARES", SPARES)


Value = TypeVar("Value")


class Events(Metrics):
    """Count the workers that started and ended."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def worker(self, event: Event) -> None:
        super().worker(event)
        self.seen.append(event)


def within(use: Callable[[Pool], Awaitable[Value]], limits: Settings = LIMITS) -> tuple[Value, Events]:
    """Return the result of `use` on a pool, and the fate of its workers meanwhile."""
    events = Events()

    async def run() -> Value:
        pool = Pool(limits, events)
        pool.start()
        try:
            return await asyncio.wait_for(use(pool), 120)
        finally:
            await pool.close()

    return asyncio.run(run()), events


def job(store: Store, query: str, timeout: float = 60) -> Job:
    generation = store.current()
    return Job(generation.graph_directory, store.base_iri, query, wanted="csv", max_bytes=1 << 20, timeout=timeout)


async def answers(pool: Pool, store: Store) -> bool:
    """Tell whether the pool answers an easy query."""
    return (await pool.run(job(store, EASY), SOMEBODY)).content == b"x\r\n1\r\n"


async def whole(pool: Pool) -> float:
    """Seconds until the pool has all the workers that it should have."""
    clock = Clock()
    while sum(worker.ready for worker in pool.workers) < LIMITS.quick_seats + SPARES:
        await asyncio.sleep(0.01)
    return clock.seconds()


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    while not true():
        await asyncio.sleep(0.01)


def test_a_runaway_query_is_stopped_in_time_before_its_promotion_and_after(store: Store) -> None:
    async def use(pool: Pool) -> float:
        await whole(pool)
        with pytest.raises(QueryTimeoutError, match=r"0\.05"):
            await pool.run(job(store, FOREVER, 0.05), SOMEBODY)
        assert pool.heavy.taken == 0
        clock = Clock()
        with pytest.raises(QueryTimeoutError):
            await pool.run(job(store, FOREVER, 0.5), SOMEBODY)
        took = clock.seconds()
        assert await answers(pool, store)
        return took

    assert within(use)[0] < 5


def test_a_query_that_eats_memory_ends_one_worker_only(store: Store) -> None:
    async def use(pool: Pool) -> None:
        with pytest.raises(WorkerDiedError):
            await pool.run(job(store, GREEDY), SOMEBODY)
        assert await answers(pool, store)

    assert "died" in within(use)[1].seen


def test_killed_workers_are_replaced_within_a_second(store: Store) -> None:
    async def use(pool: Pool) -> None:
        await whole(pool)
        running = asyncio.ensure_future(pool.run(job(store, FOREVER), SOMEBODY))
        await asyncio.sleep(0.3)
        before = set(pool.workers)
        for worker in before:
            os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerDiedError):
            await running
        assert await whole(pool) < 1.5  # a second, and what a busy machine adds
        assert await answers(pool, store)
        assert not before & pool.workers

    within(use)


@pytest.mark.judge
def test_easy_queries_are_quick_while_heavy_ones_run(store: Store) -> None:
    async def use(pool: Pool) -> float:
        await whole(pool)
        heavy = [asyncio.ensure_future(pool.run(job(store, f"{FOREVER} # {n}"), Client(f"{n}"))) for n in range(4)]
        # The last heavy seat is for the server's own queries.
        await eventually(lambda: pool.heavy.taken == LIMITS.heavy_seats - 1 and pool.heavy.waiting > 0)
        clock = Clock()
        for _ in range(5):
            assert await answers(pool, store)
        took = clock.seconds()
        own = asyncio.ensure_future(pool.run(job(store, f"{FOREVER} # own", 5), SOMEBODY, own=True))
        await eventually(lambda: pool.heavy.taken == LIMITS.heavy_seats)
        for each in (*heavy, own):
            each.cancel()
        await asyncio.gather(*heavy, own, return_exceptions=True)
        return took

    assert within(use)[0] < 4


@pytest.mark.judge
def test_a_line_that_is_full_says_so_and_patience_ends(store: Store) -> None:
    async def use(pool: Pool) -> list[str]:
        await whole(pool)
        jobs = [pool.run(job(store, f"{FOREVER} # {n}", 2), Client(str(n % 2))) for n in range(12)]
        found = await asyncio.gather(*jobs, return_exceptions=True)
        return [type(error).__name__ for error in found]

    kinds = set(within(use, LIMITS.model_copy(update={"patience": 0.5}))[0])
    assert {QueryTimeoutError.__name__, TooManyError.__name__} <= kinds
    assert kinds <= {QueryTimeoutError.__name__, TooManyError.__name__, PoolBusyError.__name__}


def test_a_client_that_hangs_up_frees_its_worker(store: Store) -> None:
    async def use(pool: Pool) -> float:
        await whole(pool)
        hang_up = asyncio.Event()

        async def receive() -> dict[str, str]:
            await hang_up.wait()
            return {"type": "http.disconnect"}

        client = Client("192.0.2.1", receive)
        running = asyncio.ensure_future(pool.run(job(store, FOREVER), client))
        await eventually(lambda: pool.heavy.taken == 1)
        clock = Clock()
        hang_up.set()
        with pytest.raises(ClientGoneError):
            await running
        assert pool.heavy.taken == 0
        return clock.seconds()

    took, events = within(use)
    assert took < 3
    assert "killed" in events.seen


def test_a_large_result_goes_through_a_file_and_its_bound_holds(store: Store) -> None:
    many = " ".join(str(n) for n in range(300))
    large = f"SELECT ?a ?b {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} VALUES ?c {{ 1 2 3 }} }}"

    async def use(pool: Pool) -> None:
        result = await pool.run(job(store, large)._replace(max_bytes=8 << 20), SOMEBODY)
        assert result.in_file
        size = result.size
        content = result.read()
        assert len(content) == size
        assert content.count(b"\r\n") == 300 * 300 * 3 + 1
        packed = await pool.run(job(store, large)._replace(max_bytes=8 << 20, gzip=True), SOMEBODY)
        assert packed.head.gzip
        assert packed.size < size / 3
        packed.read()
        with pytest.raises(ResultTooLargeError):
            await pool.run(job(store, large), SOMEBODY)
        assert await answers(pool, store)

    within(use)


@pytest.mark.judge
def test_files_of_results_have_a_bound_together(store: Store) -> None:
    many = " ".join(str(n) for n in range(300))
    large = f"SELECT ?a ?b {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} VALUES ?c {{ 1 2 3 }} }}"

    async def use(pool: Pool) -> None:
        first = await pool.run(job(store, large)._replace(max_bytes=8 << 20), SOMEBODY)
        with pytest.raises(PoolBusyError):
            await pool.run(job(store, large)._replace(max_bytes=8 << 20), SOMEBODY)
        first.read()
        again = await pool.run(job(store, large)._replace(max_bytes=8 << 20), SOMEBODY)
        again.read()

    within(use, LIMITS.model_copy(update={"spool_bytes": 3 << 20}))


def test_a_generation_that_was_cleared_costs_no_worker(store: Store, tmp_path: Path) -> None:
    gone = job(store, "ASK {}")._replace(graph_path=str(tmp_path / "none"))

    async def use(pool: Pool) -> None:
        for _ in range(2):
            with pytest.raises(GenerationClearedError):
                await pool.run(gone, SOMEBODY)
            assert await answers(pool, store)

    assert "died" not in within(use)[1].seen


def test_closing_ends_what_still_runs(store: Store) -> None:
    async def use(pool: Pool) -> str:
        await whole(pool)
        running = asyncio.ensure_future(pool.run(job(store, FOREVER, 30), SOMEBODY))
        await asyncio.sleep(0.5)
        await pool.close()
        with pytest.raises(PoolBusyError) as raised:
            await running
        return raised.value.en

    assert "stopping" in within(use)[0]


def kill_all(pool: Pool) -> None:
    for worker in tuple(pool.workers):
        os.kill(worker.pid, signal.SIGKILL)


def test_a_pool_that_could_start_nothing_starts_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    async def use(pool: Pool) -> None:
        await whole(pool)
        with monkeypatch.context() as broken:
            broken.setattr(subprocess, "Popen", none_left)
            kill_all(pool)
            await eventually(lambda: not pool.workers)
        assert await answers(pool, store)

    within(use)


@pytest.mark.parametrize("how", ["refused", pytest.param("dying", marks=pytest.mark.judge)])
def test_a_pool_that_can_start_nothing_says_so_and_logs_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    popen = subprocess.Popen

    def none_left(words: list[str], **how_: object) -> subprocess.Popen[bytes]:
        if how == "refused":
            raise OSError(24, "Too many open files")
        return popen([sys.executable, "-c", "raise SystemExit(3)", *words], **how_)

    monkeypatch.setattr("jixiao.server.query.pool._AGAIN_AFTER", 0.05)

    async def use(pool: Pool) -> str:
        await whole(pool)
        with monkeypatch.context() as broken:
            broken.setattr(subprocess, "Popen", none_left)
            kill_all(pool)
            await eventually(lambda: not pool._idle)
            with pytest.raises(PoolBusyError) as raised:
                await pool.run(job(store, EASY), SOMEBODY)
        assert await answers(pool, store)
        return raised.value.en

    assert "cannot start" in within(use, LIMITS.model_copy(update={"patience": 2}))[0]
    assert len([each for each in caplog.messages if "no worker could be started" in each]) == 1


def test_what_was_slow_by_chance_is_not_held_to_be_heavy(store: Store) -> None:
    async def use(pool: Pool) -> None:
        await whole(pool)
        slow = pool._idle[-1]
        os.kill(slow.pid, signal.SIGSTOP)
        asking = asyncio.ensure_future(answers(pool, store))
        await eventually(lambda: pool.heavy.taken == 1)
        os.kill(slow.pid, signal.SIGCONT)
        assert await asking
        assert not pool._heavy_texts

    within(use)
