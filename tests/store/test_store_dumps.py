"""Dumps are written after a version is published, whole or not at all, and those of releases stay."""

import fcntl
import gzip
import os
import threading
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store as Graph

from jixiao.ontology.processes.child import descendants
from jixiao.store import Store, VersionMissingError, VersionUnusableError, lock
from jixiao.store.files import Layout
from jixiao.store.versions import dumping, nquads
from jixiao.store.versions.nquads import N_QUADS, NAMES
from tests.support.clock import until
from tests.support.writing import BASE, commit, dump


@pytest.fixture(scope="module")
def made(tmp_path_factory, make_deposit):
    """A store of four versions."""
    store = Store.create(tmp_path_factory.mktemp("dumps") / "store", BASE)
    for number in range(4):
        commit(store, make_deposit(f"{number}.txt", [f"项目{number}"], year=2000 + number))
    return store


def test_versions_have_none_until_they_are_asked_for(copied):
    assert [(record.dumps, record.dumped) for record in copied.versions()] == [((), None)] * 4
    first = copied.current()
    made = copied.make_dumps()
    assert first.dumps == copied.version("000004").dumps == made
    assert [dump.name for dump in made] == list(NAMES)
    assert gzip.decompress((copied.find("4").path / N_QUADS).read_bytes()) == b"".join(nquads.ordered(first.graph))
    stamps = {path: path.stat().st_mtime_ns for path in first.path.iterdir()}
    assert copied.make_dumps("4") == made
    assert {path: path.stat().st_mtime_ns for path in first.path.iterdir()} == stamps
    assert not list(copied.path.glob("generations/.*"))


@pytest.mark.judge
def test_versions_without_a_graph_get_none(copied):
    assert dump(copied, "2").dumps
    with pytest.raises(VersionMissingError, match="000001"):
        copied.make_dumps("1")
    with pytest.raises(VersionMissingError, match="000001"):
        copied.release("1")
    assert copied.releases() == {}


def test_commits_meanwhile_do_not_stop_the_dumps(copied, make_deposit, monkeypatch):
    """Four commits clear the graph away while its lines are put in order."""
    record, ordered = copied.version("000004"), nquads.ordered

    def slow(*args):
        monkeypatch.undo()  # a commit puts lines in order, too
        for number in range(4):
            commit(copied, make_deposit(f"{number}.txt", [f"项目{number}"], year=2010 + number))
        assert not (record.path / "graph").exists()
        return ordered(*args)

    monkeypatch.setattr(nquads, "ordered", slow)
    dumping.write(Layout(copied.path), "000004")
    assert [dump.name for dump in record.dumps] == list(NAMES)
    lines = gzip.decompress((record.path / N_QUADS).read_bytes()).splitlines(keepends=True)
    assert nquads.hash_of_lines(lines).checksum == record.manifest.checksum
    assert not list(copied.path.glob("generations/.*"))


def test_the_process_of_dumps_yields_to_others(copied):
    with lock.hold(copied.path / "dumps.lock"):
        call = threading.Thread(target=copied.make_dumps)
        call.start()
        below = until(lambda: [pid for pid in descendants(os.getpid()) if pid != os.getpid() and _dumping(pid)])
        until(lambda: os.getpriority(os.PRIO_PROCESS, below[0]) == 19)
    call.join()
    assert copied.current().dumps


def _dumping(pid):
    try:
        return b"versions.dumping:main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_graph_that_is_not_the_versions_is_not_dumped(copied):
    generation = copied.current()
    graph, name = Graph(generation.graph_directory), NamedNode(f"{BASE}x")
    graph.add(Quad(name, name, Literal("strange"), name))
    graph.flush()
    del graph
    with pytest.raises(VersionUnusableError, match="000004"):
        copied.make_dumps()
    assert (generation.dumps, generation.dumped) == ((), None)
    assert not list(generation.path.glob("dump*"))


def test_a_store_tells_while_somebody_writes_dumps(copied):
    assert not copied.dumping
    with lock.hold(copied.path / "dumps.lock", version="000004"):
        assert copied.dumping
        assert b'"version": "000004"' in (copied.path / "dumps.lock").read_bytes()
    with lock.hold(copied.path / "lock"):
        assert not copied.dumping


def test_a_lock_that_is_free_names_no_holder(tmp_path):
    path = tmp_path / "lock"
    with lock.hold(path):
        assert path.read_bytes()
    assert path.read_bytes() == b""
    with pytest.raises(KeyError), lock.hold(path):
        raise KeyError
    assert path.read_bytes() == b""


def test_to_look_at_a_lock_does_not_stop_a_writer(tmp_path):
    """To look is to hold it for an instant."""
    path = tmp_path / "lock"
    assert not lock.taken(path)
    path.touch()
    looking = path.open("rb")
    fcntl.flock(looking, fcntl.LOCK_SH)
    threading.Timer(0.03, looking.close).start()
    with lock.hold(path):
        assert lock.taken(path)


def test_dumps_of_releases_stay(copied, make_deposit):
    (copied.path / "dataset.toml").write_text("dumps_kept = 1\n")
    before = copied.version("000003").changed
    dump(copied, "3")
    os.utime(copied.version("000003").path, (0, 0))
    assert copied.release("3", "2003 年度").number == 3
    first = copied.releases()["000003"]
    assert first.name == "2003 年度"
    assert copied.version("000003").changed >= before
    copied.release("3")
    assert copied.releases() == {"000003": first}, "name and date stay"
    dump(copied)
    for number in range(4):
        commit(copied, make_deposit(f"{number}+.txt", [f"项目{number}"], year=2010 + number))
    dump(copied)
    with copied.writing():
        pass
    assert [record.version for record in copied.versions() if record.dumps] == ["000008", "000003"]
    assert not (copied.version("000003").path / "graph").exists()

    copied.undo_release("3")
    with pytest.raises(VersionMissingError, match="000003"):
        copied.undo_release("3")
    with lock.hold(copied.path / "dumps.lock"), copied.writing():
        assert copied.version("000003").dumps, "nothing goes while dumps are written"
    with copied.writing():
        pass
    assert [record.version for record in copied.versions() if record.dumps] == ["000008"]
