"""Workers under attack, and the seats before them: the pool answers the next query whatever became of the last."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from jixiao.server.errors import (
    ClientGoneError,
    GenerationClearedError,
    PoolBusyError,
    QueryTimeoutError,
    TooManyError,
)
from jixiao.server.http.clients import Client
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query.jobs import Job
from jixiao.server.query.pool import Pool
from jixiao.server.query.seats import Seats
from jixiao.server.settings import Settings
from tests.support.clock import Clock

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
EASY = "SELECT ?x { VALUES ?x { 1 } }"
MANY = " ".join(str(n) for n in range(300))
LARGE = f"SELECT ?a ?b {{ VALUES ?a {{ {MANY} }} VALUES ?b {{ {MANY} }} VALUES ?c {{ 1 2 3 }} }}"
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

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def spares(monkeypatch):
    """One, where a server in use has two: each takes a while to start."""
    monkeypatch.setattr("jixiao.server.query.pool.SPARES", SPARES)


@pytest.fixture
def limits():
    return LIMITS


@pytest.fixture
async def pool(limits):
    pool = Pool(limits, Metrics())
    pool.start()
    yield pool
    await pool.close()


def job(store, query, timeout=60):
    generation = store.current()
    return Job(generation.graph_directory, store.base_iri, query, wanted="csv", max_bytes=1 << 20, timeout=timeout)


async def answers(pool, store):
    """Tell whether the pool answers an easy query."""
    return (await pool.run(job(store, EASY), SOMEBODY)).content == b"x\r\n1\r\n"


async def whole(pool):
    """Seconds until the pool has all the workers that it should have."""
    clock = Clock()
    while sum(worker.ready for worker in pool.workers) < LIMITS.quick_seats + SPARES:
        await asyncio.sleep(0.01)
    return clock.seconds()


async def eventually(true):
    """Wait until something is true."""
    while not true():
        await asyncio.sleep(0.01)


async def test_a_runaway_query_is_stopped_in_time_before_its_promotion_and_after(pool, store):
    await whole(pool)
    with pytest.raises(QueryTimeoutError, match=r"0\.05"):
        await pool.run(job(store, FOREVER, 0.05), SOMEBODY)
    assert pool.heavy.taken == 0
    clock = Clock()
    with pytest.raises(QueryTimeoutError):
        await pool.run(job(store, FOREVER, 0.5), SOMEBODY)
    assert clock.seconds() < 5
    assert await answers(pool, store)


@pytest.mark.judge
@pytest.mark.parametrize("limits", [LIMITS.model_copy(update={"spool_bytes": 3 << 20})])
async def test_files_of_results_have_a_bound_together(pool, store):
    first = await pool.run(job(store, LARGE)._replace(max_bytes=8 << 20), SOMEBODY)
    with pytest.raises(PoolBusyError):
        await pool.run(job(store, LARGE)._replace(max_bytes=8 << 20), SOMEBODY)
    first.read()
    again = await pool.run(job(store, LARGE)._replace(max_bytes=8 << 20), SOMEBODY)
    again.read()


async def test_a_generation_that_was_cleared_costs_no_worker(pool, store, tmp_path, monkeypatch):
    gone = job(store, "ASK {}")._replace(graph_path=str(tmp_path / "none"))
    seen = list[str]()
    monkeypatch.setattr(pool._metrics, "worker", seen.append)
    for _ in range(2):
        with pytest.raises(GenerationClearedError):
            await pool.run(gone, SOMEBODY)
        assert await answers(pool, store)
    assert "died" not in seen


async def test_closing_ends_what_still_runs(pool, store):
    await whole(pool)
    running = asyncio.ensure_future(pool.run(job(store, FOREVER, 30), SOMEBODY))
    await asyncio.sleep(0.5)
    await pool.close()
    with pytest.raises(PoolBusyError, match="stopping"):
        await running


@pytest.mark.parametrize("limits", [LIMITS.model_copy(update={"patience": 2})])
@pytest.mark.parametrize("how", ["refused", pytest.param("dying", marks=pytest.mark.judge)])
async def test_a_pool_that_can_start_nothing_says_so_and_logs_it_once(pool, store, monkeypatch, caplog, how):
    popen = subprocess.Popen

    def none_left(words, **how_):
        if how == "refused":
            raise OSError(24, "Too many open files")
        return popen([sys.executable, "-c", "raise SystemExit(3)", *words], **how_)

    monkeypatch.setattr("jixiao.server.query.pool._AGAIN_AFTER", 0.05)

    await whole(pool)
    with monkeypatch.context() as broken:
        broken.setattr(subprocess, "Popen", none_left)
        for worker in tuple(pool.workers):
            os.kill(worker.pid, signal.SIGKILL)
        await eventually(lambda: not pool._idle)
        with pytest.raises(PoolBusyError, match="cannot start"):
            await pool.run(job(store, EASY), SOMEBODY)
    assert await answers(pool, store)
    assert len([each for each in caplog.messages if "no worker could be started" in each]) == 1


async def test_what_was_slow_by_chance_is_not_held_to_be_heavy(pool, store):
    await whole(pool)
    slow = pool._idle[-1]
    os.kill(slow.pid, signal.SIGSTOP)
    asking = asyncio.ensure_future(answers(pool, store))
    await eventually(lambda: pool.heavy.taken == 1)
    os.kill(slow.pid, signal.SIGCONT)
    assert await asking
    assert not pool._heavy_texts


async def test_clients_take_turns():
    seats, order = Seats(1, 20, 10, 5), list[str]()
    assert seats.take_now()

    async def ask(name):
        await seats.take(Client(name))
        order.append(name)
        seats.give_back()

    asking = [asyncio.ensure_future(ask(name)) for name in "aaaabbc"]
    await asyncio.sleep(0)
    assert seats.waiting == 7
    seats.give_back()
    await asyncio.gather(*asking)
    assert "".join(order) == "abcabaa"
    assert (seats.waiting, seats.taken) == (0, 0)


async def test_the_line_is_bounded_for_all_and_for_each():
    seats = Seats(1, 3, 2, 5)
    assert seats.take_now()
    waiting = [asyncio.ensure_future(seats.take(Client(name))) for name in "aab"]
    await asyncio.sleep(0)
    with pytest.raises(TooManyError):
        await seats.take(Client("a"))
    with pytest.raises(PoolBusyError):
        await seats.take(Client("c"))
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (seats.waiting, seats.taken) == (0, 1)


async def test_patience_ends():
    seats = Seats(1, 3, 2, 0.05)
    assert seats.take_now()
    with pytest.raises(PoolBusyError):
        await seats.take(Client("a"))
    seats.give_back()
    assert seats.take_now()


async def test_who_hangs_up_leaves_the_line():
    seats = Seats(1, 3, 2, 5)
    assert seats.take_now()

    async def receive():
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGoneError):
        await seats.take(Client("a", receive))
    assert seats.waiting == 0
    seats.give_back()
    assert seats.taken == 0


async def test_who_is_seated_and_cancelled_at_once_gives_back():
    seats = Seats(1, 3, 2, 5)
    assert seats.take_now()
    asking = asyncio.ensure_future(seats.take(Client("a")))
    await asyncio.sleep(0)
    seats.give_back()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert seats.taken == 0


async def test_a_reserved_seat_is_for_the_entitled():
    seats = Seats(2, 3, 2, 5, reserved=1)
    assert seats.take_now()
    assert not seats.take_now()
    waiting = asyncio.ensure_future(seats.take(Client("a")))
    await asyncio.sleep(0)
    assert seats.take_now(entitled=True)
    seats.give_back()
    await asyncio.sleep(0)
    assert not waiting.done()
    seats.give_back()
    await waiting
    assert seats.taken == 1
