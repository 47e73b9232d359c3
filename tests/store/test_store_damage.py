"""Damage to any file that a store keeps is found by its checksum, named with a remedy, and never read as true."""

import hashlib
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Refusal, Store, StoreUnusableError, check_files
from jixiao.store.versions import nquads

BASE = "https://data.example.org/"
PLACES = 10
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
    "refused/*.json": "deleted",
    "refused/*.ttl": "deleted",
    "refused/*.original": "backup",
    f"{CURRENT}/manifest.json": "rebuild",
    f"{CURRENT}/statistics.json": "rebuild",
    f"{CURRENT}/checksum.bin": "rebuild",
    f"{CURRENT}/changes.gz": "rebuild",
    f"{CURRENT}/index/*.sqlite": "rebuild",
    f"{CURRENT}/index/index.json": "rebuild",
    f"{CURRENT}/graph/*.sst": "rebuild",
    f"{CURRENT}/graph/MANIFEST-*": "rebuild",
    f"{CURRENT}/dumps.json": "rebuild",
    f"{CURRENT}/dump.nq.gz": "dumps --version 5",
    f"{CURRENT}/dump.ttl.gz": "dumps --version 5",
    f"{OLD}/manifest.json": "backup",
    f"{OLD}/statistics.json": "backup",
}
"""Patterns of the files of a store, and words of the remedy for damage to one."""


@pytest.fixture(scope="module")
def made(tmp_path_factory, make_deposit):
    """A store of five versions with a decision, recognitions, and dumps of the current version."""
    store = Store.create(tmp_path_factory.mktemp("damage") / "store", BASE)
    for name in "甲乙丙丁":
        deposit = make_deposit(f"{name}.txt", [name], body=f"{name}县水务局")
        with store.writing() as batch:
            batch.add(replace(deposit, recognition=WORDS))
            batch.commit()
    iris = Iris(BASE)
    says = {terms.keeps: NamedNode(iris.org("甲县水务局")), terms.merges: NamedNode(iris.org("乙县水务局"))}
    with store.writing() as batch:
        batch.decide(terms.Identification, says, "甲 ← 乙")
        batch.commit()
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


def flip(path, place):
    """Change one bit at the place, counted in tenths of the file."""
    content = bytearray(path.read_bytes())
    content[len(content) * place // PLACES] ^= 1
    path.write_bytes(content)


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM row").fetchall()


def test_a_whole_store_is_whole(store):
    assert found(store) == []


@pytest.mark.parametrize("place", range(PLACES))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.sampled(7)
def test_a_bit_that_flips_is_found(store, made, kind, place):
    for path in sorted(store.glob(kind)):
        flip(path, place)
        told = found(store)
        if kind == "timeline.sqlite" and not told:
            assert rows(path) == rows(made / path.name), "a page may have bytes that nothing uses"
        else:
            [(sentence, remedy)] = told
            assert str(path.with_suffix("")) in sentence + remedy
            assert re.search(KINDS[kind], remedy)
        shutil.copy2(made / path.relative_to(store), path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.sampled(7)
def test_a_file_that_is_gone_or_cut_is_found(store, made, kind):
    for path in sorted(store.glob(kind)):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        cut = kind == "store.json" or found(store)
        path.unlink()
        gone = kind == "store.json" or found(store) or path.name.startswith("dump.")
        assert cut
        assert gone
        shutil.copy2(made / path.relative_to(store), path)


def test_a_damaged_set_hash_is_computed_anew(store, make_deposit):
    """The checksum of the next version is not built on the damaged one."""
    flip(store / CURRENT / "checksum.bin", 5)
    opened = Store.open(store)
    with opened.writing() as batch:
        batch.add(make_deposit("己.txt", ["己"], body="己县水务局"))
        made = batch.commit()
    assert made.manifest.checksum == nquads.hash_of_lines(made.lines()).checksum


def test_a_count_changed_in_the_timeline_is_not_read(store):
    """A digit of a source's size, which no other file has."""
    path = store / "timeline.sqlite"
    assert Store.open(store).sources()
    content = path.read_bytes()
    for size in {b'"size":%d' % each.size for each in Store.open(store).sources()}:
        content = content.replace(size, size[:-1] + (b"7" if size[-1:] != b"7" else b"1"))
    path.write_bytes(content)
    with pytest.raises(StoreUnusableError, match=r"timeline.sqlite.*rebuild"):
        Store.open(store).sources()
