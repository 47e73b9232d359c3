"""Work of this process has seats and a time, ends with its client, and keeps nobody waiting who does other things.

Shared parts of handlers: the current generation, the lane of the server's own queries and its guard, and templates.
"""

import asyncio
import threading
from concurrent.futures import Future
from contextvars import copy_context

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import Request

from jixiao.server.app.app import create_app
from jixiao.server.errors import ClientGoneError, QueryRefusedError, QueryTimeoutError, TooManyError
from jixiao.server.http import language
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime import rendering, turns, work
from jixiao.server.runtime.service import started
from jixiao.server.settings import Settings
from tests.support.turns import come_or_go
from tests.support.writing import withdraw


def asked(receive=None, address="192.0.2.1"):
    """A request of a client that stays, unless `receive` says that it goes."""

    async def stays():
        await asyncio.Event().wait()
        return {}

    return Request({"type": "http", "client": (address, 1), "headers": []}, receive or stays)


def desk(**settings):
    return work.Desk(Settings(**{"quick_seats": 1, **settings}))


def without_end(ended):
    def working():
        try:
            while not ended.wait(0.01):
                turns.look()
        finally:
            ended.set()

    return working


def test_work_ends_when_it_takes_too_long():
    ended = threading.Event()
    with pytest.raises(QueryTimeoutError, match=r"0\.2"), turns.begun(turns.Turn(0.2)):
        asyncio.run(desk().done(asked(), without_end(ended)))
    assert ended.is_set()


def test_work_ends_with_its_turn():
    ended, turn = threading.Event(), turns.Turn(600)
    threading.Timer(0.1, turn.end).start()
    with pytest.raises(ClientGoneError), turns.begun(turn):
        asyncio.run(desk().done(asked(), without_end(ended)))
    assert ended.is_set()


def test_time_is_counted_from_the_first_look_and_looked_at_between_items(monkeypatch):
    moments = iter((100.0, 105.0))
    with turns.begun(turns.Turn(10)):
        monkeypatch.setattr(turns.time, "monotonic", lambda: next(moments, 200.0))
        assert [*turns.looked(range(3))] == [0, 1, 2]
        turns.look()
        with pytest.raises(QueryTimeoutError):
            next(turns.looked(range(3)))


def test_a_query_is_cancelled_with_the_work_that_waits_for_it():
    turn, query = turns.Turn(600), Future[int]()
    threading.Timer(0.1, turn.end).start()
    with pytest.raises(ClientGoneError):
        turn.result(query)
    assert query.cancelled()
    assert turns.turn() is None


@pytest.mark.anyio
async def test_one_client_may_have_so_many_in_line():
    free, own = threading.Event(), desk(waiting_per_client=1)
    first = [asyncio.ensure_future(own.done(asked(), free.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyError):
        await own.done(asked(), free.wait)
    first.append(asyncio.ensure_future(own.done(asked(address="2001:db8::1"), free.wait)))
    await asyncio.sleep(0)
    with pytest.raises(TooManyError):
        await own.done(asked(address="2001:db8::2"), free.wait)  # the same network
    free.set()
    assert await asyncio.gather(*first) == [True] * 3


@pytest.mark.anyio
async def test_health_and_views_do_not_wait_for_it(store):
    paths = ("/health", "/health/live", "/metrics", "/views/projects?format=json", "/doc/org")
    questions = ("/ask?format=json&q=哪些项目", "/search?format=json&q=项目", "/compare?format=json&a=x")
    front, free = (
        create_app(Settings(store=store.path, patience=600, heavy_seats=1, access_log="")),
        threading.Event(),
    )
    transport = httpx.ASGITransport(front)
    async with (
        front.inner.router.lifespan_context(front.inner),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        own = front.inner.state.service.desk
        working = [asyncio.ensure_future(own.done(asked(), free.wait)) for _ in range(60)]
        waiting = [asyncio.ensure_future(client.get(path)) for path in questions]
        for path in paths:
            assert (await client.get(path)).status_code == 200
        assert not any(each.done() for each in waiting)
        free.set()
        await asyncio.gather(*working)
        assert {(await each).status_code for each in waiting} <= {200, 400}


@pytest.mark.parametrize(
    "path",
    [
        "/ask?format=json&q=松江区2022年有哪些项目",
        "/search?format=html&lang=zh&q=松江区2022年有哪些项目",
        "/compare?format=json&a=上海市松江区&b=上海市闵行区",
        "/views/projects?format=json",
        "/views/projects?format=csv",
        "/quality?lang=zh",
        "/charts?lang=zh",
        '/reconcile?queries={"q": {"query": "松江区"}}',
    ],
)
def test_each_looks_at_its_time(path, store, serve):
    with serve(store, view_timeout=0.000_001) as client:
        assert client.get(path, follow_redirects=True).status_code == 504


@pytest.fixture
def service(own):
    settings = Settings(store=own.path, quick_seats=1, heavy_seats=1, view_timeout=0.5)
    with start_blocking_portal() as loop, loop.wrap_async_context_manager(started(settings, Metrics())) as running:
        yield running


def test_who_asks_a_generation_that_was_cleared_is_answered_from_the_current_one(service, own, songjiang):
    asked = []

    def ask(generation):
        asked.append(generation.version)
        for turn in range(3) if len(asked) == 1 else ():
            come_or_go(own, songjiang, turn)
        if len(asked) == 1:  # the worker has the old one open, and could answer from it
            service.run(service.generation(), "ASK {}")
        return service.run(generation, "ASK {}")

    assert b"true" in service.on_current(ask)
    assert asked == ["000001", "000004"]


def test_the_servers_own_queries_pass_the_guard(service):
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        service.run(service.generation(), "ASK { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }")


def test_the_servers_own_queries_have_a_limit_of_their_own(service):
    forever = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
    with pytest.raises(QueryTimeoutError, match=r"0\.5 "):
        service.run(service.generation(), forever)


def test_results_of_an_earlier_version_are_dropped(service, own, songjiang):
    service.observe()
    service.run(service.generation(), "ASK {}")
    service.observe()
    assert len(service.cache) == 1
    withdraw(own, songjiang.sha16, "重复")
    service.generation()
    service.observe()
    assert len(service.cache) == 0


def test_filters_of_constants_follow_the_language_and_the_site(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "_SERVER", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{{ "https://w3id.org/jixiao/ontology#year"|term }} {{ "http://a.example/id"|href }}', encoding="utf-8"
    )

    def rendered(base, root, lang):
        language.begin({"method": "GET", "path": "/", "query_string": f"lang={lang}".encode(), "headers": []})
        return rendering.Pages(base, root).text("page.html")

    assert copy_context().run(rendered, "http://a.example/", "", "zh") == "年度 /id"
    assert copy_context().run(rendered, "http://a.example/", "/data", "en") == "year /data/id"
    assert copy_context().run(rendered, "http://b.example/", "", "en") == "year http://a.example/id"
