"""The engine for an endpoint elsewhere: over a jixiao server, over Virtuoso, and over servers that misbehave."""

import asyncio
import json
import socket
import threading
from contextlib import aclosing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.server.errors import (
    EndpointUnavailableError,
    NoSuchGraphError,
    NotAcceptableError,
    QueryFailedError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
)
from jixiao.server.http.problems import problem
from jixiao.server.query.remote.client import Remote
from tests.support.clock import Clock

BASE = "http://localhost:8000/"
PROJECTS = "SELECT ?s WHERE { ?s a <https://w3id.org/jixiao/ontology#Project> } ORDER BY ?s"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"
EMPTY = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'


@pytest.fixture
def run(listener, asking):
    """Asks a jixiao server."""
    with asking(f"{listener.base_url}/sparql", BASE) as asked:
        yield asked


@pytest.mark.parametrize(
    "media_type",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
        "application/json",
    ],
)
def test_solutions_in_every_form(run, client, media_type):
    direct = client.get("/sparql", params={"query": PROJECTS}, headers={"Accept": media_type})
    assert run(PROJECTS, media_type) == direct.content
    assert run("ASK { ?s ?p 1 }", media_type).strip()


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_triples_in_every_form(run, client, media_type):
    text = f"CONSTRUCT WHERE {{ <{BASE}id/basis/fldlhlcahtirw-2009-97> ?p ?o }}"
    direct = client.get("/sparql", params={"query": text}, headers={"Accept": media_type})
    form = RdfFormat.from_media_type(media_type)
    assert form is not None
    wanted = {quad.triple for quad in parse(direct.content, format=form)}
    assert wanted
    assert {quad.triple for quad in parse(run(text, media_type), format=form)} == wanted


def test_rdf_xml_that_cannot_be(run):
    with pytest.raises(NotAcceptableError):
        run("CONSTRUCT { ?s <http://x/1> ?o } WHERE { ?s ?p ?o }", "application/rdf+xml")


def test_letters_and_signs_are_encoded_once(run):
    said = '"松委发〔2009〕97号 + %2B &=;#\\"\\\\ 𠮷"'
    (row,) = json.loads(run(f"SELECT ({said} AS ?x) WHERE {{}}"))["results"]["bindings"]
    assert row["x"]["value"] == '松委发〔2009〕97号 + %2B &=;#"\\ 𠮷'


def test_relative_iris_are_below_the_base(run):
    assert json.loads(run("ASK { <id/basis/fldlhlcahtirw-2009-97> ?p ?o }"))["boolean"]
    assert json.loads(run("BASE <id/> ASK { <basis/fldlhlcahtirw-2009-97> ?p ?o }"))["boolean"]


def test_datasets(run, store):
    graph = f"{BASE}graph/source/{store.sources()[0].sha16}"
    own = run(PROJECTS, default_graphs=(graph,))
    assert 0 < own.count(b"uri") < run(PROJECTS).count(b"uri")
    assert run(PROJECTS.replace("WHERE", f"FROM <{graph}> WHERE")) == own
    assert run("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", named_graphs=(graph,)).count(b"uri") == 1
    for elsewhere in ("file:///etc/passwd", f"{BASE}graph/none"):
        with pytest.raises(NoSuchGraphError):
            run(PROJECTS, named_graphs=(elsewhere,))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * WHERE { SERVICE <http://x/> { ?s ?p ?o } }", QueryRefusedError),
        ("DELETE WHERE { ?s ?p ?o }", QueryRefusedError),
        ("SELEKT *", QuerySyntaxError),
        ("SELECT * WHERE { ?s ", QueryFailedError),
    ],
)
def test_faulty_queries(run, text, error):
    with pytest.raises(error) as raised:
        run(text)
    assert len(raised.value.en) < 400


def test_limits(run):
    with pytest.raises(ResultTooLargeError):
        run("SELECT * WHERE { ?s ?p ?o }", max_bytes=1000)
    clock = Clock()
    with pytest.raises(QueryTimeoutError):
        run(RUNAWAY, timeout=0.5)
    assert clock.seconds() < 3


def test_the_endpoint_s_own_time_limit(listener, asking):
    # Long enough for a process that still stops the query of the test before.
    with asking(f"{listener.base_url}/sparql?timeout=3", BASE) as run, pytest.raises(QueryTimeoutError):
        run(RUNAWAY)


@pytest.mark.judge
def test_many_at_once_share_connections(listener):
    async def many():
        async with aclosing(Remote(f"{listener.base_url}/sparql", BASE, connections=2)) as remote:
            return list(await asyncio.gather(*(remote.run(PROJECTS) for _ in range(12))))

    assert len(set(asyncio.run(many()))) == 1


@pytest.mark.parametrize("address", ["ftp://x/", "/sparql", "http://", "file:///etc/passwd"])
def test_no_address(address):
    with pytest.raises(ValueError, match="http"):
        Remote(address)


def test_nobody_there(asking):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    address = f"http://user:secret@127.0.0.1:{port}/sparql"
    with asking(address, BASE) as run, pytest.raises(EndpointUnavailableError) as raised:
        run(PROJECTS)
    assert "secret" not in str(raised.value)
    assert problem(raised.value)["status"] == 503


