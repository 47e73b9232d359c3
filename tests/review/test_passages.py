"""Passages of scans: what a steward reads in the picture takes the place of what was recognised."""

import re
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient

from jixiao.ingest.certainty.weighing import READ
from jixiao.ingest.document import read_documents
from jixiao.ingest.load import reread
from jixiao.ingest.result import Document
from jixiao.ingest.writing import unfit, writing
from jixiao.ontology import reasons, terms
from jixiao.review.desk import Desk
from jixiao.review.passages import Passage
from jixiao.store import Deposit, Generation, Pictured, Store, sums
from jixiao.store.commit.upcoming import as_json
from tests.review.conftest import BASE, Opening, assert_refused
from tests.support import markup, scanned_forms
from tests.support.scanned_forms import ROWS

ORIGIN = {"Origin": "http://127.0.0.1:8123"}
GOOD = {"reason": "对照原件", "date": "2024-03-01", "act": "read"}


def current(store: Store) -> Generation:
    now = store.current()
    assert now
    return now


def passages(store: Store, deposit: Deposit) -> dict[str, Passage]:
    """The passages to read of a source, by their text."""
    desk = Desk(store)
    found = desk.passages(current(store), desk.record(deposit.sha16))
    return {each.places[0].text: each for each in found}


def every(store: Store, deposit: Deposit) -> Iterable[Passage]:
    """All passages of a source."""
    desk = Desk(store)
    return desk.scan(desk.record(deposit.sha16)).passages.values()


def send(client: TestClient, deposit: Deposit, passage: Passage, **fields: str) -> httpx.Response:
    path = f"/source/{deposit.sha16}/line/{passage.key}?lang=en"
    return client.post(path, data={**GOOD, **fields}, headers=ORIGIN, follow_redirects=False)


def facts(store: Store, deposit: Deposit) -> set[tuple[str, str]]:
    """The facts that a source states, as property and value."""
    graph = NamedNode(f"{BASE}graph/source/{deposit.sha16}")
    quads = current(store).graph.quads_for_pattern(None, None, None, graph)
    return {(quad.predicate.value.rpartition("#")[2], quad.object.value) for quad in quads}


def entries(store: Store, deposit: Deposit, name: str) -> list[dict[str, object]]:
    lines = store.ledger(deposit.sha16)["lines"]
    return [fact for line in lines for fact in line["facts"] if fact["property"] == terms.JX + name]


@pytest.mark.usefixtures("every_rule")
def test_a_line_that_is_confirmed_settles_all_its_facts(client: TestClient, store: Store, scan: Deposit) -> None:
    before, kept = current(store).manifest.checksum, store.recognition(scan.sha16)
    asked = passages(store, scan)
    assert asked.keys() == {"≥200册", "约十二万"}
    assert {each.doubt.predicate for each in asked["≥200册"].questions} == {
        *(terms.targetText, terms.targetOperator, terms.targetValue, terms.targetUnit)
    }
    done = send(client, scan, asked["≥200册"], text0=" ≥200册\r\n")
    assert done.status_code == 303, done.text
    assert "Decision 1 is in the registry" in client.get(done.headers["location"]).text
    read = {("targetText", "≥200册"), ("targetOperator", terms.ge), ("targetValue", "200"), ("targetUnit", "册")}
    assert read <= facts(store, scan)
    [entry] = entries(store, scan, "targetValue")
    assert (entry["score"], reasons.kept(entry["confirmed"]), entry["decision"]) == (1.0, READ, f"{BASE}id/decision/1")
    known = store.pictured(scan.sha256)
    assert known.recognition == kept, "what the engine saw is left as it was"
    assert [each.text for each in known.transcriptions] == ["≥200册"]
    after = current(store).manifest.checksum
    assert [outcome.status for outcome in reread(store, [scan.sha16], jobs=1)] == ["reread"]
    assert current(store).manifest.checksum == after
    with writing(store) as batch:
        batch.undo(1)
        assert batch.commit().manifest.checksum == before
    assert not read & facts(store, scan)


