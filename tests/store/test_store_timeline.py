"""A timeline is read while writers change it, after one was killed, and where it is only a copy."""

import hashlib
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store import Refusal, Store, StoreUnusableError, check_store, timeline
from tests.store.writer import ended, started
from tests.support import mounts, timelines

BASE = "https://data.example.org/"
READ = """
import sys
from jixiao.store import Store, check_files
store = Store.open(sys.argv[1])
print(*(record.file_name for record in store.sources()), *check_files(store))
"""
SPILL = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.executescript("PRAGMA cache_size = 1; BEGIN; CREATE TABLE more (content)")
connection.executemany("INSERT INTO more VALUES (randomblob(?))", [[4096]] * 500)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A transaction larger than the cache, so that a part of it is in the file."""


@pytest.fixture
def store(tmp_path, make_deposit):
    """A store whose timeline has free pages, which SQLite does not restore when it undoes a transaction."""
    store = Store.create(tmp_path / "store", BASE)
    with store.writing() as batch:
        batch.add(make_deposit("甲.txt", ["甲"]))
        batch.commit()
    with timelines.writing(store.path) as connection:
        connection.execute("CREATE TABLE more AS SELECT randomblob(90000)")
        connection.execute("DROP TABLE more")
    return store.path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def spill(path):
    command = [sys.executable, "-c", SPILL, str(path / "timeline.sqlite")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert (path / "timeline.sqlite-journal").stat().st_size


def test_a_commit_killed_in_its_midst_is_not_seen_on_a_disk_that_cannot_be_written(store, make_deposit):
    killed = started(store, [make_deposit("乙.txt", ["乙"], year=2023)], "rows", "before", 3)
    assert ended(killed) == -signal.SIGKILL
    assert (store / "timeline.sqlite-journal").exists()
    assert mounts.run_read_only(store, READ) == "甲.txt\n"


def test_what_is_in_the_file_already_is_undone_in_a_copy(store):
    path, whole = store / "timeline.sqlite", (store / "timeline.sqlite").stat().st_size
    spill(store)
    half = digest(path)
    assert path.stat().st_size > whole
    assert mounts.run_read_only(store, READ) == "甲.txt\n"
    opened = Store.open(store)
    assert [each.file_name for each in opened.sources()] == ["甲.txt"]
    assert digest(path) == half, "readers write nothing"
    with opened.writing():
        assert path.stat().st_size == whole
    assert [each.file_name for each in opened.sources()] == ["甲.txt"]
    assert not list(check_store(opened, None, lambda _: None))


def test_an_open_reader_goes_on(store, make_deposit):
    opened = Store.open(store)
    moment = opened.present().moment
    before = [*moment.all("source")]
    spill(store)
    assert [*moment.all("source")] == before
    with opened.writing() as batch:
        batch.add(make_deposit("乙.txt", ["乙"], year=2023))
        batch.commit()
    assert [*moment.all("source")] == before
    assert len(opened.sources()) == 2


def test_a_damaged_file_beside_a_journal_is_not_read(store):
    spill(store)
    path = store / "timeline.sqlite"
    content = path.read_bytes()
    path.write_bytes(content.replace("甲.txt".encode(), "丙.txt".encode()))
    with pytest.raises(StoreUnusableError, match=r"timeline.sqlite.*rebuild"):
        Store.open(store).sources()


def test_readers_at_the_same_time_share_a_copy(store, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    spill(store)
    opened = Store.open(store)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: len(opened.sources()), range(64)))
    assert set(found) == {1}
    assert len(list((tmp_path / "copies").iterdir())) == 1


def test_a_copy_has_bounds(store, monkeypatch):
    spill(store)
    monkeypatch.setattr(timeline, "_COPIED", 0)
    with pytest.raises(StoreUnusableError, match=r"timeline.sqlite.*jixiao gc"):
        Store.open(store).sources()


def test_a_replica_moves_on_as_the_documentation_says(store, tmp_path, make_deposit):
    documented = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text("utf-8")
    first, later = re.findall(r"```sh\n(flock data/mine/lock (?:cp .*?|sh .*?done'))\n", documented, re.S)[:2]
    shutil.move(store, tmp_path / "data" / "mine")
    own = Store.open(tmp_path / "data" / "mine")
    subprocess.run(first, shell=True, cwd=tmp_path, check=True)
    served = Store.open(tmp_path / "replica")
    assert len(served.sources()) == 1
    says = {terms.keeps: NamedNode(f"{BASE}id/org/a"), terms.merges: NamedNode(f"{BASE}id/org/b")}
    for year in (2023, 2024):
        with own.writing() as batch:
            batch.add(make_deposit(f"{year}.txt", ["乙"], year=year))
            batch.decide(terms.Identification, says, "")
            batch.refuse(Refusal(f"{year}" * 16, "退回.txt", ("没有表。 There is no form.",), "# report"))
            batch.commit()
        subprocess.run(later, shell=True, cwd=tmp_path, check=True)
        for replica in (served, Store.open(tmp_path / "replica")):
            assert replica.sources() == own.sources()
            assert replica.refusals() == own.refusals()
            assert replica.registry().text == own.registry().text
            assert replica.present().index is not None
