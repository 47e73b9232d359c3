"""The record of each version stays, and its dumps as long as the publisher keeps them; two are compared as streams.

The kept changes tell the same as the lines, whatever came and went.
"""

import gc
import gzip
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import weakref
from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store import Store, VersionMissingError, VersionUnusableError, changes
from jixiao.store.commit import building
from jixiao.store.maintenance.checking import check_files
from jixiao.store.versions import differences, nquads
from jixiao.store.versions.differences import kept, merged
from jixiao.store.versions.nquads import N_QUADS, TURTLE
from tests.support.writing import BASE, commit, committing, dump


@pytest.fixture(scope="module")
def made(tmp_path_factory, make_deposit):
    """A store of five versions, each with dumps; the file of the first one was replaced by the second."""
    store = Store.create(tmp_path_factory.mktemp("versions") / "store", BASE)
    commit(store, make_deposit("1.txt", ["甲"]))
    dump(store)
    commit(store, make_deposit("2.txt", ["甲", "乙"]))
    dump(store)
    for number in (3, 4, 5):
        commit(store, make_deposit(f"{number}.txt", [f"项目{number}"], year=2000 + number))
        dump(store)
    return store


def test_every_version_is_known_newest_first(made):
    assert [record.version for record in made.versions()] == ["000005", "000004", "000003", "000002", "000001"]
    assert [record.manifest.previous for record in made.versions()] == [4, 3, 2, 1, None]
    for record in made.versions():
        assert record.statistics.classes[terms.Project].entities == record.manifest.counts.projects
        assert len(record.live_sources) == record.manifest.counts.sources
        assert [dump.name for dump in record.dumps] == [N_QUADS, TURTLE]
        packed = (record.path / N_QUADS).read_bytes()
        assert packed[3:8] == bytes(5), "neither a name nor a time"
        content = gzip.decompress(packed)
        assert hashlib.sha256(content).hexdigest() == record.dumps[0].content_sha256
        assert nquads.hash_of_lines(content.splitlines(keepends=True)).checksum == record.manifest.checksum


def test_an_old_version_names_the_sources_it_was_made_from(made):
    assert [source.file_name for source in made.version("000001").live_sources] == ["1.txt"]
    assert [source.file_name for source in made.version("000002").live_sources] == ["2.txt"]
    assert [set(source.projects.values()) for source in made.version("000002").live_sources] == [{"甲", "乙"}]
    assert made.version("000001").live_sources[0].live, "as it was then"
    assert made.version("000005").live_sources[0].projects


def test_the_graphs_of_old_versions_are_gone(made):
    assert {path.parent.name for path in made.path.glob("generations/*/graph")} == {"000003", "000004", "000005"}
    assert sorted(path.name for path in made.path.joinpath("generations", "000001").iterdir()) == sorted(
        ["SHA256SUMS", N_QUADS, TURTLE, "dumps.json", "manifest.json", "record.gz", "statistics.json"]
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "0000003", "000009", "000000", "../000003", "000003/", "００００03", "000003\n"),
        *("0" * 300, "9" * 13, "9" * 5000),
    ],
    ids=lambda text: text[:20],
)
def test_no_other_text_is_a_version(made, text):
    assert made.version(text) is None


def test_a_version_is_found_as_people_call_it(made):
    assert {made.find(text).number for text in ("5", "000005", "current")} == {5}
    for text in ("6", "0", "-1", "五", "5" * 5000, ""):
        with pytest.raises(VersionMissingError, match="000005, 000004"):
            made.find(text)


@pytest.mark.parametrize(("kept", "left"), [(0, 5), (1, 1), (2, 2), (12, 5)])
def test_dumps_are_kept_as_the_publisher_says(copied, make_deposit, kept, left):
    (copied.path / "dataset.toml").write_text(f"dumps_kept = {kept}\n")
    with copied.writing():
        pass
    assert [bool(record.dumps) for record in copied.versions()] == [True] * left + [False] * (5 - left)
    assert all(record.statistics for record in copied.versions())
    assert not [*check_files(copied)]


@pytest.mark.parametrize(("name", "text"), [("dataset.toml", "dumps_kept = 1\nsurprise = 2\n"), ("releases.json", "{")])
def test_a_broken_file_of_the_publisher_costs_no_dump(copied, name, text):
    (copied.path / "dataset.toml").write_text("dumps_kept = 1\n")
    (copied.path / name).write_text(text)
    with copied.writing():
        pass
    assert all(record.dumps for record in copied.versions())


