"""The set hash is that of all graphs at the end, however many were hashed before others changed."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from jixiao.store.versions import checksum
from jixiao.store.versions.checksum import hashing

NAMES = [NamedNode(f"https://e.org/{n}") for n in range(4)]


def quad(name, text):
    return Quad(NamedNode("https://e.org/s"), NamedNode("https://e.org/p"), Literal(text), name)


def test_graphs_hashed_early_count_once(tmp_path):
    graph = Store(str(tmp_path))
    graph.extend([quad(name, text) for name in NAMES[:3] for text in "甲乙"])
    with hashing(graph) as hashed:
        hashed.begin([*NAMES[:2], NamedNode("https://e.org/nothing")])
        graph.extend([quad(NAMES[2], "丙"), quad(NAMES[3], "丁")])
        graph.remove(quad(NAMES[2], "甲"))
        found = hashed.finish().result()
    assert found.checksum == checksum.of_graph(graph).checksum


def test_a_graph_that_cannot_be_written_is_an_error(tmp_path, monkeypatch):
    graph = Store(str(tmp_path))
    graph.extend([quad(name, "甲") for name in NAMES])

    def full(_graph, name):
        raise OSError(28, "No space left on device", name.value)

    with hashing(graph) as hashed, monkeypatch.context() as failing:
        failing.setattr(checksum, "digest_of", full)
        hashed.begin(NAMES[:1])
        with pytest.raises(OSError, match="No space left"):
            hashed.finish().result()


def test_a_block_that_fails_stops_the_work(tmp_path):
    graph = Store(str(tmp_path))
    graph.extend([quad(name, "甲") for name in NAMES])
    with pytest.raises(ValueError, match="failed"), hashing(graph) as hashed:
        raise ValueError("failed")
    hashed._take(NAMES)
    assert hashed._found.checksum == checksum.SetHash().checksum