@contextmanager
def replying(status, headers, content):
    """The address of a server that always says the same, and what it was asked: path and body."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format, *args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/sparql", seen
        finally:
            server.shutdown()
            thread.join()


def test_booleans_are_read_by_their_datatype(asking):
    """Virtuoso writes stored booleans as 1 and 0; other literals stay as they are."""
    terms = [
        {"type": "typed-literal", "datatype": f"http://www.w3.org/2001/XMLSchema#{kind}", "value": value}
        for kind, value in (("boolean", "1"), ("boolean", "0"), ("boolean", "true"), ("integer", "1"))
    ]
    content = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{"s": term} for term in terms]}}).encode()
    with replying(200, {}, content) as (address, _), asking(address, BASE) as run:
        bindings = json.loads(run(PROJECTS))["results"]["bindings"]
        assert [row["s"]["value"] for row in bindings] == ["true", "false", "true", "1"]


@pytest.mark.parametrize("content", [b"", b"<html>", EMPTY, b"s\r\n1\r\n", b"\xff\xfe"])
def test_rows_are_read_of_csv_with_their_names_alone(content):
    async def rows(address):
        async with aclosing(Remote(address)) as remote:
            return await remote.select(PROJECTS, ["s", "o"])

    with replying(200, {}, b's,o\r\n"a ""b""\n",\r\n') as (address, _):
        assert asyncio.run(rows(address)) == [['a "b"\n', ""]]
    with replying(200, {}, content) as (address, _), pytest.raises(EndpointUnavailableError):
        asyncio.run(rows(address))


@pytest.mark.parametrize(
    ("status", "headers", "content", "error"),
    [
        (500, {}, b"trouble", EndpointUnavailableError),
        (503, {}, b"busy", EndpointUnavailableError),
        (504, {}, b"", QueryTimeoutError),
        (404, {}, b"no such page", EndpointUnavailableError),
        (401, {}, b"", EndpointUnavailableError),
        (429, {}, b"", EndpointUnavailableError),
        (400, {}, "不对 ".encode() * 1000, QueryFailedError),
        (302, {"Location": "http://169.254.169.254/"}, b"", EndpointUnavailableError),
        (308, {"Location": "/elsewhere"}, b"", EndpointUnavailableError),
        (200, {"Content-Type": "text/html"}, b"<html>", EndpointUnavailableError),
        (200, {}, EMPTY[:40], EndpointUnavailableError),
        (200, {"Content-Length": "1000"}, EMPTY, EndpointUnavailableError),
        (200, {"Content-Encoding": "gzip"}, EMPTY, EndpointUnavailableError),
        (200, {"X-SQL-State": "S1TAT"}, EMPTY, QueryTimeoutError),
        (200, {"X-SQL-State": "42000", "X-SQL-Message": "cut"}, EMPTY, QueryFailedError),
        (200, {"X-SPARQL-MaxRows": "10"}, EMPTY, ResultTooLargeError),
        (500, {}, b"Virtuoso S1T00 Error SR171: Transaction timed out", QueryTimeoutError),
        (500, {}, b"Virtuoso 22012 Error SR084: Division by 0.\n\nSPARQL query:\nSELECT", QueryFailedError),
    ],
)
def test_replies_that_are_no_whole_result(asking, status, headers, content, error):
    with replying(status, headers, content) as (address, seen), asking(address, BASE) as run:
        with pytest.raises(error) as raised:
            run(PROJECTS)
        assert type(raised.value) is error
        assert len(raised.value.en) < 400
        assert "SELECT" not in raised.value.en
        assert len(seen) == 1


def test_the_address_keeps_its_parameters(asking):
    said = "default-graph-uri=http://x/%E5%9B%BE&timeout=5"
    with replying(200, {}, EMPTY) as (address, seen), asking(f"{address}?{said}", BASE) as run:
        run(PROJECTS)
        with pytest.raises(NoSuchGraphError):
            run(PROJECTS, default_graphs=("http://x/other",))
    assert [path for path, _ in seen] == [f"/sparql?{said}"] * 2
    assert b"+" not in seen[0][1]
    assert parse_qs(seen[0][1].decode()) == {"query": [f"BASE <{BASE}> {PROJECTS}"]}
    assert (
        Remote(f"{address}?default-graph-uri=http://x/&timeout=5")
        ._url(("http://y/",), ())
        .endswith("/sparql?timeout=5&default-graph-uri=http%3A%2F%2Fy%2F")
    )


@pytest.fixture
def on_virtuoso(store, load, asking):
    with asking(load(store).endpoint, BASE) as run:
        yield run


@pytest.mark.debian
def test_virtuoso_says_what_is_wrong(on_virtuoso):
    for text in ("SELECT * WHERE { ?s ", "SELECT (1/0 AS ?x) WHERE {}", "SELECT (<http://x/f>(1) AS ?x) WHERE {}"):
        with pytest.raises(QueryFailedError, match="Virtuoso"):
            on_virtuoso(text)
    with pytest.raises(NoSuchGraphError):
        on_virtuoso("SELECT * FROM <http://169.254.169.254/> WHERE { ?s ?p ?o }")
    assert json.loads(on_virtuoso("ASK {}")) == {"head": {}, "boolean": True}


@pytest.mark.debian
def test_virtuoso_s_parts_are_no_results(virtuoso, on_virtuoso, asking):
    whole = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    with virtuoso.at_most(10):
        with pytest.raises(ResultTooLargeError, match="10"):
            on_virtuoso("SELECT * WHERE { ?s ?p ?o }")
        with pytest.raises(ResultTooLargeError, match="10"):
            on_virtuoso(whole, "text/turtle")
        assert on_virtuoso("SELECT * WHERE { ?s ?p ?o } LIMIT 9", "text/csv").count(b"\n") == 10
    assert on_virtuoso("SELECT * WHERE { ?s ?p ?o } LIMIT 99", "text/csv").count(b"\n") == 100
    hurried = virtuoso.endpoint("http://www.openlinksw.com/schemas/virtrdf#", timeout="1000")
    with asking(hurried, BASE) as run, pytest.raises(QueryTimeoutError):
        run(RUNAWAY, timeout=20)
