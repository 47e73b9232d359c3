"""Bodies go by their full names: older stores follow, and bodies without a place are not taken for one another."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from jixiao.ingest import document
from jixiao.ingest.document import read_document
from jixiao.ingest.load import ingest, reread
from jixiao.ingest.originals import files
from jixiao.ingest.writing import writing
from jixiao.ontology import bodies, terms
from jixiao.ontology.identity import DEFAULT_BASE, Iris, label
from jixiao.store import Store

IRIS = Iris(DEFAULT_BASE)
OLD, NEW = IRIS.org("临江市图书馆"), IRIS.org("白山市临江市图书馆")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", DEFAULT_BASE)


def amounts(store: Store) -> list[str]:
    generation = store.current()
    found = generation.graph.quads_for_pattern(None, NamedNode(terms.amount), None, None)
    return sorted(quad.object.value for quad in found if not isinstance(quad.object, NamedNode))


@pytest.mark.judge
def test_a_store_of_printed_names_follows_to_full_names(
    tmp_path: Path, store: Store, filing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older, writing(store) as batch:
        older.setattr(document, "READING", 0)
        older.setattr(bodies, "full_name", lambda name, _=None: label(name))
        deposit = read_document(filing.encode(), "a.txt", DEFAULT_BASE).deposit
        assert deposit
        batch.add(deposit)
        batch.commit()
    [project] = deposit.contents.projects
    (store.path / "registry.ttl").write_text(
        f"<{DEFAULT_BASE}id/decision/1> a <{terms.Correction}> ; <{terms.concerns}> <{project}> ;"
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
    assert moved[OLD.removeprefix(DEFAULT_BASE)] == NEW.removeprefix(DEFAULT_BASE)
    text = (store.path / "registry.ttl").read_text(encoding="utf-8")
    assert project not in text
    assert moved[project.removeprefix(DEFAULT_BASE)] in text
    assert "# 看过原件" in text


@pytest.mark.judge
def test_projects_of_bodies_without_a_place_are_not_counted_twice(tmp_path: Path, store: Store, filing: str) -> None:
    nowhere = filing.replace("临江市图书馆", "区图书馆").replace("临江市文化局", "区文化局").replace("临江市", "")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(nowhere, encoding="utf-8")
    (tmp_path / "in" / "a.txt.url").write_text("http://www.linjiang.example.cn/a.txt", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text(f"{nowhere}\n", encoding="utf-8")
    first, second = ingest(files([tmp_path / "in"]), store)
    assert (first.status, second.status) == ("added", "refused")
    assert "a.txt" in second.notes[0]
    assert ")，http://www.linjiang.example.cn/a.txt" in second.notes[0]  # its host may tell where the body is
    before = amounts(store)
    [outcome] = ingest(files([tmp_path / "in" / "b.txt"]), store, replace=store.sources()[0].sha16)
    assert outcome.status == "replaced"
    assert amounts(store) == before
