"""Damage to any file that a store keeps is found by its checksum, named with a remedy, and never read as true."""

import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import (
    PublisherError,
    Refusal,
    RegistryError,
    Store,
    StoreUnusableError,
    generations,
    rebuilding,
)
from jixiao.store.files import Layout
from jixiao.store.maintenance.checking import check_files
from jixiao.store.versions import differences, nquads
from tests.support import mounts
from tests.support.damage import FAULTS, harm
from tests.support.writing import BASE, commit, committing

WORDS = b'{"pages": []}'
CURRENT, OLD = "generations/000005", "generations/000001"
KINDS = {
    "sources/*": "backup",
    "renditions/*": "reread",
    "ledgers/*": "reread",
    "recognitions/*": "reread|backup",
    "timeline.sqlite": "rebuild",
    "current": "rebuild",
    "registry.ttl": "registry apply",
    "store.json": "backup",
    "releases.json": "backup",
    "refused/*.json": "backup|again",
    "refused/*.ttl": "backup|again",
    "refused/*.original": "backup",
    f"{CURRENT}/manifest.json": "rebuild",
    f"{CURRENT}/statistics.json": "rebuild",
    f"{CURRENT}/checksum.bin": "rebuild",
    f"{CURRENT}/record.gz": "rebuild",
    f"{CURRENT}/changes.gz": "rebuild",
    f"{CURRENT}/index/*.sqlite": "rebuild",
    f"{CURRENT}/index/index.json": "rebuild",
    f"{CURRENT}/graph/*.sst": "rebuild",
    f"{CURRENT}/graph/MANIFEST-*": "rebuild",
    f"{CURRENT}/dumps.json": "dumps --version 5",
    f"{CURRENT}/dump.nq.gz": "dumps --version 5",
    f"{CURRENT}/dump.ttl.gz": "dumps --version 5",
    f"{OLD}/manifest.json": "rebuild",
    f"{OLD}/record.gz": "rebuild",
    f"{OLD}/statistics.json": "backup",
}
"""Patterns of the files of a store, and words of the remedy for damage to one."""


@pytest.fixture(scope="module")
def made(tmp_path_factory, make_deposit):
    """A store of five versions with a decision, recognitions, and dumps of the current version."""
    store = Store.create(tmp_path_factory.mktemp("damage") / "store", BASE)
    for name in "甲乙丙丁":
        commit(store, replace(make_deposit(f"{name}.txt", [name], body=f"{name}县水务局"), recognition=WORDS))
    iris = Iris(BASE)
    says = {terms.keeps: NamedNode(iris.org("甲县水务局")), terms.merges: NamedNode(iris.org("乙县水务局"))}
    with committing(store) as batch:
        batch.decide(terms.Identification, says, "甲 ← 乙")
        scan = hashlib.sha256(b"scan").hexdigest()
        batch.refuse(
            Refusal(scan, "退回.png", ("没有表。 There is no form.",), "# report", ("戊县水务局",)), WORDS, b"scan"
        )
    store.release(beside={"shapes-all.ttl": b"# rules"})
    return store.path


@pytest.fixture
def store(made, tmp_path):
    return shutil.copytree(made, tmp_path / "store")


def found(path):
    try:
        Store.open(path)
    except StoreUnusableError as error:
        return [(str(error), "Bring the file back, from a backup")]
    try:
        return [(problem.sentence.en, problem.remedy.en) for problem in check_files(Store.open(path))]
    except StoreUnusableError as error:  # `current` names no version
        return [(str(error), str(error))]


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM row").fetchall()


