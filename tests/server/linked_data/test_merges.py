"""Things that have other IRIs are read once per generation, however many requests ask at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jixiao.server.linked_data import routes
from jixiao.server.linked_data.routes import Merges

ASKING = 8


class Service:
    """A service whose store has one merge and one moved thing."""

    store = SimpleNamespace(base_iri="http://example.org/", moved=lambda: {"id/org/c": "id/org/d"})

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.first = threading.Event()

    def run(self, now: Any, _: str) -> bytes:
        self.reads.append(now)
        self.first.wait(0.2)  # until the others stand at the lock
        row = {"merged": {"value": "http://example.org/id/b"}, "kept": {"value": "http://example.org/id/a"}}
        return json.dumps({"results": {"bindings": [row]}}).encode()


def test_those_who_ask_at_once_share_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "version", lambda now: now)
    merges, service = Merges(), Service()
    asked = cast(Any, service)
    with ThreadPoolExecutor(ASKING) as threads:
        found = list(threads.map(lambda _: merges.of(asked, cast(Any, "000001")), range(ASKING)))
    assert found == [{"b": ("a", 301), "org/c": ("org/d", 303)}] * ASKING
    assert service.reads == ["000001"]
    merges.of(asked, cast(Any, "000002"))
    assert service.reads == ["000001", "000002"]
