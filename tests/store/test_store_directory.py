"""The directory: opening, creating, generations, what is read back, and what is said when something is broken."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ontology.errors import BaseIriMalformedError
from jixiao.store import (
    BaseIriError,
    SourceMissingError,
    Store,
    StoreEmptyError,
    StoreMissingError,
    StoreUnusableError,
    files,
    generations,
)
from jixiao.store.export import export
from jixiao.store.versions import nquads
from tests.support.writing import BASE, commit, withdraw


def generations_of(store):
    return sorted(path.name for path in store.path.joinpath("generations").iterdir())


def exported(store, form):
    output = io.BytesIO()
    export(store, form, output)
    return output.getvalue()


@pytest.mark.parametrize("letter", ["a", "预"])
def test_a_path_is_as_long_as_sqlite_allows(tmp_path, letter, make_deposit):
    left = files.LONGEST_PATH - len(os.fsencode(tmp_path)) - 2
    deep = tmp_path / (letter * (left // 2 // len(letter.encode()))) / "b"
    longest = Path(f"{deep}{'b' * (files.LONGEST_PATH - len(os.fsencode(deep)))}")
    commit(Store.create(longest, BASE), make_deposit("a.txt", ["甲", "乙"]))
    assert Store.open(longest).present().index is not None
    (tmp_path / "link").symlink_to(f"{longest}b")
    for path in (f"{longest}b", tmp_path / "link"):
        with pytest.raises(StoreUnusableError, match=r"库的路径有 441 字节，.*The store's path has 441 bytes"):
            Store.create(path, BASE)
        with pytest.raises(StoreUnusableError, match="shorter"):
            Store.open(path)
    assert not Path(f"{longest}b").exists()


def test_a_path_without_a_store_is_named(tmp_path):
    with pytest.raises(StoreMissingError, match="nowhere"):
        Store.open(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreMissingError, match="file"):
        Store.open(tmp_path / "file")
    with pytest.raises(StoreUnusableError, match="file"):
        Store.create(tmp_path / "file", BASE)


def test_a_store_is_not_made_among_other_things(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(StoreUnusableError, match=r"letter\.txt"):
        Store.create(tmp_path, BASE)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_creating_again_opens_and_another_base_is_refused(tmp_path):
    Store.create(tmp_path / "s", "https://data.example.org")
    assert Store.create(tmp_path / "s", BASE).base_iri == BASE
    with pytest.raises(BaseIriError, match=r"data\.example\.org.*other\.example"):
        Store.create(tmp_path / "s", "https://other.example/")
    with pytest.raises(BaseIriMalformedError, match="ftp"):
        Store.create(tmp_path / "t", "ftp://x/")
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize("text", ["", "{}", '{"format": 99, "base_iri": "https://data.example.org/"}'])
def test_a_broken_header_is_named(store, text):
    (store.path / "store.json").write_text(text)
    with pytest.raises(StoreUnusableError):
        Store.open(store.path)


def test_before_the_first_commit_there_is_nothing(store):
    assert store.current() is None
    assert store.sources() == ()
    with pytest.raises(SourceMissingError):
        store.source("0123456789abcdef")
    with pytest.raises(StoreEmptyError, match="ingest"):
        exported(store, "nq")


def test_a_first_commit_makes_a_generation_of_the_vocabulary_alone(store):
    generation = commit(store)
    assert (generation.number, generation.version, generation.manifest.previous) == (1, "000001", None)
    assert generation.manifest.counts.sources == 0
    assert [name.value for name in generation.graph.named_graphs()] == [f"{BASE}graph/vocabulary"]
    assert commit(store).number == 1


def test_the_manifest_counts_and_can_be_checked(store, make_deposit):
    first = commit(store, make_deposit("a.txt", ["甲", "乙"]))
    manifest = commit(store, make_deposit("b.txt", ["丙"], body="乙区卫生局", number=None)).manifest
    counts = manifest.counts
    assert (counts.sources, counts.filings, counts.projects, counts.indicators) == (2, 2, 3, 3)
    assert (counts.citations, counts.legal_bases, counts.departments) == (3, 2, 2)
    assert (manifest.generation, manifest.previous, manifest.base_iri) == (2, first.number, BASE)
    assert manifest.created.endswith("+00:00")
    lines = exported(store, "nq").splitlines(keepends=True)
    assert (manifest.checksum, counts.quads) == (nquads.hash_of_lines(lines).checksum, len(lines))


def test_threads_share_one_handle(store):
    commit(store)
    reader = Store.open(store.path)
    with ThreadPoolExecutor(4) as pool:
        seen = [*pool.map(lambda _: reader.current(), range(4))]
    assert len({*map(id, seen)}) == 1


def test_a_broken_current_says_what_to_do(store):
    commit(store)
    for text in ("", "nonsense", "000009", "../../etc", "世代"):
        (store.path / "current").write_text(text)
        with pytest.raises(StoreUnusableError, match=r"jixiao rebuild"):
            Store.open(store.path).current()


def test_a_commit_that_fails_midway_leaves_the_old_generation_and_no_rubbish(store, make_deposit, monkeypatch):
    commit(store, make_deposit("a.txt", ["甲"]))
    before, deposit = store.current(), make_deposit("b.txt", ["乙"])

    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    with store.writing() as batch:
        batch.add(deposit)
        monkeypatch.setattr(files, "write", full)
        with pytest.raises(StoreUnusableError, match="No space left"):
            batch.commit()
        monkeypatch.undo()
    assert store.current() is before
    assert generations_of(store) == ["000001"]
    assert not (store.path / "sources" / deposit.sha256).exists()


@pytest.mark.judge
@pytest.mark.usefixtures("whole_vocabulary")
def test_a_new_vocabulary_is_a_change(store, make_deposit, monkeypatch):
    commit(store, make_deposit("a.txt", ["甲"]))
    assert commit(store).number == 1
    changed = frozenset(quad.triple for quad in parse(b"<https://e.org/s> <https://e.org/p> 1 .", RdfFormat.TURTLE))
    monkeypatch.setattr("jixiao.store.commit.upcoming.vocabulary_triples", lambda: changed)
    generation = commit(store)
    assert generation.number == 2
    assert b"indicator-type" not in exported(store, "nq")
    assert exported(store, "nq").count(b"<https://e.org/s>") == 2
    assert generation.manifest.counts.projects == 1


def test_a_writer_that_only_looked_leaves_nothing(store):
    commit(store)
    with store.writing():
        pass
    assert generations_of(store) == ["000001"]
    assert generations.current_version(files.Layout(store.path)) == "000001"


def test_a_lost_current_is_no_empty_store(store, make_deposit):
    """Taken for an empty store, the next writer would clear every generation away as leftovers."""
    commit(store, make_deposit("a.txt", ["甲"]))
    (store.path / "current").unlink()
    with pytest.raises(StoreUnusableError, match="current"):
        Store.open(store.path).current()
    with pytest.raises(StoreUnusableError, match="current"), Store.open(store.path).writing():
        pytest.fail("it would clear the generations")
    assert generations_of(store) == ["000001"]


def test_what_is_settled_is_never_older_than_what_can_be_opened(store, make_deposit):
    deposit = make_deposit("a.txt", ["甲"])
    assert store.settled() is None
    commit(store, deposit)
    first = store.current()
    assert store.settled() is first
    withdraw(Store.open(store.path), deposit.sha16, "重复")
    newest = Store.open(store.path).current()
    manifest = newest.path / "manifest.json"
    kept = manifest.read_bytes()
    manifest.write_bytes(b"{")
    assert store.settled() is None
    with pytest.raises(StoreUnusableError):
        store.current()
    assert store.settled() is None
    manifest.write_bytes(kept)
    assert store.current().version == newest.version
    assert store.settled() is store.current()


def test_many_files_are_moved_like_few(tmp_path):
    moves = [(tmp_path / "from" / str(n), tmp_path / f"to{n % 2}" / str(n)) for n in range(files._MANY + 1)]
    (tmp_path / "from").mkdir()
    for source, _ in moves:
        source.write_text(source.name)
    files.move_all(moves)
    assert [target.read_text() for _, target in moves] == [source.name for source, _ in moves]
    assert list((tmp_path / "from").iterdir()) == []