def test_an_amount_that_a_person_read_needs_no_other_confirmation(
    client: TestClient, store: Store, scan: Deposit
) -> None:
    assert send(client, scan, passages(store, scan)["约十二万"], text0="120000元").status_code == 303
    assert ("annualRequest", "120000") in facts(store, scan)
    [decision] = store.registry().decisions.all
    assert (decision.text(terms.recognisedText), decision.text(terms.transcribedText)) == ("约十二万", "120000元")
    assert decision.text(terms.decidedBy) == "预算科"
    assert passages(store, scan).keys() == {"≥200册"}
    [read] = (each for each in every(store, scan) if each.is_read)
    assert (read.places[0].recognised, read.places[0].text) == ("约十二万", "120000元")
    assert send(client, scan, read, text0="130000元").status_code == 303
    assert ("annualRequest", "130000") in facts(store, scan)
    [decision] = store.registry().decisions.all
    assert decision.iri.endswith("/2"), "the second reading takes the place of the first"
    assert [entry.event for entry in store.log()] == ["decided", "undone", "decided"]


def test_pages_of_passages_are_whole(looking: TestClient, filled: Store, scan: Deposit) -> None:
    passage = passages(filled, scan)["≥200册"]
    for lang in ("zh", "en"):
        for path in (
            f"/source/{scan.sha16}",
            f"/source/{scan.sha16}/lines",
            f"/source/{scan.sha16}/line/{passage.key}",
        ):
            shown = looking.get(path, params={"lang": lang})
            assert shown.status_code == 200
            assert markup.faults(shown.text) == []
            assert "≥2<mark>0</mark>0册" in shown.text
    assert 'value="≥200册"' in shown.text
    assert "≥260册" in shown.text, "the reading at another scale"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text0": " \r\n\t"}, "type the text"),
        ({"text0": "长" * 20_001}, "too long"),
        ({"text0": "一\n" * 401}, "too many lines"),
        ({"text0": "≥200册", "reason": ""}, "a reason is needed"),
        ({"text0": "≥200册", "date": "yesterday"}, "not a day"),
        ({"text0": "≥200册", "act": "erase"}, "no such act"),
        ({}, "type the text"),
    ],
)
def test_nothing_is_stored_of_a_bad_answer(
    fields: dict[str, str], told: str, looking: TestClient, filled: Store, scan: Deposit
) -> None:
    answer = send(looking, scan, passages(filled, scan)["≥200册"], **fields)
    assert_refused(answer, told, filled)


def test_a_reading_that_leaves_nothing_is_refused(client: TestClient, store: Store, scan: Deposit) -> None:
    name = next(each for each in every(store, scan) if each.places[0].text == "古籍修复")
    answer = send(client, scan, name, act="nothing")
    assert answer.status_code == 400
    assert "could be accepted" in answer.text
    assert not (store.path / "registry.ttl").exists()
    assert current(store).number == 1


def test_controls_are_no_part_of_what_is_typed(client: TestClient, store: Store, scan: Deposit) -> None:
    passage = passages(store, scan)["≥200册"]
    assert send(client, scan, passage, text0="≥2\u202e00\u0007册\u200b").status_code == 303
    [decision] = store.registry().decisions.all
    assert decision.text(terms.transcribedText) == "≥200册"


def test_a_transcription_of_another_recognition_is_told(store: Store, scan: Deposit, client: TestClient) -> None:
    assert send(client, scan, passages(store, scan)["≥200册"], text0="≥200册").status_code == 303
    assert list(unfit(store)) == []
    registry = store.path / "registry.ttl"
    registry.write_text(registry.read_text().replace('recognisedText "≥200册"', 'recognisedText "≥300册"'))
    sums.update(store.path, registry)
    [objection] = unfit(store)
    assert "has no effect" in objection.sentence
    with writing(store) as batch:
        batch.commit()
    assert ("targetValue", "200") not in facts(store, scan)


