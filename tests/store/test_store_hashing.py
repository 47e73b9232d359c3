"""Lines of a graph in their order, and the set hash of all graphs at the end, whatever was hashed before changes."""

import time
from threading import Event

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from jixiao.store.versions import nquads
from jixiao.store.versions.nquads import hashing

NAMES = [NamedNode(f"https://e.org/{n}") for n in range(4)]


def quad(name, text):
    return Quad(NamedNode("https://e.org/s"), NamedNode("https://e.org/p"), Literal(text), name)


def test_graphs_hashed_early_count_once(tmp_path):
    graph = Store(str(tmp_path))
    graph.extend([quad(name, text) for name in NAMES[:3] for text in "甲乙"])
    with hashing(graph) as hash_graphs:
        hash_graphs([*NAMES[:2], NamedNode("https://e.org/nothing")])
        graph.extend([quad(NAMES[2], "丙"), quad(NAMES[3], "丁")])
        graph.remove(quad(NAMES[2], "甲"))
        found = hash_graphs(nquads.graph_names(graph)).result()
    assert found.checksum == nquads.hash_of_lines(nquads.ordered(graph)).checksum


def test_a_graph_that_cannot_be_written_is_an_error(tmp_path, monkeypatch):
    graph = Store(str(tmp_path))
    graph.extend([quad(name, "甲") for name in NAMES])

    def full(_graph, name):
        raise OSError(28, "No space left on device", name.value)

    with hashing(graph) as hash_graphs, monkeypatch.context() as failing:
        failing.setattr(nquads, "digest_of", full)
        hash_graphs(NAMES[:1])
        with pytest.raises(OSError, match="No space left"):
            hash_graphs(nquads.graph_names(graph)).result()


def test_a_block_that_fails_stops_the_work(tmp_path, monkeypatch):
    graph, begun, hashed = Store(str(tmp_path)), Event(), []
    graph.extend([quad(name, "甲") for name in NAMES])

    def slow(_graph, name):
        hashed.append(name)
        begun.set()
        time.sleep(0.2)

    monkeypatch.setattr(nquads, "digest_of", slow)

    def fail(hash_graphs):
        hash_graphs(NAMES)
        assert begun.wait(10)
        raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"), hashing(graph) as hash_graphs:
        fail(hash_graphs)
    assert hashed == NAMES[:1]


def test_lines_are_sorted_over_several_runs():
    graph = Store()
    for number in range(50):
        subject = NamedNode(f"https://e.org/{number * 7 % 50}")
        graph.add(Quad(subject, NamedNode("https://e.org/p"), Literal(f"绩\u2028效\n{number}")))
    whole = list(nquads.ordered(graph))
    assert whole == sorted(whole)
    assert len(whole) == 50
    assert list(nquads.ordered(graph, run_bytes=200)) == whole
