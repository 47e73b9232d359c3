"""A real server over the store of the examples, its process known; attackers ask for a short time limit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.blackbox.process import serve
from tests.support.blackbox.rude import Reach
from tests.support.blackbox.siege import Lure, Siege
from tests.support.blackbox.wire import Server

LIMIT = 0.5  # seconds that an attacker's query may take


@pytest.fixture(scope="package")
def siege(examples: Path) -> Iterator[Siege]:
    """A server that has been asked what it answers in peace."""
    with serve(examples) as served:
        yield Siege(Server(served.url), served.pid, patience=30, limit=LIMIT)
        assert not any("Traceback" in line for line in served.log), "\n".join(served.log)[-5000:]


@pytest.fixture(scope="package")
def reach(siege: Siege) -> Reach:
    """Limits of the attacks here: 200 connections, a second, 20 MB."""
    return Reach(siege.server, connections=200, seconds=1, size=20 << 20)


@pytest.fixture(scope="package")
def lure() -> Iterator[Lure]:
    """Somebody who listens, and nobody calls."""
    with Lure() as lure:
        yield lure
        assert lure.calls == 0