@pytest.mark.judge
def test_a_scan_read_by_a_person_states_what_the_text_form_states(tmp_path: Path, opening: Opening) -> None:
    rows = [
        *(ROWS[0], ROWS[1], ROWS[2]),
        ("项目资金总额（元）", "120000", "年度资金申请总额（元）", "60000"),
        ("其中：财政资金", "50000", "其他资金", "10000"),
    ]
    form = scanned_forms.form(rows)
    text = scanned_forms.read(form, "a.pdf", BASE)
    misread = {"≥200册": "≥2O0册", "数量指标": "数晨指杯", "2023-12-31": "2O23-12-3l", "项目类别": "顶目类剂"}
    seen = scanned_forms.recognised(
        form,
        scores={"修复册数": 0.3, "2023-01-01": 0.7, **dict.fromkeys(misread, 0.7)},
        second={"120000": "126000"},
        instead=misread,
    )
    scan = scanned_forms.scanned(form, "a.pdf", BASE, recognition=seen)
    store = Store.create(tmp_path / "store", BASE)
    with writing(store) as batch:
        batch.add(scan)
        batch.commit()
    truth = {place(word.box): word.text for page in scanned_forms.recognised(form).pages for word in page.words}
    client = opening(store)
    for _ in range(20):
        if not (left := passages(store, scan)):
            break
        asked = next(iter(left.values()))
        texts = {f"text{n}": truth[place(each.region)] for n, each in enumerate(asked.places)}
        assert send(client, scan, asked, **texts).status_code == 303
    assert not passages(store, scan)
    graph = NamedNode(f"{BASE}graph/source/{scan.sha16}")
    stated = comparable(quad.triple for quad in current(store).graph.quads_for_pattern(None, None, None, graph))
    assert stated == comparable(quad.triple for quad in parse(text.source_triples, RdfFormat.N_TRIPLES))


def place(box: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(map(round, box))


def comparable(triples: Iterable[Triple]) -> set[tuple[str, ...]]:
    """Triples without number, digest, type and size of the file, and without what is told of recognition."""
    found = {tuple(re.sub(r"(?<=source/)[0-9a-f]{16}", "", str(term)) for term in triple) for triple in triples}
    own = (terms.sha256, terms.DCTERMS_format, terms.DCTERMS_extent, terms.recognisedBy, terms.lookAlike)
    return {each for each in found if each[1].strip("<>") not in own}


def test_a_refused_scan_is_taken_in_once_its_project_is_read(tmp_path: Path, opening: Opening) -> None:
    form = scanned_forms.form()
    seen = scanned_forms.recognised(
        form, scores={"古籍修复": 0.6, "临江市文化局": 0.7}, instead={"古籍修复": "古藉修复"}
    )
    content = scanned_forms.picture(form)
    [reading] = read_documents([Document(content, "a.png", Pictured(as_json(seen.to_json())))], BASE)
    assert reading.refusal
    store = Store.create(tmp_path / "store", BASE)
    with writing(store) as batch:
        batch.refuse(reading.refusal, reading.recognition, content)
        batch.commit()
    client = opening(store)
    sha16 = reading.sha256[:16]
    assert f'href="/source/{sha16}' in client.get("/").text
    assert client.get(f"/picture/{sha16}/1.png").content[:4] == b"\x89PNG"
    assert client.get(f"/picture/{sha16}/2.png").status_code == 404
    for right in ("古籍修复", "临江市文化局"):
        desk = Desk(store)
        passage = desk.passages(current(store), desk.record(sha16))[0]
        assert markup.faults(client.get(f"/source/{sha16}").text) == []
        path = f"/source/{sha16}/line/{passage.key}?lang=en"
        done = client.post(path, data={**GOOD, "text0": right}, headers=ORIGIN, follow_redirects=False)
        assert done.status_code == 303, done.text
    [source] = store.sources()
    assert list(source.projects.values()) == ["古籍修复"]
    assert not store.refusals()
    assert store.refused_scan(reading.sha256) is None
    assert client.get(f"/source/{sha16}").status_code == 200
    assert len(store.registry().decisions.all) == 2
