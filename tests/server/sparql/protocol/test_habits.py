"""The habits of publishers of linked data, each on a real server over a small store."""

import httpx
import pytest

from tests.support.linked.habits import HABITS, Habit, judged
from tests.support.linked.site import Site

BASE = "http://localhost:8000/"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_habit(habit: Habit, client: httpx.Client) -> None:
    assert judged(Site(f"{str(client.base_url).rstrip('/')}/", BASE, client), habit) == []
