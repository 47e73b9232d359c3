"""Sources read by older rules are read anew: the store then is a fresh one's, and decisions follow to new names."""

import dataclasses
import hashlib
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from jixiao.ingest import document, version
from jixiao.ingest.document import read_document
from jixiao.ingest.emitting import emit, parts
from jixiao.ingest.facts import Facts
from jixiao.ingest.load import ingest, reread
from jixiao.ingest.model import Printed
from jixiao.ingest.originals import files
from jixiao.ingest.resolve import Identified
from jixiao.ingest.writing import writing
from jixiao.ontology import bodies, terms
from jixiao.ontology.identity import Iris, label
from jixiao.store import Deposit, Store, StoreUnusableError

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
FAULT = NamedNode(terms.SH_sourceShape)
REGISTRY = (
    f"<{BASE}id/decision/1> a <{terms.Identification}> ; <{terms.DCTERMS_description}> '同一家' ;"
    f" <{terms.DCTERMS_date}> '2024-03-01'^^<{terms.XSD_date}> ;"
    f" <{terms.keeps}> <{IRIS.org('白山市临江市文化局')}> ; <{terms.merges}> <{IRIS.org('白山市临江市图书馆')}> .\n"
)


@pytest.fixture
def folder(tmp_path: Path, filing: str) -> Path:
    """Three files, of which two give a document's number two titles, as a rule over the whole store finds."""
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text(filing, encoding="utf-8")
    other = filing.replace("古籍修复", "家谱整理").replace("古籍保护办法", "家谱保护办法")
    (path / "b.txt").write_text(other, encoding="utf-8")
    (path / "c.txt").write_text(filing.replace("古籍修复", "方志出版").replace("120000.00", "若干"), encoding="utf-8")
    return path


