"""New readings of live sources: one generation that a fresh store would have, by the rules of replacement."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from jixiao.store import SourceMissingError, SourceRecord, Store, StoreUnusableError
from jixiao.store.commit import replacement, upcoming
from jixiao.store.versions import nquads
from tests.support.generated import tries
from tests.support.pages import absent
from tests.support.writing import BASE, commit, committing, dump, reread, withdraw


def manifest(store):
    """The manifest with the checksum of the default graph, too."""
    generation = store.current()
    return replace(generation.manifest, checksum=list(nquads.ordered(generation.graph)))


def dumped(store):
    return [each.content_sha256 for each in dump(store).dumps]


def live(store):
    return {record.file_name: sorted(record.projects.values()) for record in store.sources() if record.live}


@pytest.fixture(params=["changed", "afresh"])
def way(request, monkeypatch):
    """Both ways of making a graph give the same one."""
    if request.param == "afresh":
        monkeypatch.setattr(upcoming, "_MANY", 0)


@pytest.mark.usefixtures("way")
def test_a_store_read_anew_is_that_of_a_fresh_one(store, make_deposit, tmp_path):
    old = [make_deposit("a.txt", ["甲"], amount="7"), make_deposit("b.txt", ["乙"], body="乙区卫生局", number=None)]
    kept = make_deposit("c.txt", ["丙"], printed_body="甲区 教育局")
    commit(store, *old, kept)
    added = {record.file_name: record.added for record in store.sources()}
    new = [
        make_deposit("a.txt", ["甲", "又"], amount="8", number=None, content=old[0].content, reading=1),
        make_deposit("b.txt", ["乙"], body="乙区卫生局机关", content=old[1].content, reading=1),
    ]
    settled = reread(store, *new)
    assert (settled.refused, settled.replaced) == ({}, {})

    fresh = Store.create(tmp_path / "fresh", BASE)
    commit(fresh, *new, kept)
    assert (manifest(store).checksum, dumped(store)) == (manifest(fresh).checksum, dumped(fresh))
    assert (manifest(store).generation, manifest(store).counts) == (2, manifest(fresh).counts)
    assert {record.file_name: record.added for record in store.sources()} == added
    assert [(each.file_name, each.reading, each.revision) for each in store.sources()] == [
        ("a.txt", 1, 1),
        ("b.txt", 1, 1),
        ("c.txt", 0, 0),
    ]
    assert store.rendition(new[0].sha16) == new[0].rendition
    assert (store.original(new[0].sha16).read_bytes(), store.log()) == (old[0].content, ())
    names = {path.name for folder in ("renditions", "ledgers") for path in (store.path / folder).iterdir()}
    assert names == {f"{new[0].sha256}.1.json", f"{new[1].sha256}.1.json", f"{kept.sha256}.json"}


def test_a_source_keeps_what_it_replaced_and_may_be_read_again_and_again(store, make_deposit, tmp_path):
    first, second = make_deposit("a.txt", ["甲"]), make_deposit("b.txt", ["甲", "乙"])
    commit(store, first)
    commit(store, second)
    once, twice = (make_deposit("b.txt", ["甲", name], content=second.content, reading=1) for name in "丙丁")
    reread(store, once)
    reread(store, twice)
    assert (store.source(second.sha16).replaces, store.source(second.sha16).revision) == ((first.sha16,), 2)
    assert live(store) == {"b.txt": ["丁", "甲"]}
    fresh = Store.create(tmp_path / "fresh", BASE)
    commit(fresh, first)
    commit(fresh, twice)
    assert manifest(store).checksum == manifest(fresh).checksum

    withdraw(store, second.sha16, "误传")
    commit(store, twice)
    assert (store.rendition(second.sha16), manifest(store).checksum) == (twice.rendition, manifest(fresh).checksum)
    with store.writing() as batch, pytest.raises(SourceMissingError, match=r"a\.txt"):
        batch.reread(first)


def test_what_is_not_settled_is_nothing(store, make_deposit):
    deposit = make_deposit("a.txt", ["甲"])
    before = commit(store, deposit)
    with store.writing() as batch:
        batch.reread(make_deposit("a.txt", ["乙"], content=deposit.content))
        assert batch.commit().number == before.number
    assert live(store) == {"a.txt": ["甲"]}


def test_a_commit_without_new_readings_leaves_the_records_of_other_sources_unread(store, make_deposit):
    commit(store, make_deposit("a.txt", ["甲"]))
    former = store.current().sources
    with committing(store, read=lambda *_: pytest.fail("nothing is read again")) as batch:
        batch.add(make_deposit("b.txt", ["乙"], body="乙区卫生局"))
    assert "_every" not in vars(former)  # the records of all sources, which it keeps once they were read


def test_a_reading_that_overlaps_another_source_is_refused(store, make_deposit):
    first, second = make_deposit("a.txt", ["甲", "丙"]), make_deposit("b.txt", ["乙"])
    commit(store, first, second)
    before = manifest(store).checksum
    settled = reread(store, make_deposit("b.txt", ["乙", "甲"], content=second.content, reading=1))
    assert list(settled.refused) == [second.sha16]
    assert absent(settled.refused[second.sha16], f"a.txt ({first.sha16})", "：甲。", "甲.") == []
    assert live(store) == {"a.txt": ["丙", "甲"], "b.txt": ["乙"]}
    assert (store.source(second.sha16).reading, manifest(store).checksum) == (0, before)
    assert store.rendition(second.sha16) == second.rendition


def test_a_reading_in_the_way_of_a_former_one_gives_way(store, make_deposit):
    """The second is refused for the first; its former reading then stands in the way of the third."""
    old = [make_deposit(name, [project]) for name, project in (("a.txt", "甲"), ("b.txt", "乙"), ("c.txt", "丙"))]
    commit(store, *old)
    new = [
        make_deposit("a.txt", ["甲", "丁"], content=old[0].content, reading=1),
        make_deposit("b.txt", ["丁"], content=old[1].content, reading=1),
        make_deposit("c.txt", ["丙", "乙", "戊"], content=old[2].content, reading=1, partial=["乙"]),
    ]
    assert set(reread(store, *new).refused) == {old[1].sha16, old[2].sha16}
    assert live(store) == {"a.txt": ["丁", "甲"], "b.txt": ["乙"], "c.txt": ["丙"]}


def test_a_reading_with_all_projects_of_an_earlier_source_replaces_it(store, make_deposit, tmp_path):
    first, second = make_deposit("a.txt", ["甲"]), make_deposit("b.txt", ["乙"])
    commit(store, first, second)
    new = [
        make_deposit("a.txt", ["丙"], content=first.content, reading=1),
        make_deposit("b.txt", ["乙", "丙"], content=second.content, reading=1),
    ]
    settled = reread(store, *new)
    assert (settled.refused, settled.replaced) == ({}, {first.sha16: second.sha16})
    gone = store.source(first.sha16)
    assert (gone.status, gone.replaced_by, gone.reading) == ("replaced", second.sha16, 0)
    assert store.source(second.sha16).replaces == (first.sha16,)
    assert [entry.event for entry in store.log()] == ["replaced"]
    fresh = Store.create(tmp_path / "fresh", BASE)
    commit(fresh, *new)
    assert manifest(store).checksum == manifest(fresh).checksum


def test_a_reader_that_comes_between_finds_the_new_rendition(store, make_deposit, monkeypatch):
    deposit = make_deposit("a.txt", ["甲"])
    commit(store, deposit)
    anew = make_deposit("a.txt", ["乙"], content=deposit.content, reading=1)
    reader, source = Store.open(store.path), Store.source
    former = reader.source(deposit.sha16)
    reread(store, anew)
    seen = []

    def late(self, sha16):
        seen.append(sha16)
        return former if len(seen) == 1 else source(self, sha16)

    monkeypatch.setattr(Store, "source", late)
    assert reader.rendition(deposit.sha16) == anew.rendition
    (store.path / "renditions" / f"{deposit.sha256}.1.json").unlink()
    with pytest.raises(StoreUnusableError, match=deposit.sha256):
        reader.rendition(deposit.sha16)


names = st.frozensets(st.sampled_from("甲乙丙丁"), min_size=1, max_size=3)
readings = st.tuples(names, st.frozensets(st.sampled_from("甲乙"), max_size=1), st.sampled_from(["", "甲", "丙"]))


def record(number, projects, borrowed, torn):
    borrowed &= projects
    return SourceRecord(
        sha256=f"{number:016x}",
        file_name=f"{number}.txt",
        media_type="text/plain",
        size=1,
        status="live",
        added=f"2026-01-0{1 + number % 3}",
        projects={name: name for name in sorted(projects)},
        filings=("f",),
        partial=tuple(projects & {torn}),
        borrowed=tuple(borrowed),
        unsure={name: "f" for name in borrowed if name == "甲"},
    )


@given(st.lists(st.tuples(readings, st.none() | readings), min_size=1, max_size=6))
@tries(300)
def test_whatever_was_read_the_sources_stand_together(given_readings):
    sources, standing = {}, replacement.Live()
    for number, (former, _) in enumerate(given_readings):
        one = record(number, *former)
        if not standing.near(one):
            standing.add(one)
            sources[one.sha16] = one
    anew = {
        one.sha16: one
        for number, (_, latter) in enumerate(given_readings)
        if latter is not None and (one := record(number, *latter)).sha16 in sources
    }
    settled = replacement.settle(sources, anew)
    final = {
        sha16: anew[sha16] if sha16 in anew and sha16 not in settled.refused else former
        for sha16, former in sources.items()
        if sha16 not in settled.replaced
    }
    beside = replacement.Live()
    for one in final.values():
        assert beside.near(one) == []
        beside.add(one)
    assert settled.refused.keys() <= anew.keys()
    assert not settled.refused.keys() & settled.replaced.keys()
    assert all(successor in anew for successor in settled.replaced.values())
    assert replacement.settle(dict(reversed(sources.items())), anew) == settled
