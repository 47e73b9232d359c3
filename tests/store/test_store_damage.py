"""Damage to any file that a store keeps is found by its checksum, named with a remedy, and never read as true."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Store, StoreUnusableError, check_files

BASE = "https://data.example.org/"
PLACES = 10
CURRENT, OLD = "generations/000005", "generations/000001"
KINDS = {
    "sources/*": "backup",
    "renditions/*": "reread",
    "ledgers/*": "reread",
    "recognitions/*": "reread",
    "timeline.sqlite": "rebuild",
    "registry.ttl": "registry apply",
    "store.json": "backup",
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
            batch.add(replace(deposit, recognition=b'{"pages": []}'))
            batch.commit()
    iris = Iris(BASE)
    says = {terms.keeps: NamedNode(iris.org("甲县水务局")), terms.merges: NamedNode(iris.org("乙县水务局"))}
    with store.writing() as batch:
        batch.decide(terms.Identification, says, "甲 ← 乙")
        batch.commit()
    store.make_dumps()
    return store.path


@pytest.fixture
def store(made, tmp_path):
    return shutil.copytree(made, tmp_path / "store")


def found(path):
    try:
        Store.open(path)
    except StoreUnusableError as error:
        return [(str(error), "Bring the file back, from a backup")]
    return [(problem.sentence.en, problem.remedy.en) for problem in check_files(Store.open(path))]


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
            assert str(path) in sentence
            assert KINDS[kind] in remedy
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
