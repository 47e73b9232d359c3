"""The front gives every request an id, headers and a line of the log."""

import asyncio
import gzip
import json
import re
import threading
from contextlib import suppress

import pytest
from anyio import to_thread
from prometheus_client.parser import text_string_to_metric_families

from jixiao.server.app.front import Front
from jixiao.server.errors import ClientGoneError
from jixiao.server.logs.access_log import Journal, query_hash
from jixiao.server.logs.metrics import KINDS, Metrics
from jixiao.server.runtime import turns
from jixiao.server.settings import Settings
from tests.support.pages import absent, replied

ALWAYS = ("content-security-policy", "x-content-type-options", "access-control-allow-origin", "x-request-id")


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/nothing", "/static/style.css", "/health/live"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
def test_every_answer_has_the_headers_and_its_own_id(method, path, client):
    first, second = (client.request(method, path) for _ in range(2))
    assert [name for name in ALWAYS if name not in first.headers] == []
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert "x-request-id" in first.headers["access-control-expose-headers"].lower()
    assert first.status_code < 500
    if first.status_code == 405:
        assert "GET" in first.headers["allow"]
        assert first.json()["detail_zh"]


@pytest.mark.parametrize(
    ("given", "taken"), [("abc-1.2_Z", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ('"<x>', False)]
)
def test_an_id_that_is_harmless_is_taken_over(given, taken, client):
    assert (client.get("/health/live", headers={"X-Request-Id": given}).headers["x-request-id"] == given) == taken


@pytest.mark.parametrize(
    ("path", "posts"), [("/sparql", True), ("/reconcile", True), ("/views", False), ("/sparql/more", False)]
)
def test_other_sites_pages_may_ask(path, posts, client):
    asking = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = client.options(path, headers=asking)
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert ("POST" in preflight.headers["access-control-allow-methods"]) == posts
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    assert int(preflight.headers["access-control-max-age"]) > 600
    assert "access-control-allow-credentials" not in preflight.headers
    plain = replied(204, client.options(path))
    assert ("POST" in plain.headers["allow"]) == posts
    assert "access-control-max-age" not in plain.headers


def test_pages_are_packed_for_who_takes_it(client):
    plain = client.get("/views", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for accepts in ("gzip", "br;q=1.0, gzip;q=0.8"):
        with client.stream("GET", "/views", headers={"Accept-Encoding": accepts}) as packed:
            assert packed.headers["content-encoding"] == "gzip"
            assert "Accept-Encoding" in packed.headers["vary"]
            assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    for accepts in ("gzip;q=0", "br, gzip;q=0.0, *;q=0"):
        assert "content-encoding" not in client.get("/views", headers={"Accept-Encoding": accepts}).headers
    assert "content-encoding" not in client.get("/health/live").headers


def test_a_packed_file_has_a_tag_of_its_own_that_is_known_again(client):
    tag = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"}).headers["etag"]
    assert tag.endswith('-gzip"')
    held = client.get("/static/style.css", headers={"If-None-Match": tag})
    assert (held.status_code, held.headers["etag"]) == (304, tag)


def test_health_has_a_lively_and_a_ready_side(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == client.get("/health").json()
    assert client.get("/health/ready").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/plain"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text"),
        ("application/openmetrics-text; version=x.y", "text/plain"),
        ("text/plain; version=1.0.0; escaping=none", "text/plain"),
    ],
)
def test_the_metrics_are_prometheus_text_or_openmetrics(accept, kind, client):
    client.get("/nothing")
    page = client.get("/metrics", headers={"Accept": accept})
    assert page.headers["content-type"].startswith(kind)
    assert absent(page.text, 'jixiao_requests_total{kind="page",method="GET",status="404"}', "jixiao_build_info") == []


def test_no_client_can_make_the_metrics_grow(client):
    def series():
        found = text_string_to_metric_families(client.get("/metrics").text)
        return {f"{one.name}{one.labels}" for family in found for one in family.samples}

    for number in range(3):
        client.request("PROPFIND", f"/odd{number}/x", headers={"X-Request-Id": f"n{number}"})
        series()  # is counted itself, after it has answered
    before = series()
    for number in range(20):
        client.request("PROPFIND", f"/odd{number}/y", headers={"X-Request-Id": f"m{number}"})
        client.request("UNLOCK", f"/odd{number}/z", headers={"Host": f"h{number}"})
    assert series() == before
    assert not any("odd" in one or "PROPFIND" in one for one in before)


def test_every_metric_is_named_as_prometheus_asks(client):
    ours = [
        family
        for family in text_string_to_metric_families(client.get("/metrics").text)
        if not family.name.startswith("process_")
    ]
    assert len(ours) > 12
    for family in ours:
        assert family.name.startswith("jixiao_"), family.name
        assert family.documentation
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples)
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


