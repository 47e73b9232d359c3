"""Clients that close their connections at random moments, on every route: the server goes on and logs nothing."""

import re
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from jixiao.store import Store
from tests.support.blackbox.process import serve
from tests.support.blackbox.wire import Server

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
    with serve(Path(store.path), "--access-log", "") as served:
        server, said = Server(served.url), len(served.log)
        sent = rng.choices(messages(server, sha16), k=connections)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda message: hang_up(server, message, Random(message)), sent))
        assert server.get("/health").status == 200
    # A loaded machine answers slowly, and says so.
    assert [line for line in served.log[said:] if not line.startswith('{"slow":true')] == []
