"""A store of 0.2.0, with a steward's decisions and a refused scan, is served and written to as then.

jixiao 0.2.0 made it of three forms like those of tests/support/scanned_forms.py, with `few_triples` of the vocabulary:

- a.png, 古籍修复, a scan; ≥200册 was transcribed as recognised, and 约十二万 as 120000元
- b.pdf, 古籍展览, with text; its annual request was corrected to 100000, and FirstLevelAbsent accepted
- c.png, 古籍影印, a scan that was refused, since its name was recognised as 古藉影印 with the score 0.6

To make it again: ingest the forms with release 0.2.0, answer `jixiao review` for a.png, run `jixiao registry correct`
and `accept` for b.pdf, and pack the directory `store` by tar and xz.
"""

import tarfile
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ontology import terms
from jixiao.review.answering import transcribe
from jixiao.review.desk import Desk
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.conftest import Run
from tests.server.conftest import HTML, Serve
from tests.support import scanned_forms

KEPT = Path(__file__).parents[2] / "store" / "store-0.2.0.tar.xz"
SCAN, TEXT, REFUSED = "古籍修复", "古籍展览", "古籍影印"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with tarfile.open(KEPT) as packed:
        packed.extractall(tmp_path, filter="data")
    return Store.open(tmp_path / "store")


def requests(store: Store) -> dict[str, set[str]]:
    """The annual requests that the default graph states, by the project's name."""
    now = store.present()
    return {
        name: {
            quad.object.value
            for quad in now.graph.quads_for_pattern(
                NamedNode(iri), NamedNode(terms.annualRequest), None, DefaultGraph()
            )
            if isinstance(quad.object, Literal)
        }
        for source in now.live_sources
        for iri, name in source.projects.items()
    }


def accepted(store: Store) -> int:
    quads = store.present().graph.quads_for_pattern(None, NamedNode(terms.acceptedBy), None, DefaultGraph())
    return sum(1 for _ in quads)


DECIDED = {SCAN: {"120000"}, TEXT: {"100000"}}


def test_it_is_served(store: Store, serving: Serve) -> None:
    scan, text = sorted(store.present().live_sources, key=lambda each: each.file_name)
    with serving(Settings(store=store.path, quick_seats=1, heavy_seats=1, serve_originals=True)) as client:
        for path in ("/", f"/source/{scan.sha16}", f"/quality/filing/{text.sha16}", "/quality/log", "/views/projects"):
            assert client.get(path, headers=HTML).status_code == 200, path
        picture = client.get(f"/source/{scan.sha16}/page/1.png")
        assert picture.content[:4] == b"\x89PNG"
        rows = client.get("/sparql", params={"query": f"SELECT ?a {{ ?p <{terms.amount}> ?a }} ORDER BY ?a"}).json()
    assert [row["a"]["value"] for row in rows["results"]["bindings"]] == ["100000", "120000"]
    assert (requests(store), accepted(store)) == (DECIDED, 1)


def test_its_decisions_hold_while_it_is_written_to(store: Store, run: Run, tmp_path: Path) -> None:
    listed = run("registry", "list", "--store", store.path).stdout
    assert [listed.count(kind) for kind in ("转录 transcribe", "更正 correct", "认可 accept")] == [2, 1, 1]
    assert run("registry", "check", "--store", store.path).returncode == 0
    rows = [("项目名称", "古籍编目", *scanned_forms.ROWS[0][2:]), *scanned_forms.ROWS[1:]]
    (tmp_path / "d.pdf").write_bytes(scanned_forms.form(rows))
    assert run("ingest", tmp_path / "d.pdf", "--store", store.path).returncode == 0
    assert requests(store) == DECIDED | {"古籍编目": set()}
    assert run("reread", "--store", store.path).returncode == 0
    assert (requests(store) | DECIDED, accepted(store)) == (requests(store), 1)
    assert run("registry", "undo", "2", "--store", store.path).returncode == 0
    assert requests(store)[SCAN] == set()
    assert run("check", "--store", store.path).returncode == 0


def test_its_refused_scan_is_taken_in_after_one_transcription(store: Store) -> None:
    [refusal] = store.refusals()
    desk = Desk(store)
    record = desk.record(refusal.sha256[:16])
    [passage, *_] = desk.passages(store.present(), record)
    form = {"act": "read", "text0": REFUSED, "reason": "对照原件", "date": "2024-03-01"}
    assert transcribe(store, record, lambda now: desk.passage(now, record, passage.key), form, None)
    assert {source.file_name for source in store.present().live_sources} == {"a.png", "b.pdf", "c.png"}
    assert store.refusals() == ()
    assert requests(store).keys() == {SCAN, TEXT, REFUSED}