@pytest.mark.parametrize("kind", ["sources/*", "ledgers/*", f"{CURRENT}/statistics.json", f"{CURRENT}/graph/CURRENT"])
@pytest.mark.sampled(2)
def test_the_remedy_for_a_file_that_may_not_be_read_is_to_permit_it(store, monkeypatch, kind):
    path = next(store.glob(kind))
    harm(path, 5)
    access = os.access
    monkeypatch.setattr("os.access", lambda at, mode: access(at, mode) and (at != path or mode == os.F_OK))  # not root
    [(sentence, remedy)] = found(store)
    assert str(path) in sentence
    assert "permissions" in remedy


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.sampled(21)
def test_damage_to_any_file_is_found(store, made, kind, fault):
    """A bit may be one of the bytes that a timeline does not use."""
    for path in sorted(store.glob(kind)):
        whole = made / path.relative_to(store)
        harm(path, fault)
        told = found(store)
        if kind == "timeline.sqlite" and not told:
            assert rows(path) == rows(whole)
        elif fault not in {"cut", "gone", "directory"}:
            [(sentence, remedy)] = told
            assert str(path.with_suffix("")) in sentence + remedy
            assert re.search(KINDS[kind], remedy)
        else:
            assert told
        if path.is_dir():
            path.rmdir()
        shutil.copy2(whole, path)


def test_a_damaged_set_hash_is_computed_anew(store, make_deposit):
    """The checksum of the next version is not built on the damaged one."""
    harm(store / CURRENT / "checksum.bin", 5)
    made = commit(Store.open(store), make_deposit("己.txt", ["己"], body="己县水务局"))
    assert made.manifest.checksum == nquads.hash_of_lines(made.lines()).checksum


def test_a_timeline_that_may_not_be_read_is_not_made_anew(store, monkeypatch):
    content = (store / "timeline.sqlite").read_bytes()
    harm(store / "timeline.sqlite", 0)
    monkeypatch.setattr("os.access", lambda _path, _mode: False)  # root may read everything
    with pytest.raises(StoreUnusableError, match=r"Permission denied.*timeline.sqlite.*permissions"):  # noqa: SIM117
        with Store.open(store).writing(anew=True):
            pass
    harm(store / "timeline.sqlite", 0)
    assert (store / "timeline.sqlite").read_bytes() == content


@pytest.mark.parametrize("place", ["", CURRENT, OLD])
@pytest.mark.parametrize("fault", ["gone", "cut", 9])
def test_a_list_of_checksums_is_itself_compared(store, place, fault):
    path = store / place / "SHA256SUMS"
    harm(path, fault)
    [(sentence, remedy)] = found(store)
    assert str(path) in sentence
    assert "rebuild" in remedy


@pytest.mark.parametrize("fault", ["gone", 5])
def test_no_commit_lists_anew_what_a_damaged_list_had(store, fault):
    path = store / "SHA256SUMS"
    harm(path, fault)
    content = path.exists() and path.read_bytes()
    with pytest.raises(StoreUnusableError, match=r"SHA256SUMS.*jixiao rebuild"), Store.open(store).writing():
        pass
    assert (path.exists() and path.read_bytes()) == content


@pytest.fixture
def other(tmp_path, make_deposit):
    """A timeline of another store with as many versions."""
    store = Store.create(tmp_path / "other", "https://other.example.org/")
    for name in "一二三四五":
        commit(store, make_deposit(f"{name}.txt", [name], body=f"{name}县水务局"))
    return store.path / "timeline.sqlite"


def test_a_timeline_that_is_not_the_stores_is_not_read(store, other, make_deposit):
    path, own, earlier = (store / name for name in ("timeline.sqlite", "own", "earlier"))
    shutil.copy2(path, earlier)
    commit(Store.open(store), make_deposit("己.txt", ["己"], body="己县水务局"))
    moment = Store.open(store).present().moment
    before = [*moment.all("source")]
    path.rename(own)
    for stranger in (None, other, earlier):
        if stranger is not None:
            shutil.copy2(stranger, path)
        with pytest.raises(StoreUnusableError, match=r"timeline.sqlite.*rebuild"):
            [*moment.all("source")]
        assert str(path) in str(found(store))
    own.replace(path)
    assert [*moment.all("source")] == before


