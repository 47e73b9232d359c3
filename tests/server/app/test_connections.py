"""Slow, greedy and malformed clients get an answer in time, over raw sockets, and never the place of others."""

import asyncio
import contextlib
import json
import re
import select
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn
from anyio import to_thread

from jixiao.server.app.connections import Bounds, Configuration, listen
from jixiao.server.app.front import Front
from jixiao.server.errors import ClientGoneError
from jixiao.server.http.clients import client_key
from jixiao.server.logs.access_log import Journal
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime import turns
from jixiao.server.settings import Settings
from tests.support.clock import Clock, until
from tests.support.pages import absent

BOUNDS = Bounds(
    head=16_384,
    headers=20,
    pipelined=4,
    connections=12,
    per_client=8,
    head_seconds=0.6,
    idle_seconds=1,
    body_seconds=0.6,
    write_seconds=1,
    linger_seconds=0.3,
)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 32 << 20
BUSY, SENT = threading.Event(), threading.Event()
WORKING, ENDED = threading.Event(), threading.Event()


def without_end():
    """Work of a request in a thread, which ends with the turn of the request alone."""
    WORKING.set()
    with contextlib.suppress(ClientGoneError):
        while True:
            turns.look()
    ENDED.set()


async def answering(scope, receive, send):
    """Says how long the body was; /large is large, /slow takes a moment, /early does not read."""
    if scope["type"] == "lifespan":
        await receive()
        scope["state"]["metrics"] = Metrics()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    length, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    elif scope["path"] == "/work":
        await to_thread.run_sync(without_end)
    elif scope["path"] == "/busy":  # the loop is busy when the connection's time is over, and busy once more
        loop, idle = asyncio.get_running_loop(), BOUNDS.idle_seconds
        loop.call_later(idle - 0.2, time.sleep, 0.4)
        loop.call_later(idle - 0.1, lambda: BUSY.set() or SENT.wait(10))
    body = bytes(LARGE) if scope["path"] == "/large" else f"{scope['path']} {length}".encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(bounds=BOUNDS):
    """A server with those bounds; what is given connects to it."""
    settings = Settings(access_log="")
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(
            Configuration(Front(answering, Metrics(), Journal(settings), settings), settings, bounds)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        address = listening.getsockname()
        thread.start()
        opened = []

        def connect():
            opened.append(socket.create_connection(address, timeout=10))
            return opened[-1]

        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield connect
        finally:
            for one in opened:
                one.close()
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def connect():
    with serving() as connecting:
        yield connecting


def everything(connection):
    """All that comes until the server closes; a reset is a failure, an answer could be lost in it."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    connection.close()
    return b"".join(parts)


def test_the_work_for_a_client_that_hangs_up_ends(connect):
    connection = connect()
    connection.sendall(b"GET /work HTTP/1.1\r\nHost: x\r\n\r\n")
    assert WORKING.wait(10)
    connection.close()
    assert ENDED.wait(10)


def exchanged(connect, sent):
    """Send bytes on a connection of their own, and return all that comes until the server closes."""
    connection = connect()
    connection.sendall(sent)
    return everything(connection)


def refused(answer, status):
    """Holds that this is one problem+json answer in both languages, and the last on its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("ascii").splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    assert lines[0].startswith(f"HTTP/1.1 {status} "), answer[:300]
    assert (headers["content-type"], headers["connection"]) == ("application/problem+json", "close")
    assert (headers["x-content-type-options"], int(headers["content-length"])) == ("nosniff", len(body))
    problem = json.loads(body)
    assert problem["status"] == status
    assert absent(problem["detail"], problem["detail_zh"], problem["detail_en"]) == []
    assert ("retry-after" in headers) == (status == 503)


def answered(connect):
    connection = connect()
    with contextlib.suppress(OSError):  # refused before it is sent
        connection.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    return everything(connection)


def still_answers(connect):
    assert answered(connect).endswith(b"/ 0")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"x" * 200_000, 414),
        (b"GET /?q=" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 2_000_000, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000, 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        ("GET /松 HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad header: y\r\n\r\n", 400),
        (b"CONNECT y:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_a_request_that_is_too_large_or_malformed(sent, status, connect):
    refused(exchanged(connect, sent), status)
    still_answers(connect)


@pytest.mark.parametrize("size", [(64 << 10) - 1, 64 << 10, 100_000, 128 << 10, (128 << 10) + 1, 200_000])
def test_an_address_is_as_long_as_its_parser_takes(size):
    with serving(Bounds(linger_seconds=0.3)) as connect:
        for path in (b"/", b"/?q="):
            address = path + b"x" * (size - len(path))
            answer = exchanged(connect, b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % address)
            if size < 64 << 10:
                assert answer.startswith(b"HTTP/1.1 200 ")
            else:
                refused(answer, 414)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", 408),
        (b"G", 408),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", 408),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", 408),
    ],
)
def test_a_request_that_does_not_arrive(sent, status, connect):
    clock, began = Clock(), time.monotonic()
    refused(exchanged(connect, sent), status)
    assert time.monotonic() - began > 0.4
    assert clock.seconds() < 6


def test_a_head_that_trickles_in_has_one_time_for_all_of_it(connect):
    connection = connect()
    clock = Clock()
    began = time.monotonic()
    for byte in b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 3:
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            break
        time.sleep(0.1)
        if time.monotonic() - began > 1:
            break
    refused(everything(connection), 408)
    assert clock.seconds() < 6


