"""The store moves on while clients ask: every request is answered, from one generation or the next.

Clients that close their connections at random moments, on every route: the server goes on and logs nothing.
"""

import hashlib
import json
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import quote

import httpx
import pytest
from psutil import Process

from jixiao.server.settings import Settings
from jixiao.store import Deposit, Store
from tests.server.conftest import Serve
from tests.support.blackbox.process import serve as serve_process
from tests.support.blackbox.wire import Server
from tests.support.clock import until
from tests.support.turns import come_or_go

COUNT = "PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT (COUNT(*) AS ?n) { ?project a jx:Project }"
PAGES = [
    "/views/projects",
    "/search?q=项目",
    "/quality",
    "/ask?q=项目",
    "/id/x/y",
    "/sparql?query=ASK%7B%7D",
    "/sparql?query=foo",
    "/sparql?query=ASK%7BSERVICE%20%3Chttp://x/%3E%7B%7D%7D",
    "/views/projects?limit=x",
]
ACCEPTED = ["text/html", "text/turtle", "image/png"]


def projects(client: httpx.Client) -> tuple[int, int]:
    """The status of the question how many projects there are, and the answer."""
    answer = client.get("/sparql", params={"query": COUNT}, headers={"Accept": "application/sparql-results+json"})
    if answer.status_code != 200:
        return answer.status_code, -1
    [row] = json.loads(answer.text)["results"]["bindings"]
    return 200, int(row["n"]["value"])


def test_no_request_is_lost_and_each_sees_one_generation(listen: Serve, own: Store, songjiang: Deposit) -> None:
    seen: set[tuple[int, int]] = set()
    views: set[int] = set()
    stop = threading.Event()

    with listen(Settings(store=own.path, access_log="")) as client:
        _, before = projects(client)

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as its:
                while not stop.is_set():
                    seen.add(projects(its))
                    views.add(its.get("/views/projects?format=json").status_code)
                    stop.wait(0.01)  # clients that never pause take the processor from what moves on

        with ThreadPoolExecutor(2) as threads:
            asking = [threads.submit(ask) for _ in range(2)]
            try:
                until(lambda: seen)
                come_or_go(own, songjiang, 0)
                until(lambda: len(seen) > 1)
                come_or_go(own, songjiang, 1)
            finally:
                stop.set()
        assert [each.result() for each in asking] == [None, None]
        assert projects(client) == (200, before)
    assert seen == {(200, before), (200, (before - len(songjiang.contents.projects)))}
    assert views == {200}


@pytest.mark.judge
def test_commands_that_write_cost_no_client_an_answer(own: Store) -> None:
    originals = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))[:2]
    sha16 = hashlib.sha256(originals[0].read_bytes()).hexdigest()[:16]
    pages = ["/views/projects?limit=1&format=json", "/views/indicators?format=json", "/?lang=zh", "/quality?lang=en"]
    answers: list[httpx.Response] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as client:
            for page in cycle(pages):
                answers.append(client.get(page))
                if stop.wait(0.01):
                    return

    with serve_process(own.path) as served, ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        try:
            for command in (
                ["ingest", str(originals[0]), "--jobs", "1"],
                ["dumps"],
                ["withdraw", sha16, "--reason", "误传"],
                ["ingest", str(originals[1]), "--jobs", "1"],
                ["gc"],
            ):
                line = [sys.executable, "-m", "jixiao", *command, "--store", str(own.path)]
                subprocess.run(line, check=True, capture_output=True)
        finally:
            stop.set()
        assert [each.result() for each in asking] == [None, None]
    assert {answer.status_code for answer in answers} == {200}
    counts = {record.version: record.manifest.counts.projects for record in own.versions()}
    bodies: dict[tuple[str, str], bytes] = {}
    for answer in answers:
        if "format=json" in str(answer.url):
            said = answer.json()
            version = said["dataset_version"]
            assert bodies.setdefault((str(answer.url), version), answer.content) == answer.content
            assert "indicators" in str(answer.url) or said["whole"]["rows"] == counts[version]
    assert len({version for _, version in bodies}) > 1


