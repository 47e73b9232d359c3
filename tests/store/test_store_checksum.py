"""The checksum is that of a set of graphs in any order; additions can be taken out; lines and graphs give the same."""

import gzip
import hashlib
import struct
import time
from threading import Event

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Store as Graph, parse

from jixiao.store import VersionUnusableError
from jixiao.store.versions import nquads
from jixiao.store.versions.nquads import SetHash, hashing
from tests.support.generated import tries

EMPTY = "lthash-sha256:e5a00aa9991ac8a5ee3109844d84a55583bd20572ad3ffcd42792f3c36b183ad"
"""SHA-256 of 2,048 zero bytes: `head -c 2048 /dev/zero | sha256sum`."""

graphs = st.dictionaries(
    st.text("abc/", min_size=1).map("https://data.example.org/".__add__), st.binary(min_size=32, max_size=32)
)


def of(pairs):
    found = SetHash()
    for pair in pairs:
        found.add(*pair)
    return found


def plainly(pairs):
    """Add the lanes one by one, as the definition says."""
    sums = [0] * 1024
    for iri, digest in pairs:
        stretched = hashlib.shake_256(f"{iri} {digest.hex()}".encode()).digest(2048)
        sums = [(one + other) % 65536 for one, other in zip(sums, struct.unpack("<1024H", stretched), strict=True)]
    return struct.pack("<1024H", *sums)


def test_known_values():
    assert SetHash().checksum == EMPTY
    pairs = [(f"https://data.example.org/graph/{name}", hashlib.sha256(name.encode()).digest()) for name in ("a", "b")]
    assert of(pairs).checksum == "lthash-sha256:faa43f1f5925df40a3ee3111a92c3f7692f24dba398a9ec6d636b217362ca94f"
    assert of(pairs).state == plainly(pairs)


@tries(50)
@given(graphs, st.randoms())
def test_the_order_does_not_matter_and_removal_undoes_addition(found, random):
    pairs = list(found.items())
    whole = of(pairs)
    assert whole.state == plainly(pairs)
    random.shuffle(pairs)
    again = of(pairs)
    assert (again.checksum, again.state) == (whole.checksum, whole.state)

    gone = pairs[: len(pairs) // 2]
    restored = SetHash(whole.state)
    for pair in gone:
        restored.remove(*pair)
    assert restored.state == of(pairs[len(gone) :]).state
    assert (restored.checksum == whole.checksum) == (not gone)
    for pair in gone:
        restored.add(*pair)
    assert restored.state == whole.state


nodes = st.sampled_from([NamedNode(f"https://data.example.org/{name}") for name in "abé"])
texts = st.text('a <>".\n\r\\\u0085\u2028é', max_size=6).map(Literal)
places = st.sampled_from([DefaultGraph(), *(NamedNode(f"https://data.example.org/graph/{name}") for name in "abé")])


@tries(50)
@given(st.sets(st.builds(Quad, nodes, nodes, nodes | texts, places), max_size=12))
def test_lines_and_graph_give_the_same(tmp_path_factory, quads):
    """Digests from ordered lines are those of the graphs, whatever their literals hold; the default graph has none."""
    graph = Graph()
    graph.extend(quads)
    lines = list(nquads.ordered(graph, tmp_path_factory.getbasetemp()))
    expected = SetHash()
    for name in graph.named_graphs():
        digest = nquads.digest_of(graph, name)
        ours = b"".join(line for line in lines if next(parse(line, RdfFormat.N_QUADS)).graph_name == name)
        assert digest == hashlib.sha256(ours).digest()
        expected.add(name.value, digest)
    with nquads.hashing(graph) as hash_graphs:
        of_graphs = hash_graphs(nquads.graph_names(graph)).result()
    assert nquads.hash_of_lines(lines).state == of_graphs.state == expected.state
    assert nquads.digest_of(graph, NamedNode("https://data.example.org/graph/none")) is None


LINES = [
    f'<https://e.org/{name}> <https://e.org/p> "a <b> .\\n" <https://e.org/graph/{graph}> .\n'.encode()
    for name in "ab"
    for graph in (1, 2)
]


def test_a_file_gives_its_checksum_in_any_order_and_form(tmp_path):
    """Packed or not, with comments, other escapes and repeated lines."""
    expected = nquads.hash_of_lines(LINES).checksum
    loose = b"# a comment\n" + b"".join(LINES[::-1]).replace(b"> <", b">  <") + LINES[0].replace(b"<b>", b"\\u003Cb>")
    path = tmp_path / "given"
    for content in (b"".join(LINES), loose, gzip.compress(loose)):
        path.write_bytes(content)
        assert nquads.hash_of_file(path).checksum == expected


@pytest.mark.parametrize(
    "content",
    [
        b"Dear Sir",
        gzip.compress(b"".join(LINES))[:-20],
        gzip.compress(b"".join(LINES))[:12] + b"...",
        b'_:a <https://e.org/p> "a" .\n',
    ],
    ids=["letter", "cut", "broken", "blank"],
)
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(VersionUnusableError, match="given"):
        nquads.hash_of_file(path)


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
    assert (whole, len(whole)) == (sorted(whole), 50)
    assert list(nquads.ordered(graph, run_bytes=200)) == whole
