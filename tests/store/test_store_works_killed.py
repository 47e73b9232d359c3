"""Clearing, dumping and releasing, killed at a point: the store stays whole, or says what to run."""

import signal
from dataclasses import dataclass
from typing import Any

import pytest

from jixiao.store import Store, lock
from jixiao.store.files import Layout
from jixiao.store.maintenance.checking import check_store
from tests.store.writer import WORKS, ended, started
from tests.support.writing import BASE, commit

LEFT_OVER = ("ledgers/0.json", "ledgers/1.json", "renditions/0.json")


@pytest.fixture(scope="module")
def deposits(make_deposit):
    return [make_deposit(f"{number}.txt", [f"项目{number}"], year=2000 + number) for number in range(3)]


@pytest.fixture(scope="module")
def made(tmp_path_factory, deposits):
    """A store of two versions without dumps, and with files that nobody needs."""
    store = Store.create(tmp_path_factory.mktemp("killed") / "store", BASE)
    for deposit in deposits[:2]:
        commit(store, deposit)
    for path in store.current().path.glob("dump*"):
        path.unlink()
    for name in LEFT_OVER:
        (store.path / name).write_bytes(b"{}")
    return store


def assert_whole(path):
    assert not list(check_store(Store.open(path), None, lambda _: None))


def assert_goes_on(path, deposit):
    """A next filing goes in, and the versions before it are there."""
    store = Store.open(path)
    commit(store, deposit)
    assert [record.version for record in store.versions()] == ["000003", "000002", "000001"]
    assert [len(record.sources) for record in store.versions()] == [3, 2, 1]
    assert_whole(path)


@dataclass(frozen=True)
class Trap:
    """A work, and the point at which it is killed."""

    work: Any
    point: str
    when: str
    nth: str = "1"

    @property
    def name(self):
        return f"{self.work} {self.when} {self.point} {self.nth}"

    def spring(self, path):
        assert ended(started(path, self.work, self.point, self.when, int(self.nth))) == -signal.SIGKILL


def traps(*found, often):
    """Parameters of a test: `make test` tries one of them."""
    return [pytest.param(trap, marks=[] if trap == often else pytest.mark.judge, id=trap.name) for trap in found]


@pytest.mark.parametrize(
    "trap",
    traps(
        Trap("dumps", "dump", "before"),  # the scratch directory is there, and empty
        Trap("dumps", "replace dump.nq.gz", "before"),
        Trap("dumps", "replace dump.ttl.gz", "before"),
        Trap("dumps", "replace dumps.json", "before"),
        Trap("dumps", "replace dumps.json", "after"),
        Trap("release", "dumps made", "after"),
        Trap("release", "replace releases.json", "before"),
        Trap("release", "replace releases.json", "after"),
        often=Trap("dumps", "replace dump.ttl.gz", "before"),
    ),
)
def test_killed_while_dumping(copied, deposits, trap):
    trap.spring(copied.path)
    assert_whole(copied.path)
    WORKS[trap.work](copied.path)
    store = Store.open(copied.path)
    assert [dump.name for dump in store.current().dumps] == ["dump.nq.gz", "dump.ttl.gz"]
    assert list(store.releases()) == (["000002"] if trap.work == "release" else [])
    assert not list(copied.path.glob("generations/.*"))
    assert_goes_on(copied.path, deposits[2])


@pytest.mark.parametrize(
    "trap",
    traps(
        Trap("gc", "unlink", "after"),
        Trap("gc", "unlink", "after", "2"),
        Trap("gc", "pack", "before"),
        Trap("gc", "pack", "after"),
        often=Trap("gc", "unlink", "after"),
    ),
)
def test_killed_while_clearing(copied, deposits, trap):
    trap.spring(copied.path)
    assert_whole(copied.path)
    WORKS["gc"](copied.path)
    assert not [name for name in LEFT_OVER if (copied.path / name).exists()]
    assert_goes_on(copied.path, deposits[2])


def test_clearing_removes_what_a_killed_writer_of_dumps_left(copied):
    left = copied.path / "generations" / ".dumping-x"
    left.mkdir()
    (left / "dump.nq.gz").write_bytes(b"half")
    with lock.hold(Layout(copied.path).dumps_lock):
        WORKS["gc"](copied.path)
        assert left.exists(), "while dumps are written, nothing is removed"
    WORKS["gc"](copied.path)
    assert not left.exists()
