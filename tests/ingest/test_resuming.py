"""An ingestion that was killed continues: what it had read is not read again, and the store is the same."""

import os
import signal
import time
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

from jixiao.ingest.load import Outcome, ingest
from jixiao.ingest.originals import files
from jixiao.store import Store
from tests.conftest import Run

BASE = "https://data.example.org/"
READ = 4
pytestmark = pytest.mark.usefixtures("reading_apart")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Store:
    store = Store.create(tmp_path_factory.mktemp("undisturbed") / "store", BASE)
    ingest(files([folder]), store)
    assert not (store.path / "waiting").exists()
    return store


def checksum(store: Store) -> str:
    return store.current().manifest.checksum


def ended(folder: Path, store: Path, sent: signal.Signals, told: Path) -> None:
    """Ingest, and end this process by a signal when some files are read, once it is told which processes it started."""
    read = count(1)

    def progress(_: Outcome) -> None:
        if next(read) == READ:
            told.write_text(" ".join(str(child.pid) for child in psutil.Process().children(recursive=True)))
            os.kill(os.getpid(), sent)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs without it
    ingest(files([folder]), Store.create(store, BASE), progress=progress)


def interrupt(folder: Path, store: Path, sent: signal.Signals) -> list[int]:
    """The processes that an ingestion had started when a signal ended it."""
    told = store.with_suffix(".told")
    ingesting = get_context("fork").Process(target=ended, args=(folder, store, sent, told))
    ingesting.start()
    ingesting.join()
    assert ingesting.exitcode != 0
    return [int(pid) for pid in told.read_text().split()]


def test_what_was_read_before_a_kill_is_not_read_again(tmp_path: Path, folder: Path, undisturbed: Store) -> None:
    started = interrupt(folder, tmp_path / "store", signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(psutil.pid_exists(pid) for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in started if psutil.pid_exists(pid)] == []

    store = Store.open(tmp_path / "store")
    assert store.current() is None
    assert len(list((store.path / "waiting").glob("*/*"))) == READ
    [torn, renamed, *_] = sorted((store.path / "waiting").glob("*/*"))
    torn.write_bytes(torn.read_bytes()[:-1])
    renamed.rename(renamed.with_name("0" * 64))

    assert sum(outcome.resumed for outcome in ingest(files([folder]), store)) == READ - 2
    assert checksum(store) == checksum(undisturbed)
    assert [path.name for path in (store.path / "waiting").glob("*/*")] == ["0" * 64]
    for record in store.sources():
        assert store.rendition(record.sha16) == undisturbed.rendition(record.sha16)
        assert store.ledger(record.sha16) == undisturbed.ledger(record.sha16)


@pytest.mark.judge
def test_readings_of_other_files_and_rules_wait_on(tmp_path: Path, folder: Path, run: Run) -> None:
    interrupt(folder, tmp_path / "store", signal.SIGINT)
    store = Store.open(tmp_path / "store")
    old, young = (store.path / "waiting" / "0-0.0.1" / (name * 64) for name in "ab")
    old.parent.mkdir(parents=True)
    for path, days in ((old, 8), (young, 6)):
        path.write_bytes(b"")
        os.utime(path, (time.time() - days * 86_400,) * 2)
    (tmp_path / "other.txt").write_bytes((folder / "00.txt").read_bytes())
    assert [outcome.resumed for outcome in ingest([tmp_path / "other.txt"], store)] == [False]
    assert [path.name for path in young.parent.iterdir()] == [young.name]
    assert [outcome.resumed for outcome in ingest([folder / "01.txt"], store, strict=True)] == [False]

    rest = [path for path in sorted(folder.iterdir()) if path.name > "02"]
    done = run("ingest", *rest, "--store", store.path)
    assert f"{READ - 2} of them were read before an interruption" in done.stderr
    assert not (store.path / "waiting" / "0-0.0.1" / old.name).exists()
    assert len([record for record in store.sources() if record.live]) == 8