# From here on: the front alone, around something that misbehaves.


@pytest.fixture
def log(tmp_path):
    return tmp_path / "access.log"


@pytest.fixture
def make(log):
    journals = []

    def front(endpoint):
        settings = Settings(access_log=str(log), slow_query=0.05)
        journals.append(Journal(settings))
        journals[-1].start()
        return Front(endpoint, Metrics(), journals[-1], settings)

    yield front
    for journal in journals:
        journal.stop()


def call(front, method="GET", stop_after=None):
    """Return the messages that an application sends for a request to /sparql, stopped after a time as at shutdown."""
    scope = {"type": "http", "method": method, "path": "/sparql", "headers": [], "client": ("192.0.2.1", 1)}
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    async def run():
        task = asyncio.ensure_future(front(scope, receive, send))
        if stop_after is not None:
            await asyncio.sleep(stop_after)
            task.cancel()
        await task

    asyncio.run(run())
    front.journal.stop()
    return sent


def test_a_defect_of_the_endpoint_is_a_500_in_the_usual_shape(make, log):
    async def defect(scope, receive, send):
        raise ZeroDivisionError

    start, body = call(make(defect))
    assert start["status"] == 500
    assert (b"content-type", b"application/problem+json") in start["headers"]
    assert {name.encode() for name in ALWAYS} <= dict(start["headers"]).keys()
    assert json.loads(body["body"])["detail_zh"]
    assert json.loads(log.read_text())["status"] == 500


def test_what_is_running_when_the_server_stops_is_a_503(make):
    async def runs(scope, receive, send):
        await asyncio.sleep(60)

    start, body = call(make(runs), stop_after=0.05)
    assert start["status"] == 503
    assert b"retry-after" in dict(start["headers"])
    assert json.loads(body["body"])["status"] == 503


def test_work_in_a_thread_ends_when_the_server_stops(make):
    began, ended = threading.Event(), threading.Event()

    def working():
        began.set()
        with suppress(ClientGoneError):
            while True:
                turns.look()
        ended.set()

    async def runs(scope, receive, send):
        await to_thread.run_sync(working)

    start, _ = call(make(runs), stop_after=1)
    assert start["status"] == 503
    assert ended.wait(10) or not began.is_set()


def test_who_hung_up_is_logged_as_such(make, log):
    async def silent(scope, receive, send):
        return

    assert call(make(silent)) == []
    assert json.loads(log.read_text())["status"] == 499


def test_notes_of_a_handler_reach_log_and_metrics(make, log):
    query = "SELECT * { ?s ?p '松\n\x1b[2J' } #" + "x" * 5_000

    async def asked(scope, receive, send):
        notes = scope["jixiao"]
        notes.query, notes.version, notes.lane, notes.outcome = query, "000007", "heavy", "answered"
        await asyncio.sleep(0.1)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"12345"})

    call(make(asked))
    lines = log.read_text(encoding="ascii").splitlines()
    assert "\x1b" not in "".join(lines)
    access, slow = (json.loads(line) for line in lines)
    assert (access["query"], len(access["query"])) == (query_hash(query), 16)
    assert (access["dataset"], access["lane"], access["cached"]) == ("000007", "heavy", False)
    assert (access["status"], access["bytes"], access["client"]) == (200, 5, "192.0.2.1")
    assert access["time"].endswith("+00:00")
    assert 100 <= access["ms"] < 5_000
    assert slow["slow"] is True
    assert slow["text"] == query[:2_000]
    assert "text" not in access


def test_every_kind_is_one_that_the_metrics_know():
    from jixiao.server.app import front

    assert set(front._KINDS.values()) | {"page"} == set(KINDS)


@pytest.mark.parametrize("before", ["", "/data"])
def test_a_site_below_a_path_links_and_leads_below_it(serve, store, before):
    """A proxy may take the path off or leave it."""
    with serve(store, root_path="/data") as client:
        for path in ("/views", "/ontology", "/doc/org/bdd7i7amlc5hg"):
            page = client.get(f"{before}{path}", headers={"Accept": "text/html"})
            assert 'href="/data/views?lang=zh"' in page.text
            assert not re.search(r'(href|src|action)="/(?!data/)', page.text)
        assert '</data/doc/org/bdd7i7amlc5hg.ttl>; rel="describedby"' in page.headers["link"]
        assert "/data/ontology?lang=en#Project" in client.get(f"{before}/ontology.svg?lang=en").text
        number = client.get(f"{before}/lookup/basis", params={"number": "松委发（2009）97号"})
        assert number.headers["location"].startswith("/data/views/projects-citing?")
        assert client.get(f"{before}/sparql", params={"query": "ASK {}"}).status_code == 200