def read_by_older_rules(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fill the store by a program that misses amounts and takes each project's name without its last character."""

    def name(facts: Facts, known: Identified, printed: Printed) -> None:
        emit_name(facts, known, Printed(tuple((place, text[:-1]) for place, text in printed.parts)))

    emit_name = emit._name
    with monkeypatch.context() as older, writing(store) as batch:
        older.setattr(document, "READING", 0)
        older.setattr(emit, "_name", name)
        older.setattr(parts, "amount", lambda *_: None)
        for path in sorted(folder.iterdir()):
            reading = read_document(path.read_bytes(), path.name, BASE)
            assert reading.deposit
            batch.add(reading.deposit)
        batch.commit()


def state(store: Store) -> tuple[str, list[str], dict[str, list[object]]]:
    generation = store.current()
    read = {
        record.file_name: [store.rendition(record.sha16), store.ledger(record.sha16), record.projects, record.partial]
        for record in store.sources()
    }
    return generation.manifest.checksum, [dump.content_sha256 for dump in generation.dumps], read


@pytest.mark.parametrize("jobs", [2, pytest.param(1, marks=pytest.mark.judge)])
def test_a_store_read_anew_equals_a_fresh_one(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    fresh = Store.create(tmp_path / "fresh", BASE)
    for each in (store, fresh):
        (each.path / "registry.ttl").write_text(REGISTRY, encoding="utf-8")
    ingest(files([folder]), fresh)
    read_by_older_rules(store, folder, monkeypatch)
    assert state(store) != state(fresh)
    assert [record.file_name for record in version.outdated(store.sources())] == ["a.txt", "b.txt", "c.txt"]

    seen: list[str] = []
    outcomes = reread(store, jobs=jobs, progress=seen.append)
    assert seen == ["a.txt", "b.txt", "c.txt"]
    assert [(outcome.path.name.split()[0], outcome.status) for outcome in outcomes] == [
        ("a.txt", "reread"),
        ("b.txt", "reread"),
        ("c.txt", "reread"),
    ]
    assert state(store) == state(fresh)
    assert version.outdated(store.sources()) == []
    generation = store.current()
    assert (generation.number, generation.manifest.counts.departments) == (2, 2)
    assert any(quad.subject.value.endswith("#x1") for quad in generation.graph.quads_for_pattern(None, FAULT, None))
    assert reread(store) == ()
    assert store.current() is generation


def as_of(deposit: Deposit, content: bytes, file_name: str) -> Deposit:
    """The facts of a deposit as those of another file."""
    sha256 = hashlib.sha256(content).hexdigest()
    triples = (
        each.replace(deposit.sha256.encode(), sha256.encode()).replace(deposit.sha16.encode(), sha256[:16].encode())
        for each in (deposit.source_triples, deposit.report_triples)
    )
    source, report = triples
    return dataclasses.replace(
        deposit, sha256=sha256, content=content, file_name=file_name, source_triples=source, report_triples=report
    )


@pytest.mark.judge
def test_a_source_that_is_refused_now_keeps_its_reading(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older, writing(store) as batch:
        older.setattr(document, "READING", 0)
        good, other = (read_document((folder / f).read_bytes(), f, BASE).deposit for f in ("a.txt", "b.txt"))
        assert good
        assert other
        batch.add(good)
        batch.add(as_of(other, "全年修复善本两百册。\n".encode(), "note.txt"))
        batch.commit()
    first, second = store.sources()
    kept, read_anew = sorted(reread(store), key=lambda outcome: outcome.status)
    assert (kept.path.name, kept.status) == (f"note.txt ({second.sha16})", "kept")
    assert "没有找到绩效目标申报表" in kept.notes[0]
    assert read_anew.status == "reread"
    assert [each.reading for each in store.sources()] == [version.READING, 0]
    assert store.refusals() == ()

    store.original(first.sha16).write_bytes((folder / "b.txt").read_bytes())
    outcomes = reread(store, [first.sha16, second.sha16])
    assert [outcome.status for outcome in outcomes] == ["kept", "kept"]
    assert "SHA-256" in outcomes[0].notes[0]


def test_a_lost_rendition_is_mended(store: Store, folder: Path) -> None:
    ingest([folder / "a.txt"], store)
    (record,) = store.sources()
    before = store.rendition(record.sha16)
    (store.path / "renditions" / f"{record.sha256}.json").unlink()
    with pytest.raises(StoreUnusableError, match=f"jixiao reread --store .* {record.sha16}"):
        store.rendition(record.sha16)
    reread(store, [record.sha16])
    assert store.rendition(record.sha16) == before


@pytest.mark.judge
def test_a_name_may_be_longer_than_a_file_systems(store: Store, filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a file whose name was GB18030, which takes fewer bytes."""
    name = "绩" * 200 + ".txt"
    monkeypatch.setattr(document, "READING", 0)
    deposit = read_document(filing.encode(), name, BASE).deposit
    assert deposit
    with writing(store) as batch:
        batch.add(deposit)
        before = batch.commit().manifest.checksum
    (outcome,) = reread(store)
    assert outcome.status == "reread"
    assert store.current().manifest.checksum == before
    assert store.sources()[0].file_name == name


def amounts(store: Store) -> list[str]:
    generation = store.current()
    found = generation.graph.quads_for_pattern(None, NamedNode(terms.amount), None, None)
    return sorted(quad.object.value for quad in found if not isinstance(quad.object, NamedNode))


@pytest.mark.judge
def test_a_store_of_printed_names_follows_to_full_names(
    store: Store, filing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older, writing(store) as batch:
        older.setattr(document, "READING", 0)
        older.setattr(bodies, "full_name", lambda name, _=None: label(name))
        deposit = read_document(filing.encode(), "a.txt", BASE).deposit
        assert deposit
        batch.add(deposit)
        batch.commit()
    [project] = deposit.contents.projects
    (store.path / "registry.ttl").write_text(
        f"<{BASE}id/decision/1> a <{terms.Correction}> ; <{terms.concerns}> <{project}> ;"
        f" <{terms.correctedProperty}> <{terms.annualRequest}> ; <{terms.correctedValue}> 130000.0 ;"
        f" <{terms.printedValue}> 120000.0 ; <{terms.DCTERMS_description}> '核对原件' ;"
        f" <{terms.DCTERMS_date}> '2024-03-01'^^<{terms.XSD_date}> .  # 看过原件\n",
        encoding="utf-8",
    )
    with writing(store) as batch:
        batch.commit()
    assert amounts(store) == ["130000"]
    [outcome] = reread(store)
    assert outcome.status == "reread"
    assert amounts(store) == ["130000"]
    moved = store.moved()
    old, new = (IRIS.org(name).removeprefix(BASE) for name in ("临江市图书馆", "白山市临江市图书馆"))
    assert moved[old] == new
    text = (store.path / "registry.ttl").read_text(encoding="utf-8")
    assert project not in text
    assert moved[project.removeprefix(BASE)] in text
    assert "# 看过原件" in text
