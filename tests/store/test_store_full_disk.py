"""A disk that takes no more, and one that cannot be written: the writer says so, and what is published stays."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.support.damage import problems
from tests.support.pages import ended
from tests.support.writing import BASE, commit

LIMITED = """
import pickle, resource, signal, sys
from tests.store import writer
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that may not grow then fails as a full disk does
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
writer.main(sys.argv[2], pickle.load(open(sys.argv[3], 'rb')))
"""
READING = """
import resource, signal, sys
from jixiao.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(sys.argv[1]).current().index.tables(60) as reader:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    getattr(reader, sys.argv[3])(sys.argv[2], {})
"""


@pytest.fixture(scope="module")
def deposits(make_deposit):
    return [make_deposit(f"{number}.txt", [f"项目{number}"], year=2000 + number) for number in range(3)]


@pytest.fixture
def store(tmp_path, deposits):
    store = Store.create(tmp_path / "store", BASE)
    commit(store, deposits[0])
    return store


@pytest.mark.parametrize(
    "most", [0, *(pytest.param(size, marks=pytest.mark.judge) for size in (600, 3_000, 12_000, 60_000, 150_000))]
)
def test_a_full_disk_leaves_the_last_version(store, deposits, tmp_path, most):
    pickled = tmp_path / "deposits.pickle"
    pickled.write_bytes(pickle.dumps(deposits[1:]))
    command = [sys.executable, "-c", LIMITED, str(most), str(store.path), str(pickled)]
    done = ended(
        1,
        subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60),
    )
    assert "StoreUnusableError" in done.stderr.splitlines()[-1]
    assert str(store.path) in done.stderr.splitlines()[-1]
    assert Store.open(store.path).current().version == "000001"
    assert problems(store) == []
    commit(store, *deposits[1:])
    assert (store.current().version, problems(store)) == ("000002", [])


@pytest.mark.sampled(2)
@pytest.mark.parametrize("keep", [False, True])
def test_a_reader_without_room_for_temporary_files_says_so(store, keep):
    """Sort or keep more rows than the memory for them holds."""
    numbers = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 200000)"
    long = f"{numbers} SELECT hex(i) || 'x' FROM n ORDER BY 1"
    done = subprocess.run(
        [sys.executable, "-c", READING, str(store.path), long, "kept" * keep or "rows"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "NoRoomError" in done.stderr.splitlines()[-1], done.stderr
    assert "SQLITE_TMPDIR" in done.stderr.splitlines()[-1]
