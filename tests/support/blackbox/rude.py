"""Slow and oversized requests on bare sockets, which a server must survive.

Each attack takes a Reach, which limits its connections, seconds and bytes, and returns the bytes received.
"""

import gzip
import socket
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from urllib.parse import quote

from tests.support.blackbox.wire import Server

ASK = b"/sparql?query=ASK%7B%7D"
LARGE = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 300000"


@dataclass(frozen=True)
class Reach:
    """A server and the limits of attacks: connections at once, seconds per attack, bytes per attack."""

    server: Server
    connections: int
    seconds: float
    size: int

    def connect(self) -> socket.socket:
        """Open a connection. Raises OSError."""
        return socket.create_connection((self.server.host, self.server.port), timeout=max(5.0, self.seconds + 5))

    def many(self, stack: ExitStack) -> list[socket.socket]:
        """Open `connections` connections, or fewer if the server accepts no more; the stack closes them."""
        connections = []
        for _ in range(self.connections):
            with suppress(OSError):
                connections.append(stack.enter_context(self.connect()))
        return connections


Attack = Callable[[Reach], bytes]


def received(connection: socket.socket, seconds: float, most: int = 1 << 20) -> bytes:
    """Receive bytes until the server closes, is silent for `seconds`, or has sent `most` bytes."""
    content = b""
    connection.settimeout(seconds)
    with suppress(OSError):
        while len(content) < most and (part := connection.recv(1 << 16)):
            content += part
    return content


def sent(reach: Reach, *parts: bytes, seconds: float = 3) -> bytes:
    """Send bytes, as far as the server takes them, and return the bytes received."""
    with reach.connect() as connection:
        with suppress(OSError):
            for part in parts:
                connection.sendall(part)
        return received(connection, seconds)


