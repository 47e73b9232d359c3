"""A reader of texts over a small store with self-evaluations."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from jixiao.server.box.reading import Reader
from jixiao.store import Store


@pytest.fixture(scope="session")
def reader(evaluated: Store, of_evaluated: httpx.Client) -> Reader:
    now = evaluated.current()
    assert now
    assert now.index
    return Reader(now.index, lambda table, given: rows(of_evaluated, table, given))


def rows(client: httpx.Client, table: str, given: Mapping[str, Any]) -> int:
    """The number of rows of a table under conditions, 0 for conditions that nothing can meet."""
    answer = client.get(f"/tables/{table}", params={**given, "limit": "1", "format": "json"})
    return int(answer.json()["whole"]["rows"]) if answer.status_code == httpx.codes.OK else 0
