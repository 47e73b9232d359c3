"""Merged things are read once per generation, however many requests ask at once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

from jixiao.server.linked_data.routes import Merges

ASKING = 8


def test_those_who_ask_at_once_share_one_reading() -> None:
    merges, reads, first = Merges(), [], threading.Event()

    def read() -> bytes:
        reads.append(len(reads))
        first.wait(0.2)  # until the others stand at the lock
        row = {"merged": {"value": "http://example.org/b"}, "kept": {"value": "http://example.org/a"}}
        return json.dumps({"results": {"bindings": [row]}}).encode()

    with ThreadPoolExecutor(ASKING) as threads:
        found = list(threads.map(lambda _: merges.of("000001", read), range(ASKING)))
    assert found == [{"http://example.org/b": "http://example.org/a"}] * ASKING
    assert len(reads) == 1
    merges.of("000002", read)
    assert len(reads) == 2