@pytest.mark.sampled(2)
@pytest.mark.parametrize("sent", [b"", GET, b"\r\n", GET + b"\r\n"])
def test_who_says_nothing_is_not_waited_for(sent, connect):
    clock = Clock()
    answer = exchanged(connect, sent)
    assert answer.endswith(b"/ 0") if GET in sent else not answer
    assert clock.seconds() < 8


def test_empty_lines_do_not_keep_a_connection(connect):
    connection = connect()
    connection.sendall(GET)
    clock = Clock()
    began = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 8:
            connection.sendall(b"\r\n")
            time.sleep(0.1)
    assert clock.seconds() < 5


def test_a_request_that_comes_as_the_idle_time_ends_is_answered(connect):
    connection = connect()
    connection.sendall(GET.replace(b"/ ", b"/busy "))
    assert connection.recv(65536).endswith(b"/busy 0")
    assert BUSY.wait(10)
    connection.sendall(GET.replace(b"/ ", b"/late "))
    SENT.set()
    assert connection.recv(65536).endswith(b"/late 0")


def test_a_slow_body_that_moves_on_is_read(connect):
    connection = connect()
    connection.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nConnection: close\r\n\r\n")
    for byte in b"abcdef":
        time.sleep(0.15)
        connection.sendall(bytes([byte]))
    assert everything(connection).endswith(b"/body 6")


def test_an_answer_before_the_body_is_there_is_not_lost(connect):
    connection = connect()
    connection.sendall(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" + bytes(100_000))
    time.sleep(0.1)
    connection.sendall(bytes(300_000))
    answer = everything(connection)
    assert answer.endswith(b"/early 0")
    assert b"\r\nconnection: close\r\n" in answer  # or a client would send its next request here


def test_who_does_not_take_the_answer_is_dropped(connect):
    connection = connect()
    connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(2.5)
    assert len(everything(connection)) < LARGE


def test_requests_in_a_row_are_answered_in_order(connect):
    last = b"GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = exchanged(connect, GET.replace(b"/ ", b"/slow ", 1) + GET.replace(b"/ ", b"/2 ", 1) + last)
    assert re.findall(rb"/(?:slow|2|3) 0", answer) == [b"/slow 0", b"/2 0", b"/3 0"]


def test_too_many_in_a_row_are_not_kept(connect):
    answer = exchanged(connect, GET.replace(b"/ ", b"/slow ", 1) + GET * 500)
    assert answer.count(b"HTTP/1.1 200") == BOUNDS.pipelined + 1
    assert answer.endswith(b"/ 0")
    still_answers(connect)


CHUNKED = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CLOSING = CHUNKED.replace(b"Host", b"Connection: close\r\nHost")
UNUSUAL = {
    "HTTP/1.0 without a host": (b"GET / HTTP/1.0\r\n\r\n", b"/ 0"),
    "an upgrade": (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\x81\x05hello",
        b"/ 0",
    ),
    "trailers": (CLOSING + b"3\r\nabc\r\n0\r\n" + b"X: y\r\n" * 500 + b"\r\n", b"/body 3"),
    "nonsense behind a request": (GET.replace(b"/ ", b"/slow ", 1) + b"nonsense\r\n\r\n", b"\r\n\r\n/slow 0"),
    "a large answer": (b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"\r\n\r\n" + bytes(LARGE)),
    "small chunks": (CLOSING + b"a\r\n0123456789\r\n" * 20_000 + b"0\r\n\r\n", b"/body 200000"),
}


@pytest.mark.parametrize(("sent", "ending"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_and_allowed_is_answered_once_and_whole(sent, ending, connect):
    answer = exchanged(connect, sent)
    assert (answer[:12], answer.count(b"HTTP/1.1 ")) == (b"HTTP/1.1 200", 1)
    assert answer.endswith(ending)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"3\r\nabc\r\n0\r\nX: ", b"b"),
        (b"3\r\nabc\r\n0\r\n", b"X: y\r\n"),
        (b"0\r\n", b"X: y\r\n"),
        (b"3;x=", b"b"),
        (b"3\r\nabc\r\n0;x=", b"b"),
        (b"", b"0"),
        (b"", b"1;xxxxxxxxxxxxxxxx\r\na\r\n"),
    ],
)
def test_what_is_beside_a_body_has_an_end(begin, piece, connect):
    connection = connect()
    connection.sendall(CHUNKED + begin)
    sent, most = 0, 64 << 20
    with contextlib.suppress(OSError):
        while sent < most and not select.select([connection], [], [], 0)[0]:
            sent += connection.send(piece * (4096 // len(piece)))
    assert sent < most
    refused(everything(connection), 431)
    still_answers(connect)


@pytest.mark.parametrize(("bounds", "most"), [(BOUNDS, 8), (replace(BOUNDS, per_client=None), 12)])
def test_connections_are_counted_and_given_back(bounds, most):
    with serving(replace(bounds, head_seconds=20)) as connect:
        held = [connect() for _ in range(most)]
        for one in held:
            one.sendall(b"GET /")
        time.sleep(0.2)
        refused(everything(connect()), 503)
        for one in held:
            one.close()
        until(lambda: answered(connect).endswith(b"/ 0"), 5)


def test_a_flood_is_dropped_without_a_word():
    with serving(replace(BOUNDS, per_client=None, head_seconds=20, linger_seconds=5)) as connect:
        held = [connect() for _ in range(30)]
        time.sleep(0.3)
        for one in held[20:]:
            assert everything(one) == b""
        for one in held:
            one.close()


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2:3:4", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense:", "nonsense:"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address, key):
    assert client_key(address) == key