def test_a_lost_registry_undoes_nothing(store, make_deposit):
    (store / "registry.ttl").unlink()
    opened = Store.open(store)
    with pytest.raises(StoreUnusableError, match=r"registry.ttl.*backup"):
        opened.registry()
    with opened.writing() as batch:
        batch.add(make_deposit("己.txt", ["己"], body="己县水务局"))
        with pytest.raises(StoreUnusableError, match=r"registry.ttl.*backup"):
            batch.commit(strict=True)
    assert opened.present().version == "000005"


def test_a_registry_that_was_changed_is_applied_only_by_its_own_command(store, make_deposit):
    path = store / "registry.ttl"
    path.write_text(
        path.read_text().replace("甲 ← 乙", "改").replace(" jx:merges", ' dcterms:date "2024-01-01" ; jx:merges')
    )
    opened = Store.open(store)
    with opened.writing() as batch:
        batch.add(make_deposit("己.txt", ["己"], body="己县水务局"))
        with pytest.raises(RegistryError, match=r"registry.ttl.* 1 .*registry apply.*backup"):
            batch.commit()
    with opened.writing() as batch:
        assert batch.commit(strict=True).version == "000006"


def test_a_changed_recognition_is_not_given_out(store):
    source = Store.open(store).sources()[0]
    path = store / "recognitions" / f"{source.sha256}.json"
    path.write_bytes(b"[]")
    with pytest.raises(StoreUnusableError, match=f"{path}.*jixiao reread --store {store} {source.sha16}"):
        Store.open(store).pictured(source.sha256)
    with Store.open(store).writing() as batch:
        assert batch.pictured(source.sha256).recognition is None


@pytest.mark.parametrize("name", ["statistics.json", "index/index.json", "index/*.sqlite"])
def test_a_lost_part_is_not_taken_for_one_that_never_was(store, name):
    next((store / CURRENT).glob(name)).unlink()
    now = Store.open(store).present()
    with pytest.raises(StoreUnusableError, match=f"{CURRENT}/{name[:5]}.*rebuild"):
        print(now.statistics, now.index)


def test_changes_that_are_not_those_of_the_version_are_not_compared(store):
    (store / CURRENT / "changes.gz").write_bytes((store / "generations/000004/changes.gz").read_bytes())
    opened = Store.open(store)
    assert differences.kept(opened.find("3"), opened.find("4"))
    assert differences.kept(opened.find("4"), opened.find("5")) is None


def test_all_that_is_amiss_is_found_at_once(store):
    """A lost release, a refusal of another file, and a wrong publisher's file; a killed writer's report is nothing."""
    Store.open(store).release("4")
    shutil.rmtree(store / "generations" / "000004")
    for path in (store / "refused").glob("*"):
        path.rename(path.with_stem("0" * 64))
    (store / "refused" / f"{'1' * 64}.ttl").write_text("# report")
    (store / "dataset.toml").write_text("[half")
    sentences, remedies = zip(*found(store), strict=True)
    assert remedies == ("restore the file from a backup",) * 3
    for sentence, named in zip(sentences, ("generations/000004/", "dataset.toml", "refused/"), strict=True):
        assert f"{store}/{named}" in sentence


@pytest.mark.parametrize(
    ("kind", "fault"),
    [("refused", "gone"), ("refused/*", "gone"), *((f"refused/*{end}", 5) for end in (".json", ".ttl"))],
)
def test_lost_refusals_are_found_and_come_back_with_the_document_or_are_forgotten(store, kind, fault):
    [refusal] = Store.open(store).refusals()
    for path in store.glob(kind):
        shutil.rmtree(path) if path.is_dir() else harm(path, fault)
    [(sentence, remedy)] = found(store)
    assert f"refused/{refusal.sha256}.json" in sentence
    assert "backup" in remedy
    with pytest.raises(StoreUnusableError, match=r"refused.*backup"):
        Store.open(store).refusals()
    again, forgetting = (shutil.copytree(store, store.with_name(name)) for name in ("again", "forgetting"))
    with committing(Store.open(again)) as batch:
        batch.pictured(refusal.sha256)
        batch.refuse(refusal, WORDS, b"scan")
    assert found(again) == []
    assert Store.open(again).refusals() == (refusal,)
    assert [*Store.open(forgetting).mended()] == [forgetting / "refused" / f"{refusal.sha256}.json"]
    rebuilding.discard_damaged(Layout(forgetting))
    assert found(forgetting) == []
    assert Store.open(forgetting).refusals() == ()