def test_a_store_made_before_goes_on(copied, make_deposit):
    """Without statistics, lists and dumps, and with the first generations cleared away."""
    for number in (1, 2):
        shutil.rmtree(copied.path / "generations" / f"00000{number}")
    for path in copied.path.glob("generations/*/*"):
        if path.name in {N_QUADS, TURTLE, "dumps.json", "statistics.json", "members.txt", "SHA256SUMS"}:
            path.unlink()
    generation = copied.current()
    assert (generation.statistics, generation.dumps) == (None, ())
    assert generation.member_count(terms.Project) == generation.manifest.counts.projects
    assert [record.version for record in copied.versions()] == ["000005", "000004", "000003"]
    for number in (6, 7, 8):
        commit(copied, make_deposit(f"{number}.txt", [f"项目{number}"], year=2000 + number))
    assert [bool(record.statistics) for record in copied.versions()] == [True] * 3 + [False] * 3
    assert [len(record.live_sources) for record in copied.versions()] == [7, 6, 5, 4, 3, 2]


@pytest.mark.judge
def test_only_so_many_versions_keep_what_was_read_of_them(copied):
    for number in range(6, 81):
        there = shutil.copytree(copied.path / "generations" / "000001", copied.path / "generations" / f"{number:06}")
        manifest = json.loads((there / "manifest.json").read_bytes())
        (there / "SHA256SUMS").unlink()
        (there / "manifest.json").write_text(json.dumps(manifest | {"generation": number, "version": there.name}))
    last, found = (copied.path / "generations" / number / "graph" for number in ("000080", "000005"))
    shutil.copytree(found, last)
    (copied.path / "current").write_text("000080\n")
    kept = [(weakref.ref(each), bool(each.live_sources)) for each in copied.versions()]
    gc.collect()
    assert [number for number, (each, _) in enumerate(kept) if each() is not None] == list(range(32))
    assert [each.number for each in copied.versions()] == list(range(80, 0, -1))
    assert copied.versions()[0] is kept[0][0](), "it is not pushed out by older ones"
    for number in range(1, 41):
        assert copied.version(f"{number:06}").live_sources
    gc.collect()
    assert not any(each() for each, _ in kept)


DYING = """
import os, shutil, signal, sys
from pathlib import Path
from jixiao.store import Store
def die():
    os.kill(os.getpid(), signal.SIGKILL)
removed, replaced = shutil.rmtree, os.replace
def remove(path, *more, **named):
    if "graph" in path.name and sys.argv[2] == "in":
        next(path.iterdir()).unlink()
        die()
    removed(path, *more, **named)
def replace(source, target):
    if Path(source).name == "graph" and sys.argv[2] == "before":
        die()
    replaced(source, target)
    if Path(source).name == "graph" and sys.argv[2] == "after":
        die()
shutil.rmtree, os.replace = remove, replace
with Store.open(sys.argv[1]).writing():
    pass
"""


@pytest.mark.parametrize("when", ["in", *(pytest.param(when, marks=pytest.mark.judge) for when in ("before", "after"))])
def test_killed_while_an_old_graph_goes(copied, when):
    found, target = (copied.path / "generations" / number / "graph" for number in ("000003", "000002"))
    shutil.copytree(found, target)
    killed = subprocess.run([sys.executable, "-c", DYING, str(copied.path), when], check=False)
    assert killed.returncode == -signal.SIGKILL
    left, whole = (copied.path / "generations" / number / "graph" for number in ("000002", "000003"))
    assert left.exists() == (when == "before"), "whole or not at all"
    if left.exists():
        assert sorted(path.name for path in left.iterdir()) == sorted(path.name for path in whole.iterdir())
    with copied.writing():
        pass
    thinned = sorted(path.name for path in (copied.path / "generations" / "000001").iterdir())
    assert sorted(path.name for path in left.parent.iterdir()) == sorted([*thinned, "changes.gz"])
    assert [record.version for record in Store.open(copied.path).versions()] == [f"00000{n}" for n in (5, 4, 3, 2, 1)]
    assert len(copied.version("000002").live_sources) == 1


def test_a_file_that_is_being_read_outlives_its_version(copied):
    lines = copied.find("1").lines()
    first = next(lines)
    (copied.path / "dataset.toml").write_text("dumps_kept = 1\n")
    with copied.writing():
        pass
    assert len([first, *lines]) == copied.find("1").manifest.counts.quads


class AMonthAgo(datetime):
    """A clock that was put back."""

    @classmethod
    def now(cls, tz=None):
        return super().now(tz) - timedelta(days=30)


def test_a_version_is_later_than_the_one_before_even_if_the_clock_was_put_back(store, make_deposit, monkeypatch):
    commit(store, make_deposit("a.txt", ["甲"]))
    monkeypatch.setattr(building, "datetime", AMonthAgo)
    commit(store, make_deposit("b.txt", ["乙"]))
    commit(store, make_deposit("c.txt", ["丙"]))
    newest, middle, oldest = (record.manifest.created for record in store.versions())
    assert newest > middle > oldest


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
