"""An index that a process of its own makes is that which the caller makes, and no failure of the process is silent."""

import socket
import sqlite3
from contextlib import closing

import psutil
import pytest

from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.store import Store
from jixiao.store.index import building
from jixiao.store.index.entries import Entries
from jixiao.store.versions import nquads
from tests.support.writing import BASE, commit, stored


@pytest.fixture(scope="module")
def store(tmp_path_factory, make_deposit):
    return stored(
        Store.create(tmp_path_factory.mktemp("apart") / "store", BASE),
        make_deposit("a.txt", ["业务培训", "校舍维修"]),
        make_deposit("b.txt", [f"项目{n}" for n in range(40)], body="乙区卫生局", number="乙卫〔2020〕3号"),
    )


def made(generation, folder, disturb=None):
    entries = Entries(generation.graph, BASE)
    folder.mkdir()
    with building.building(folder, entries, large=True) as listener:
        for block in nquads.blocks(nquads.ordered(generation.graph, default=True)):
            listener(block)
            if disturb:
                disturb()
                listener(block)


def content(generation_path):
    with closing(sqlite3.connect(generation_path / "index" / building.FILE)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("line")  # the full text: its rows are in the tables that stand behind it
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


def test_its_index_is_that_of_the_caller(store, tmp_path):
    generation = store.current()
    made(generation, tmp_path / "apart")
    assert building.made(tmp_path / "apart")
    assert content(tmp_path / "apart") == content(generation.path)
    assert sorted(path.name for path in (tmp_path / "apart" / "index").iterdir()) == ["index.json", "index.sqlite"]


def test_a_large_commit_uses_it(store, tmp_path, make_deposit, monkeypatch):
    monkeypatch.setattr(building, "LARGE", 0)
    used = []
    in_child = building._in_child
    monkeypatch.setattr(building, "_in_child", lambda *given: used.append(given) or in_child(*given))
    generation = commit(Store.create(tmp_path / "store", BASE), make_deposit("a.txt", ["业务培训", "校舍维修"]))
    assert len(used) == 1
    assert generation.index.names("org", "甲区教育局")


def test_a_killed_process_is_an_error_and_leaves_no_index(store, tmp_path):
    def kill():
        (child,) = [each for each in psutil.Process().children() if building._PROGRAM in " ".join(each.cmdline())]
        child.kill()
        child.wait()

    with pytest.raises(ChildProcessError, match="the index was not made"):
        made(store.current(), tmp_path / "killed", kill)
    assert not building.made(tmp_path / "killed")


def test_what_the_process_complains_of_is_told(store, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "_LAST", b"\xff\n")  # which the process takes for a line
    with pytest.raises(ChildProcessError, match="the index was not made: IndexError"):
        made(store.current(), tmp_path / "faulty")
    assert not building.made(tmp_path / "faulty")


def test_lines_that_end_early_make_no_index(store, tmp_path):
    """Its caller was killed."""
    graph = str(store.current().path / "graph")
    path = tmp_path / "index.sqlite"
    with closing(Child(building._PROGRAM, str(path), graph, BASE, limits=Limits())) as child:
        child.send(b"".join(nquads.ordered(store.current().graph, default=True)))
        child.socket.shutdown(socket.SHUT_WR)
        with pytest.raises(EndedError) as ended:
            child.receive()
    assert (ended.value.status, ended.value.failure) == (1, "")
    assert not path.with_suffix(".staging").exists()
