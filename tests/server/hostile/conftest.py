"""A real server over the store of the examples, its process known; attackers ask for a short time limit."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT))  # the attacks are in bench/, which is not installed

from bench.blackbox.process import serve  # noqa: E402
from bench.blackbox.rude import Reach  # noqa: E402
from bench.blackbox.siege import Lure, Siege  # noqa: E402
from bench.blackbox.wire import Server  # noqa: E402

LIMIT = 0.5  # seconds that an attacker's query may take


@pytest.fixture(scope="package")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """A server that has been asked what it answers in peace."""
    store = tmp_path_factory.mktemp("hostile") / "store"
    ingest = [sys.executable, "-m", "jixiao", "ingest", str(ROOT / "examples"), "--store", str(store)]
    subprocess.run(ingest, check=True, capture_output=True)
    with serve(store) as served:
        yield Siege(Server(served.url), served.pid, patience=10, limit=LIMIT)
        assert not any("Traceback" in line for line in served.log), "\n".join(served.log)[-5000:]


@pytest.fixture(scope="package")
def reach(siege: Siege) -> Reach:
    """How far attacks go here: 200 connections, a second, 20 MB."""
    return Reach(siege.server, connections=200, seconds=1, size=20 << 20)


@pytest.fixture(scope="package")
def lure() -> Iterator[Lure]:
    """Somebody who listens, and nobody calls."""
    with Lure() as lure:
        yield lure
        assert lure.calls == 0