def test_a_refusal_that_no_commit_has_listed_yet_may_be_missing(store):
    """Its writer was killed."""
    opened = Store.open(store)
    with opened.writing() as batch:
        batch.refuse(Refusal("1" * 64, "退回.txt", ("没有表。 There is no form.",), "# report", ()))
        batch.refuse(replace(opened.refusals()[0], reasons=("别的理由。 Another reason.",)))
    assert len(opened.refusals()) == 2
    shutil.rmtree(store / "refused")
    assert found(store) == []


@pytest.mark.parametrize("version", ["000004", "000003", "000000"])
def test_an_earlier_version_is_not_taken_for_the_one_published_last(store, version):
    opened = Store.open(store)
    assert opened.present().version == "000005"
    (store / "current").write_bytes(generations.named(version) if version != "000000" else b"000000")
    for asked in (opened.current, Store.open(store).current, lambda: list(check_files(opened))):
        with pytest.raises(StoreUnusableError, match=r"current.*rebuild.*--restore"):
            asked()
    assert Store.open(store).restore() == "000005"
    assert found(store) == []


def test_the_graph_of_another_version_is_not_read(store):
    served = Store.open(store).present()
    shutil.rmtree(store / CURRENT / "graph")
    shutil.copytree(store / "generations" / "000004" / "graph", store / CURRENT / "graph")
    with pytest.raises(StoreUnusableError, match=r"graph/(CURRENT|MANIFEST-\d+) is missing, damaged"):
        Store.open(store).present()
    with pytest.raises(StoreUnusableError, match="graph"):
        _ = served.graph_directory


def test_a_directory_that_a_writer_removes_is_passed_over_as_releases_are_read(store, monkeypatch):
    (store / "generations" / ".building-x").mkdir()
    scandir = os.scandir

    def racing(path="."):
        if str(path).endswith(".building-x"):
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", racing)
    assert Store.open(store).releases().keys() == {"000005"}


def test_a_release_that_its_list_has_lost_is_found(store):
    (store / "releases.json").write_bytes(b"{}")
    with pytest.raises(StoreUnusableError, match=r"releases.json.*backup"):
        Store.open(store).releases()


def test_a_publishers_file_that_is_lost_is_no_default(store):
    opened = Store.open(store)
    (store / "dataset.toml").write_text('license = "https://example.org/licence"')
    with committing(opened) as batch:
        batch.decide(terms.Renaming, {}, "")
        batch.undo(2)
    assert opened.publisher().license == "https://example.org/licence"
    (store / "dataset.toml").unlink()
    assert opened.publisher().license == "https://example.org/licence"
    with pytest.raises(PublisherError, match=r"dataset.toml.*empty one"):
        opened.check_publisher()


def test_a_directory_in_place_of_a_file_is_put_aside(store):
    (store / "current").unlink()
    (store / "current" / "x").mkdir(parents=True)
    assert Store.open(store).restore() == "000005"
    assert found(store) == []


SAME_INODE = """
import os, sys
from pathlib import Path
from jixiao.store import sums
one, two = (Path(folder) / "file" for folder in sys.argv[1:])
for path, content in ((one, b"one"), (two, b"two")):
    path.write_bytes(content)
    os.utime(path, ns=(0, 0))
assert one.stat().st_ino == two.stat().st_ino
print(sums.intact(one, sums.of(one)), sums.intact(two, sums.of(one)), sums.intact(two, sums.of(two)))
"""


def test_files_of_one_inode_number_on_two_disks_are_two_files(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    mounted = " && ".join(f"mount -t tmpfs tmpfs {folder}" for folder in folders)
    assert mounts.run(mounted, SAME_INODE, *folders) == "True False True\n"
