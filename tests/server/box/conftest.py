"""A reader of texts over a small store with self-evaluations."""

import httpx
import pytest

from jixiao.server.box.reading import Reader


@pytest.fixture(scope="session")
def reader(evaluated, of_evaluated):
    now = evaluated.current()
    assert now
    assert now.index
    return Reader(now.index, lambda table, given: rows(of_evaluated, table, given))


def rows(client, table, given):
    """The number of rows of a table under conditions, 0 for conditions that nothing can meet."""
    answer = client.get(f"/tables/{table}", params={**given, "limit": "1", "format": "json"})
    return int(answer.json()["whole"]["rows"]) if answer.status_code == httpx.codes.OK else 0
