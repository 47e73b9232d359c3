"""The load generator: it cuts answers off right, and counts right and wrong answers of a real server."""

import math
import socket
import threading
from collections.abc import Iterator

import pytest

from bench.load.generator import Plan, Shot, load
from bench.load.http import Reply, cut, encoded, get, post

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("answer", [WHOLE, CHUNKED])
def test_answer_is_cut_once_it_is_whole(answer: bytes) -> None:
    assert [cut(answer[:size]) for size in range(len(answer))] == [None] * len(answer)
    assert cut(bytearray(answer)) == Reply(200, b"hello", len(answer), closing=False)


def test_answer_without_a_body() -> None:
    assert cut(EMPTY) == Reply(304, b"", len(EMPTY), closing=True)


def test_what_is_no_answer() -> None:
    with pytest.raises(ValueError, match="HTTP"):
        cut(b"SSH-2.0\r\n\r\n")


def test_requests_are_encoded_once() -> None:
    assert encoded([("query", "a +〔")]) == "query=a%20%2B%E3%80%94"
    assert get("/x?y").startswith(b"GET /x?y HTTP/1.1\r\nHost: ")
    head, _, body = post("/sparql", [("query", "ASK {}")]).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


@pytest.fixture
def port() -> Iterator[int]:
    """A server of two answers in turn, the second in two parts; it hangs up after the tenth of a connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            for number in range(10):
                if not connection.recv(4096):
                    return
                connection.sendall(WHOLE[:-2])
                connection.sendall(b"lo" if number % 2 else b"LO")

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def test_load_counts_right_and_wrong_answers(port: int) -> None:
    outcome = load(Plan(port, (Shot(get("/"), b"hello"),), clients=2, seconds=0.3, warm=0.0))
    assert outcome.right > 10
    assert abs(outcome.right - outcome.wrong) <= 4
    assert outcome.served == len(outcome.latencies)
    assert 0 <= outcome.served - outcome.right - outcome.wrong <= 2  # those after the end
    assert outcome.latencies.count(math.inf) == outcome.wrong
    assert outcome.rate == outcome.right / 0.3
    assert not outcome.unanswered
    assert not outcome.statuses


def test_warm_up_is_not_counted(port: int) -> None:
    outcome = load(Plan(port, (Shot(get("/"), b"hello"),), clients=1, seconds=0.1, warm=0.2))
    assert outcome.served > len(outcome.latencies) > 0