def head(target: bytes = ASK, method: bytes = b"GET", *more: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    """Write the head of a request, with Host and Connection: close."""
    lines = [method + b" " + target + b" " + version, b"Host: x", b"Connection: close", *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _drip(reach: Reach, opening: bytes, drop: bytes) -> bytes:
    """Keep many connections open, each of which sends a few bytes at a time."""
    with ExitStack() as stack:
        connections = reach.many(stack)
        for connection in connections:
            with suppress(OSError):
                connection.sendall(opening)
        end = time.monotonic() + reach.seconds
        while time.monotonic() < end:
            for connection in connections:
                with suppress(OSError):
                    connection.send(drop)
            time.sleep(0.2)
    return b""


def slow_headers(reach: Reach) -> bytes:
    return _drip(reach, b"GET /sparql HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n")


def slow_request_line(reach: Reach) -> bytes:
    return _drip(reach, b"GET /sparql?query=", b"A")


def slow_body(reach: Reach) -> bytes:
    kind = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    return _drip(reach, kind + b"Content-Length: 100000\r\n\r\nASK {}", b" ")


def slow_chunks(reach: Reach) -> bytes:
    kind = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    return _drip(reach, kind + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")


def idle(reach: Reach) -> bytes:
    return _drip(reach, b"", b"")


def idle_after_an_answer(reach: Reach) -> bytes:
    with ExitStack() as stack:
        for connection in reach.many(stack):
            with suppress(OSError):
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(reach.seconds)
    return b""


def slow_readers(reach: Reach) -> bytes:
    """Request large results and never read them."""
    target = f"/sparql?query={quote(LARGE)}".encode()
    with ExitStack() as stack:
        for connection in reach.many(stack)[: max(10, reach.connections // 10)]:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with suppress(OSError):
                connection.sendall(head(target, b"GET", b"Accept: text/csv"))
        time.sleep(reach.seconds)
    return b""


def readers_by_the_byte(reach: Reach) -> bytes:
    target = f"/sparql?query={quote(LARGE)}".encode()
    with ExitStack() as stack:
        connections = reach.many(stack)[:10]
        for connection in connections:
            with suppress(OSError):
                connection.sendall(head(target, b"GET", b"Accept: text/csv"))
        end = time.monotonic() + reach.seconds
        while time.monotonic() < end:
            for connection in connections:
                connection.settimeout(0.05)
                with suppress(OSError):
                    connection.recv(1)
    return b""


def half_closed(reach: Reach) -> bytes:
    with reach.connect() as connection:
        connection.sendall(head())
        connection.shutdown(socket.SHUT_WR)
        return received(connection, 3)


def half_a_request_and_closed(reach: Reach) -> bytes:
    for part in (
        b"G",
        b"GET /sparql",
        head()[:-2],
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nASK",
    ):
        with reach.connect() as connection:
            connection.sendall(part)
    return b""


def reset(reach: Reach) -> bytes:
    """Reset connections (RST) while their queries run."""
    query = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    for _ in range(min(reach.connections, 50)):
        with reach.connect() as connection:
            connection.sendall(head(f"/sparql?query={query}".encode()))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return b""


def chunks_without_end(reach: Reach) -> bytes:
    kind = (b"Content-Type: application/sparql-query", b"Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    return sent(reach, head(b"/sparql", b"POST", *kind), *[chunk] * (reach.size >> 16))


def a_large_body(reach: Reach) -> bytes:
    kind = (b"Content-Type: application/sparql-query", b"Content-Length: %d" % (reach.size >> 16 << 16))
    return sent(reach, head(b"/sparql", b"POST", *kind), *[b"#" * 0x10000] * (reach.size >> 16))


def a_large_form(reach: Reach) -> bytes:
    kind = (b"Content-Type: application/x-www-form-urlencoded", b"Content-Length: %d" % (reach.size >> 16 << 16))
    return sent(reach, head(b"/sparql", b"POST", *kind), *[b"a=b&" * 0x4000] * (reach.size >> 16))


def a_form_of_many(reach: Reach) -> bytes:
    body = b"&".join(b"p%d=1" % n for n in range(20_000))
    kind = (b"Content-Type: application/x-www-form-urlencoded", b"Content-Length: %d" % len(body))
    return sent(reach, head(b"/sparql", b"POST", *kind), body)


def a_packed_bomb(reach: Reach) -> bytes:
    body = gzip.compress(b"#" * reach.size)
    kind = (b"Content-Type: application/sparql-query", b"Content-Encoding: gzip", b"Content-Length: %d" % len(body))
    return sent(reach, head(b"/sparql", b"POST", *kind), body)


def many_headers(reach: Reach) -> bytes:
    return sent(reach, head(ASK, b"GET", *[b"X-%d: y" % n for n in range(10_000)]))


def one_large_header(reach: Reach) -> bytes:
    return sent(reach, head(ASK, b"GET", b"X: " + b"y" * min(reach.size, 10 << 20)))


def headers_without_end(reach: Reach) -> bytes:
    return sent(reach, b"GET / HTTP/1.1\r\nHost: x\r\n", *[b"X: " + b"y" * 65_000 + b"\r\n"] * (reach.size >> 16))


def a_large_request_line(reach: Reach) -> bytes:
    return sent(reach, head(b"/sparql?query=" + b"A" * min(reach.size, 10 << 20)))


def a_large_accept(reach: Reach) -> bytes:
    return sent(reach, head(ASK, b"GET", b"Accept: " + b",".join(b"a/b;q=0.%d" % n for n in range(3000))))


def a_large_condition(reach: Reach) -> bytes:
    return sent(reach, head(ASK, b"GET", b"If-None-Match: " + b",".join(b'W/"%d"' % n for n in range(5000))))


def trailers_without_end(reach: Reach) -> bytes:
    kind = (b"Content-Type: application/sparql-query", b"Transfer-Encoding: chunked")
    return sent(
        reach, head(b"/sparql", b"POST", *kind), b"6\r\nASK {}\r\n0\r\n", *[b"X: " + b"y" * 65_000 + b"\r\n"] * 50
    )


def extensions_without_end(reach: Reach) -> bytes:
    kind = (b"Content-Type: application/sparql-query", b"Transfer-Encoding: chunked")
    return sent(reach, head(b"/sparql", b"POST", *kind), b"6;", *[b"x" * 65_000] * 50)


def pipelined(reach: Reach) -> bytes:
    """Send a hundred requests at once; a server gives as many answers, or fewer and closes the connection."""
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    return sent(reach, one * 100, seconds=2)


def pipelined_and_never_read(reach: Reach) -> bytes:
    one = b"GET /views HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n"
    with reach.connect() as connection:
        connection.settimeout(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(OSError):
            for _ in range(1000):
                connection.sendall(one)
        time.sleep(reach.seconds)
    return b""


def connections_at_once(reach: Reach) -> bytes:
    """Open connections one after the other and close each without sending anything."""
    for _ in range(reach.connections * 5):
        with suppress(OSError):
            reach.connect().close()
    return b""


TIMED: dict[str, Attack] = {
    "slow headers": slow_headers,
    "slow request line": slow_request_line,
    "slow body": slow_body,
    "slow chunks": slow_chunks,
    "idle connections": idle,
    "idle after an answer": idle_after_an_answer,
    "results that nobody reads": slow_readers,
    "results read by the byte": readers_by_the_byte,
    "pipelined and never read": pipelined_and_never_read,
}
"""Attacks that last for the seconds of the reach; other clients must be served meanwhile."""

BOMBS: dict[str, Attack] = {
    "half closed": half_closed,
    "half a request": half_a_request_and_closed,
    "chunks without end": chunks_without_end,
    "a large body": a_large_body,
    "a large form": a_large_form,
    "a form of 20,000 parameters": a_form_of_many,
    "a packed bomb": a_packed_bomb,
    "10,000 headers": many_headers,
    "a header of 10 MB": one_large_header,
    "headers without end": headers_without_end,
    "a request line of 10 MB": a_large_request_line,
    "an Accept of 3,000 ranges": a_large_accept,
    "an If-None-Match of 5,000 tags": a_large_condition,
    "trailers without end": trailers_without_end,
    "chunk extensions without end": extensions_without_end,
    "pipelined": pipelined,
    "connections without a word": connections_at_once,
}
