"""Slow and oversized requests on bare sockets, which a server must survive.

Each attack takes the server, and returns the bytes received.
"""

import gzip
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from functools import partial
from urllib.parse import quote

from tests.support.blackbox.wire import Server

CONNECTIONS = 200  # at once
SECONDS = 1.0  # that an attack lasts
SIZE = 20 << 20  # bytes that an attack sends
ASK = b"/sparql?query=ASK%7B%7D"
LARGE = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 300000"

Attack = Callable[[Server], bytes]


def _connect(server: Server) -> socket.socket:
    """Open a connection. Raises OSError."""
    return socket.create_connection((server.host, server.port), timeout=SECONDS + 5)


def _many(server: Server, stack: ExitStack) -> list[socket.socket]:
    """Open CONNECTIONS connections, or fewer if the server accepts no more; the stack closes them."""
    connections = []
    for _ in range(CONNECTIONS):
        with suppress(OSError):
            connections.append(stack.enter_context(_connect(server)))
    return connections


def received(connection: socket.socket, seconds: float, most: int = 1 << 20) -> bytes:
    """Receive bytes until the server closes, is silent for `seconds`, or has sent `most` bytes."""
    content = b""
    connection.settimeout(seconds)
    with suppress(OSError):
        while len(content) < most and (part := connection.recv(1 << 16)):
            content += part
    return content


def sent(parts: Iterable[bytes], server: Server, seconds: float = 3) -> bytes:
    """Send bytes, as far as the server takes them, and return the bytes received."""
    with _connect(server) as connection:
        with suppress(OSError):
            for part in parts:
                connection.sendall(part)
        return received(connection, seconds)


def head(target: bytes = ASK, method: bytes = b"GET", *more: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    """Write the head of a request, with Host and Connection: close."""
    lines = [method + b" " + target + b" " + version, b"Host: x", b"Connection: close", *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _posted(*more: bytes, kind: bytes = b"application/sparql-query") -> bytes:
    """Write the head of a POST to /sparql."""
    return head(b"/sparql", b"POST", b"Content-Type: " + kind, *more)


def _drip(opening: bytes, drop: bytes, server: Server) -> bytes:
    """Keep many connections open, each of which sends a few bytes at a time."""
    with ExitStack() as stack:
        connections = _many(server, stack)
        for connection in connections:
            with suppress(OSError):
                connection.sendall(opening)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for connection in connections:
                with suppress(OSError):
                    connection.send(drop)
            time.sleep(0.2)
    return b""


def _slow_readers(server: Server) -> bytes:
    """Request large results and never read them."""
    with ExitStack() as stack:
        for connection in _many(server, stack)[: CONNECTIONS // 10]:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with suppress(OSError):
                connection.sendall(_LARGE_RESULT)
        time.sleep(SECONDS)
    return b""


_LARGE_RESULT = head(f"/sparql?query={quote(LARGE)}".encode(), b"GET", b"Accept: text/csv")


def _half_closed(server: Server) -> bytes:
    with _connect(server) as connection:
        connection.sendall(head())
        connection.shutdown(socket.SHUT_WR)
        return received(connection, 3)


def _half_a_request_and_closed(server: Server) -> bytes:
    for part in (
        b"G",
        b"GET /sparql",
        head()[:-2],
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nASK",
    ):
        with _connect(server) as connection:
            connection.sendall(part)
    return b""


def _connections_at_once(server: Server) -> bytes:
    """Open connections one after the other and close each without sending anything."""
    for _ in range(CONNECTIONS * 5):
        with suppress(OSError):
            _connect(server).close()
    return b""


_POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
_CHUNKED = _posted(b"Transfer-Encoding: chunked")
_MANY = b"&".join(b"p%d=1" % n for n in range(20_000))
_PACKED = gzip.compress(b"#" * SIZE, 1)
_FORM = b"application/x-www-form-urlencoded"
_LONG_HEADER = b"X: " + b"y" * 65_000 + b"\r\n"
_TIMES = SIZE >> 16  # a part of 64 KiB

TIMED: dict[str, Attack] = {
    "slow headers": partial(_drip, b"GET /sparql HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n"),
    "slow request line": partial(_drip, b"GET /sparql?query=", b"A"),
    "slow body": partial(_drip, _POST + b"Content-Length: 100000\r\n\r\nASK {}", b" "),
    "slow chunks": partial(_drip, _POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "idle connections": partial(_drip, b"", b""),
    "results that nobody reads": _slow_readers,
}
"""Attacks that last for SECONDS; other clients must be served meanwhile."""

_EXCESSIVE = {
    "chunks without end": (_CHUNKED, *[b"10000\r\n" + b"#" * 0x10000 + b"\r\n"] * _TIMES),
    "a large body": (_posted(b"Content-Length: %d" % SIZE), *[b"#" * 0x10000] * _TIMES),
    "a large form": (_posted(b"Content-Length: %d" % SIZE, kind=_FORM), *[b"a=b&" * 0x4000] * _TIMES),
    "a form of 20,000 parameters": (_posted(b"Content-Length: %d" % len(_MANY), kind=_FORM), _MANY),
    "a packed bomb": (_posted(b"Content-Encoding: gzip", b"Content-Length: %d" % len(_PACKED)), _PACKED),
    "10,000 headers": (head(ASK, b"GET", *[b"X-%d: y" % n for n in range(10_000)]),),
    "a header of 10 MB": (head(ASK, b"GET", b"X: " + b"y" * (10 << 20)),),
    "headers without end": (b"GET / HTTP/1.1\r\nHost: x\r\n", *[_LONG_HEADER] * _TIMES),
    "a request line of 10 MB": (head(b"/sparql?query=" + b"A" * (10 << 20)),),
    "an Accept of 3,000 ranges": (head(ASK, b"GET", b"Accept: " + b",".join(b"a/b;q=0.%d" % n for n in range(3000))),),
    "an If-None-Match of 5,000 tags": (
        head(ASK, b"GET", b"If-None-Match: " + b",".join(b'W/"%d"' % n for n in range(5000))),
    ),
    "trailers without end": (_CHUNKED, b"6\r\nASK {}\r\n0\r\n", *[_LONG_HEADER] * 50),
    "chunk extensions without end": (_CHUNKED, b"6;", *[b"x" * 65_000] * 50),
}
"""The parts of requests that are too large."""

BOMBS: dict[str, Attack] = {
    "half closed": _half_closed,
    "half a request": _half_a_request_and_closed,
    **{name: partial(sent, parts) for name, parts in _EXCESSIVE.items()},
    "pipelined": partial(sent, (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n" * 100,), seconds=2),
    "connections without a word": _connections_at_once,
}
