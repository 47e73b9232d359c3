"""The checklist of habits says so when it cannot see a site whole."""

import gzip
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.support.linked import crawl
from tests.support.linked.crawl import Reached
from tests.support.linked.habits import judged
from tests.support.linked.site import Site

BASE = "http://localhost:8000/"
PACKED = gzip.compress(b"<a> <b> <c> .\n" * 100)


@pytest.mark.parametrize("walk", [crawl.by_graphs, crawl.by_pages])
def test_a_crawl_that_stops_says_so(walk: Callable[[Site, int], Reached], client: httpx.Client) -> None:
    reached = walk(Site(f"{str(client.base_url).rstrip('/')}/", BASE, client), 2)
    assert len(reached.addresses) == 2
    assert [fault for fault in reached.faults if fault.startswith("stopped at 2 addresses")]


@pytest.mark.parametrize(
    ("content", "error"),
    [(PACKED[:20], EOFError), (PACKED[:10] + b"\xff" * 20, zlib.error), (b"no gzip", gzip.BadGzipFile)],
    ids=["cut", "garbled", "other"],
)
def test_a_broken_dump_is_a_fault(content: bytes, error: type[Exception], client: httpx.Client) -> None:
    def unpacked(_: Site) -> Iterator[str]:
        yield str(len(gzip.decompress(content)))

    found = judged(Site(f"{str(client.base_url).rstrip('/')}/", BASE, client), unpacked)
    assert [fault.partition(":")[0] for fault in found] == [error.__name__]
