"""Shared parts of handlers: the current generation, the lane of the server's own queries, and its guard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from jixiao.server.errors import QueryRefusedError, QueryTimeoutError
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime.service import Service, started
from jixiao.server.settings import Settings
from jixiao.store import Deposit, Generation, Store
from tests.support.turns import come_or_go
from tests.support.writing import withdraw


@pytest.fixture
def own(tmp_path: Path, fill: Callable[[Path], Store]) -> Store:
    return fill(tmp_path / "store")


@pytest.fixture
def service(own: Store) -> Iterator[Service]:
    settings = Settings(store=own.path, quick_seats=1, heavy_seats=1, view_timeout=2)
    with start_blocking_portal() as loop, loop.wrap_async_context_manager(started(settings, Metrics())) as running:
        yield running


def test_who_asks_a_generation_that_was_cleared_is_answered_from_the_current_one(
    service: Service, own: Store, songjiang: Deposit
) -> None:
    asked: list[str] = []

    def ask(generation: Generation) -> bytes:
        asked.append(generation.version)
        for turn in range(3) if len(asked) == 1 else ():
            come_or_go(own, songjiang, turn)
        if len(asked) == 1:  # the worker has the old one open, and could answer from it
            service.run(service.generation(), "ASK {}")
        return service.run(generation, "ASK {}")

    assert b"true" in service.on_current(ask)
    assert asked == ["000001", "000004"]


def test_the_servers_own_queries_pass_the_guard(service: Service) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        service.run(service.generation(), "ASK { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }")


def test_the_servers_own_queries_have_a_limit_of_their_own(service: Service) -> None:
    forever = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
    with pytest.raises(QueryTimeoutError, match="2 "):
        service.run(service.generation(), forever)


def test_results_of_an_earlier_version_are_dropped(service: Service, own: Store, songjiang: Deposit) -> None:
    service.observe()
    service.run(service.generation(), "ASK {}")
    service.observe()
    assert len(service.cache) == 1
    withdraw(own, songjiang.sha16, "重复")
    service.generation()
    service.observe()
    assert len(service.cache) == 0