@pytest.mark.judge
def test_a_server_does_not_grow_over_a_hundred_commits(own: Store, songjiang: Deposit) -> None:
    asked = [*PAGES, f"/source/{songjiang.sha16}", "/views/projects?format=xlsx"]
    stop = threading.Event()
    samples: list[tuple[int, int, int]] = []

    def ask(seed: int) -> None:
        rng = Random(seed)
        with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as client:
            while not stop.wait(0.01):
                # Each query is another one, so that its result is cached once more.
                client.get("/sparql", params={"query": f"SELECT * {{ ?s ?p ?o }} LIMIT {rng.randrange(1000)}"})
                answer = client.get(rng.choice(asked), headers={"Accept": rng.choice(ACCEPTED)})
                assert answer.status_code < 500 or answer.status_code == 503  # of a limit, on a loaded machine

    with serve_process(own.path, "--access-log", "") as served, ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(ask, seed) for seed in range(2)]
        server = Process(served.pid)
        try:
            for turn in range(100):
                come_or_go(own, songjiang, turn)
                time.sleep(0.2)
                samples.append((server.memory_info().rss, server.num_fds(), server.num_threads()))
        finally:
            stop.set()
        for each in asking:
            each.result()
    before, after = ([median(values) for values in zip(*part, strict=True)] for part in (samples[15:30], samples[-15:]))
    memory, files, threads_then = (now - then for then, now in zip(before, after, strict=True))
    assert memory < 32 << 20
    assert files <= 15
    assert threads_then <= 2


VALUES = {"kind": "nq", "version": "000001", "number": "1", "path": "project/x/2022/y", "what": "entity"}
QUERIES = [
    "foo",
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 90000",
    "CONSTRUCT WHERE { ?s ?p ?o }",
]


def messages(server: Server, sha16: str) -> list[bytes]:
    """Requests to all routes: GET with three Accept headers, HEAD, several in a row, and POST with forms."""
    paths = server.get("/openapi.json").json()["paths"]
    values = {**VALUES, "sha16": sha16}
    targets = [re.sub(r"{(\w+)}", lambda found: values.get(found[1], "projects"), path) for path in paths]
    targets += [f"/sparql?query={quote(query)}" for query in QUERIES]
    get = "{} {} HTTP/{}\r\nHost: x\r\nAccept: {}\r\n\r\n"
    found = [
        get.format(method, target, version, accept).encode() * times
        for target in targets
        for method, version, accept, times in (
            ("GET", "1.1", "text/html", 1),
            ("GET", "1.1", "*/*", 3),
            ("GET", "1.0", "text/turtle", 1),
            ("HEAD", "1.1", "application/json", 1),
        )
    ]
    post = (
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}"
    )
    body = f"query={quote(QUERIES[1])}&queries={quote('{}')}&text={quote('年度绩效目标')}"
    return found + [post.format(path, len(body), body).encode() for path, of in paths.items() if "post" in of] * 5


def hang_up(server: Server, message: bytes, rng: Random) -> None:
    """Send a request or its beginning, read a little of the answer or none, and close the connection in some way."""
    with socket.create_connection((server.host, server.port), timeout=rng.random()) as connection, suppress(OSError):
        connection.sendall(message if rng.random() < 0.7 else message[: rng.randrange(len(message))])
        time.sleep(rng.choice((0, 0.003, 0.03, 0.3)) * rng.random())
        for _ in range(rng.choice((0, 0, 1, 2))):
            connection.recv(rng.choice((1, 100, 65536)))
        if rng.random() < 0.3:
            connection.shutdown(socket.SHUT_WR)
        if rng.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # resets it


@pytest.mark.judge  # test_hostile.py: clients that are slow, or go away, to a server that then answers
@pytest.mark.parametrize("connections", [16, pytest.param(3000, marks=pytest.mark.judge)])
def test_clients_that_hang_up_leave_no_trace_in_the_log(store: Store, connections: int) -> None:
    rng = Random(1)
    sha16 = next(iter(store.sources())).sha256[:16]
    with serve_process(Path(store.path), "--access-log", "") as served:
        server, said = Server(served.url), len(served.log)
        sent = rng.choices(messages(server, sha16), k=connections)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda message: hang_up(server, message, Random(message)), sent))
        assert server.get("/health").status == 200
    # A loaded machine answers slowly, and says so; notices of what is not set may come after the first answer.
    known = ('{"slow":true', "没有设基准", "没有写发布者")
    assert [line for line in served.log[said:] if not line.startswith(known)] == []
