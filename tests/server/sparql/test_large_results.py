"""Large results go out piece by piece once they are complete, so that nobody takes a part for the whole."""

import resource
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.server.conftest import Serve
from tests.support.blackbox.process import serve
from tests.support.blackbox.wire import Server

DIGITS = " ".join(map(str, range(10)))
ROWS = 10**4
TEXT = "x" * 250


def wide(*names: str) -> str:
    """Return a query with a wide row for each combination of ten digits under some names."""
    rows = " ".join(f"VALUES ?{name} {{ {DIGITS} }}" for name in names)
    return f'SELECT * {{ {rows} BIND("{TEXT}" AS ?x) }}'


LARGE, LARGER = wide("a", "b", "c", "d"), wide("a", "b", "c", "d", "e")
CSV = {"Accept": "text/csv", "Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def streaming(listen: Serve, store: Store) -> Iterator[httpx.Client]:
    """A client of a server that keeps what is above a megabyte in files, and has a limit of four."""
    settings = Settings(store=store.path, quick_seats=1, heavy_seats=1, promote_after=0.001, max_result_bytes=4 << 20)
    with listen(settings) as client:
        yield client


def test_a_large_result_comes_whole(streaming: httpx.Client) -> None:
    answer = streaming.get("/sparql", params={"query": LARGE}, headers=CSV)
    assert answer.status_code == 200
    assert answer.text.count(TEXT) == ROWS
    head = streaming.head("/sparql", params={"query": LARGE}, headers=CSV)
    assert int(answer.headers["content-length"]) == int(head.headers["content-length"]) == len(answer.content)
    packed = streaming.get("/sparql", params={"query": LARGE}, headers={**CSV, "Accept-Encoding": "gzip"})
    assert packed.content == answer.content


def test_a_limit_refuses_the_result_and_the_server_goes_on(streaming: httpx.Client) -> None:
    for media_type in ("text/csv", "text/csv", "application/sparql-results+xml"):
        assert streaming.get("/sparql", params={"query": LARGER}, headers={"Accept": media_type}).status_code == 503
    assert streaming.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_a_client_that_leaves_frees_the_seat(streaming: httpx.Client) -> None:
    with streaming.stream("GET", "/sparql", params={"query": LARGE}, headers=CSV) as answer:
        next(answer.iter_raw())
    deadline = time.monotonic() + 20
    while 'jixiao_seats_busy{lane="heavy"} 0' not in streaming.get("/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert streaming.get("/sparql", params={"query": "ASK {}"}).status_code == 200


@pytest.mark.judge
@pytest.mark.parametrize("query", [LARGE, LARGER], ids=["large", "larger"])
def test_a_full_disk_gives_no_part_of_a_result_for_the_whole(store: Store, query: str) -> None:
    with serve(store.path, "--access-log", "", "--no-cache") as served:
        server = Server(served.url)
        size = len(server.query(query, "text/csv").body)
        for short in (1, 1000):
            full = size - short, resource.RLIM_INFINITY
            psutil.Process(served.pid).rlimit(psutil.RLIMIT_FSIZE, full)
            assert server.query(query, "text/csv").status == 503
        psutil.Process(served.pid).rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert len(server.query(query, "text/csv").body) == size
