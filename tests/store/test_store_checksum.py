"""The checksum is that of a set of graphs: it has no order, and what was added can be taken out again."""

import gzip
import hashlib
import struct

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store as Graph, parse

from jixiao.store import VersionUnusableError
from jixiao.store.versions import nquads
from jixiao.store.versions.nquads import SetHash
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


def test_a_state_has_its_size():
    with pytest.raises(ValueError, match="2048"):
        SetHash(b"short")


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
