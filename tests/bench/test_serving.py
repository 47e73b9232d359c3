"""The clients that measure a server: they count right and wrong answers, and a real server is measured from outside."""

import http.server
import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bench import serving
from bench.lookups import Lookup, get, lookups
from bench.measuring import cpu_seconds, percentile
from jixiao.store import Generation
from tests.support.blackbox.process import alive, serve, tree


@pytest.fixture
def port() -> Iterator[int]:
    """A server of two answers in turn."""
    answers = iter([b"hello", b"HELLO"] * 100_000)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(next(answers))

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_load_counts_right_and_wrong_answers(port: int) -> None:
    latencies = serving.load(port, [(get("/", "*/*"), b"hello")], clients=2, seconds=0.3)
    wrong = latencies.count(math.inf)
    assert len(latencies) > 10
    assert abs(len(latencies) - 2 * wrong) <= 4


def test_clients_begin_with_different_requests(port: int) -> None:
    pairs = [(get(f"/{number}", "*/*"), b"hello") for number in range(4)]
    assert len(serving.load(port, pairs, clients=2, seconds=0.05)) >= 2


def test_percentiles() -> None:
    assert percentile([float(n) for n in range(101)], 99) == 99
    assert percentile([2.0], 99) == 2
    assert percentile([1.0, math.inf], 50) == 1
    assert percentile([1.0, math.inf], 99) == math.inf
    assert percentile([], 99) == math.inf


@pytest.fixture(scope="module")
def lookup(generation: Generation) -> Lookup:
    return lookups(generation, 1)[0]


@pytest.mark.judge
def test_jixiao_is_measured_from_outside(generation: Generation, lookup: Lookup) -> None:
    with serve(generation.path.parents[1]) as served:
        pairs = [pair for _, request, _ in serving.KINDS for pair in serving.shots(served.url, [lookup], request)]
        with pytest.raises(serving.WrongAnswerError):
            serving.shots(served.url, [replace(lookup, projects=frozenset())], Lookup.view)
        before = cpu_seconds(served.pid)
        with ThreadPoolExecutor(1) as apart:
            rate, cpu, p50, p99, faults = serving.measured(apart, served, pairs, clients=2, seconds=0.5)
        assert cpu_seconds(served.pid) > before
        assert rate > 0
        assert cpu > 0
        assert 0 < p50 <= p99
        assert faults == 0
        family = tree(served.pid)
    assert not [process for process in family if alive(process)]


@pytest.mark.judge
def test_heavy_queries_are_put_until_told_to_stop(generation: Generation) -> None:
    with serve(generation.path.parents[1]) as served:
        with serving.heavy(served.url) as answers:
            while not answers:
                threading.Event().wait(0.05)
        total = answers.total()
    assert answers.total() == total
    assert answers.keys() <= {200, 503, 504}
