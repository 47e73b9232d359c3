"""Two versions' lines are compared as streams; the kept changes tell the same, whatever came and went."""

import gzip
import shutil

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store import Store, VersionMissingError, VersionUnusableError, changes
from jixiao.store.versions import differences, nquads
from jixiao.store.versions.differences import kept, merged
from tests.support.writing import BASE, committing, dump

lines = st.lists(st.sampled_from([f"<e:{n}> <e:p> <e:o> .\n".encode() for n in range(30)]), unique=True).map(sorted)


@given(lines, lines)
def test_lines_of_one_version_alone_are_told_in_order(before, after):
    expected = [(1 if line in after else -1, line) for line in sorted({*before} ^ {*after})]
    assert list(merged(before, after)) == expected


@pytest.fixture(scope="module")
def grown(tmp_path_factory, make_deposit):
    """A store of six versions: files added, replaced, withdrawn and brought back, two bodies merged."""
    store = Store.create(tmp_path_factory.mktemp("grown") / "store", BASE)
    first = make_deposit("1.txt", ["业务培训", "校舍维修"])
    wider = make_deposit("3.txt", ["业务培训", "校舍维修", "图书"], amount="250.50")
    steps = [
        lambda batch: batch.add(first),
        lambda batch: batch.add(make_deposit("2.txt", ["图书"], body="乙区卫生局", number="甲府发〔2010〕1号")),
        lambda batch: batch.add(wider),
        lambda batch: batch.decide(*same(store)),
        lambda batch: batch.withdraw(wider.sha16, "误传"),
        lambda batch: batch.add(first),
    ]
    for step in steps:
        with committing(store) as batch:
            step(batch)
        dump(store)
    return store


def same(store):
    bodies = store.current().members(terms.Department, 0, 2)
    return terms.Identification, {terms.keeps: NamedNode(bodies[0]), terms.merges: NamedNode(bodies[1])}, ""


def test_without_a_dump_the_graph_is_read_and_without_both_there_is_no_version(grown, tmp_path):
    store = Store.open(shutil.copytree(grown.path, tmp_path / "store"))
    whole = list(store.find("5").lines())
    path = store.find("5").path
    (path / nquads.N_QUADS).unlink()
    assert list(store.find("5").lines()) == whole
    shutil.rmtree(path / "graph")
    with pytest.raises(VersionMissingError, match="000005"):
        store.find("5").lines()


@pytest.mark.parametrize("broken", ["cut", "letter", "mixed", "twice", "words"])
def test_what_is_no_dump_is_refused(grown, tmp_path, broken):
    whole = (grown.find("6").path / nquads.N_QUADS).read_bytes()
    content = gzip.decompress(whole).splitlines(keepends=True)
    path = tmp_path / "dump.nq.gz"
    path.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "letter": b"Dear Sir",
            "mixed": gzip.compress(b"".join(reversed(content))),
            "twice": gzip.compress(content[0] * 2),
            "words": gzip.compress("甲\n乙\n".encode()),
        }[broken]
    )
    with pytest.raises(VersionUnusableError):
        list(merged(nquads.lines(path), grown.find("1").lines()))


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("one", "two"), [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (1, 6), (2, 4), (6, 1), (3, 3)])
def test_kept_changes_tell_what_the_lines_tell(grown, one, two):
    before, after = grown.find(str(one)), grown.find(str(two))
    assert kept(before, after) == list(merged(before.lines(), after.lines()))


def test_versions_that_no_change_connects_are_not_guessed_at(grown, tmp_path, monkeypatch):
    store = Store.open(shutil.copytree(grown.path, tmp_path / "store"))
    one, three, six = (store.find(name) for name in "136")
    (store.path / "generations" / "000002" / changes.FILE).unlink()
    assert kept(one, six) is None
    assert kept(three, six) is not None
    (store.path / "generations" / "000003" / changes.FILE).write_bytes(b"broken")
    assert kept(store.find("2"), six) is None
    monkeypatch.setattr(differences, "_MOST", 10)
    assert kept(three, six) is None
