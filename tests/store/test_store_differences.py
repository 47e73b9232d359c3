"""Two versions' lines are merged as streams; what is told of them adds up, whatever came and went."""

import gzip
import shutil

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store import Store, VersionMissingError, VersionUnusableError, changes
from jixiao.store.versions import differences, nquads
from jixiao.store.versions.differences import Comparison, connect, merged
from tests.support.writing import dump

BASE = "https://data.example.org/"

lines = st.lists(st.sampled_from([f"<e:{n}> <e:p> <e:o> .\n".encode() for n in range(30)]), unique=True).map(sorted)


@given(lines, lines)
def test_merging_keeps_every_line_once_and_in_order(before, after):
    found = list(merged(before, after))
    assert [line for sign, line in found if sign <= 0] == before
    assert [line for sign, line in found if sign >= 0] == after
    assert [line for _, line in found] == sorted({*before, *after})


@pytest.fixture(scope="module")
def compared(tmp_path_factory, make_deposit):
    """A store in which a file is replaced, one withdrawn and one added; the comparison of its two versions, told."""
    store = Store.create(tmp_path_factory.mktemp("compared") / "store", BASE)
    gone = make_deposit("gone.txt", ["校舍维修"], body="乙区卫生局")
    with store.writing() as batch:
        batch.add(make_deposit("old.txt", ["业务培训"], amount="100.00"))
        batch.add(gone)
        batch.commit()
        batch.withdraw(gone.sha16, "误传")
        batch.add(make_deposit("new.txt", ["业务培训", "图书"], amount="250.50", number="甲府发〔2010〕1号"))
        batch.add(make_deposit("more.txt", ["图书"], body="丙区文化局", number="甲府发〔2010〕1号"))
        batch.commit()
    comparison = Comparison(merged(store.find("1").lines(), store.find("2").lines()))
    found = list(comparison)
    dump(store, "1")
    return store, comparison, found


def test_projects_come_go_and_change(compared):
    _, comparison, found = compared
    projects = [each for each in found if each.kind == terms.Project]
    assert sorted((each.values(terms.RDFS_label)[0], each.was, each.is_) for each in projects) == [
        ("业务培训", True, True),
        ("图书", False, True),
        ("图书", False, True),
        ("校舍维修", True, False),
    ]
    [changed] = [each for each in projects if each.was and each.is_]
    assert {terms.totalAmount, terms.cites} <= set(changed.properties)
    assert [triple.object.value for triple in changed.removed if triple.predicate.value == terms.totalAmount] == ["100"]
    assert changed.values(terms.totalAmount) == ["250.5"]
    assert [part.kind for part in changed.parts] == [terms.Citation]
    assert comparison.names[changed.values(terms.cites)[0]] == "甲府发〔2010〕1号"


def test_sources_count_while_they_are_live(compared):
    _, _, found = compared
    sources = [each for each in found if each.kind == terms.SourceDocument]
    assert sorted((each.values(terms.fileName)[0], each.was, each.is_) for each in sources) == [
        ("gone.txt", True, False),
        ("more.txt", False, True),
        ("new.txt", False, True),
        ("old.txt", True, False),
    ]
    [replaced] = [each for each in sources if each.values(terms.fileName) == ["old.txt"]]
    assert replaced.kept, "its tombstone"


def test_totals_are_those_of_the_manifests(compared):
    store, comparison, _ = compared
    totals = comparison.totals
    after, before = (record.manifest.counts for record in store.versions())
    for kind, count in {
        terms.SourceDocument: "sources",
        terms.Project: "projects",
        terms.Filing: "filings",
        terms.Department: "departments",
        terms.LegalBasis: "legal_bases",
        terms.Indicator: "indicators",
        terms.Citation: "citations",
    }.items():
        assert totals.before[kind] == getattr(before, count), kind
        assert totals.after[kind] == getattr(after, count), kind
        assert totals.before[kind] + totals.added[kind] - totals.removed[kind] == totals.after[kind], kind
    assert totals.quads_added - totals.quads_removed == after.quads - before.quads
    assert sum(totals.findings_added.values()) == 0, "these reports name no rule"


def test_a_version_does_not_differ_from_itself(compared):
    store, _, _ = compared
    comparison = Comparison(merged(store.find("2").lines(), store.find("current").lines()))
    assert list(comparison) == []
    assert comparison.totals.before == comparison.totals.after
    assert (comparison.totals.quads_added, comparison.totals.quads_removed) == (0, 0)


def test_without_a_dump_the_graph_is_read_and_without_both_there_is_no_version(compared, tmp_path, make_deposit):
    store, _, _ = compared
    whole = list(store.find("1").lines())
    dump = store.find("1").path / nquads.N_QUADS
    dump.rename(tmp_path / "aside")
    assert list(store.find("1").lines()) == whole
    graph = dump.parent / "graph"
    graph.rename(tmp_path / "graph")
    with pytest.raises(VersionMissingError, match="000001"):
        store.find("1").lines()
    (tmp_path / "graph").rename(graph)
    (tmp_path / "aside").rename(dump)


@pytest.mark.parametrize("broken", ["cut", "letter", "mixed", "twice", "words"])
def test_what_is_no_dump_is_refused(compared, tmp_path, broken):
    store, _, _ = compared
    whole = (store.find("1").path / nquads.N_QUADS).read_bytes()
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
        list(Comparison(merged(nquads.lines(path), store.find("1").lines())))


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
        with store.writing() as batch:
            step(batch)
            batch.commit()
        dump(store)
    return store


def same(store):
    bodies = store.current().members(terms.Department, 0, 2)
    return terms.Identification, {terms.keeps: NamedNode(bodies[0]), terms.merges: NamedNode(bodies[1])}, ""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("one", "two"), [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (1, 6), (2, 4), (6, 1), (3, 3)])
def test_kept_changes_tell_what_the_lines_tell(grown, one, two):
    before, after = grown.find(str(one)), grown.find(str(two))
    whole = Comparison(merged(before.lines(), after.lines()))
    expected = list(whole)
    kept = connect(before, after)
    found = kept.comparison()
    assert list(found) == expected
    assert found.totals == whole.totals
    assert found.names.items() <= whole.names.items()
    assert {iri for each in expected for iri in each.values(terms.cites)} <= found.names.keys()
    assert kept.lines() == [signed for signed in merged(before.lines(), after.lines()) if signed[0]]


def test_versions_that_no_change_connects_are_not_guessed_at(grown, tmp_path, monkeypatch):
    store = Store.open(shutil.copytree(grown.path, tmp_path / "store"))
    one, three, six = (store.find(name) for name in "136")
    (store.path / "generations" / "000002" / changes.FILE).unlink()
    assert connect(one, six) is None
    assert connect(three, six) is not None
    (store.path / "generations" / "000003" / changes.FILE).write_bytes(b"broken")
    assert connect(store.find("2"), six) is None
    monkeypatch.setattr(differences, "_MOST", 10)
    assert connect(three, six) is None
