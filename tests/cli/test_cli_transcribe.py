"""`jixiao registry transcribe`: what a person reads in a scan takes the place of what was recognised."""

import re
import shutil

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ingest.certainty.weighing import READ
from jixiao.ingest.document import read_documents
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.result import Document
from jixiao.ingest.writing import unfit, writing
from jixiao.ontology import reasons, terms
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Pictured, Store, sums
from jixiao.store.commit.upcoming import as_json
from tests.support import scanned_forms
from tests.support.pages import ended
from tests.support.scanned_forms import ROWS

TARGET, AMOUNT = "424,280,474,290", "424,220,464,230"
"""The regions of ≥200册 and 约十二万."""


@pytest.fixture(scope="module")
def scan():
    """A scan with two withheld amounts and a withheld target."""
    form = scanned_forms.form()
    seen = scanned_forms.recognised(form, second={"≥200册": "≥260册"})
    return scanned_forms.scanned(form, "a b.png", DEFAULT_BASE, recognition=seen)


@pytest.fixture(scope="module")
def filled(scan, tmp_path_factory):
    """The store that no test changes."""
    store = Store.create(tmp_path_factory.mktemp("transcribe") / "store", DEFAULT_BASE)
    with writing(store) as batch:
        batch.add(scan)
        batch.commit()
    return store


@pytest.fixture
def store(filled, tmp_path):
    return Store.open(shutil.copytree(filled.path, tmp_path / "store"))


def transcribe(run, store, *place, by="预算科"):
    grounds = ("--reason", "对照原件", "--date", "2024-03-01", "--by", by)
    return run("registry", "transcribe", "--store", store.path, *grounds, "--", *place)


def facts(store, sha16):
    """The facts that a source states, as property and value."""
    graph = NamedNode(f"{DEFAULT_BASE}graph/source/{sha16}")
    quads = store.present().graph.quads_for_pattern(None, None, None, graph)
    return {(quad.predicate.value.rpartition("#")[2], quad.object.value) for quad in quads}


def test_a_line_that_is_confirmed_settles_all_its_facts(run, store, scan):
    before, kept = store.present().manifest.checksum, store.recognition(scan.sha16)
    done = transcribe(run, store, scan.sha16, "1", TARGET, " ≥2\u202e00\u0007册\u200b\r\n")  # controls are left out
    assert done.stderr.startswith("决定 decision 1：a b.png 第 1 页 page：照识别的 as recognised → ≥200册")
    read = {("targetText", "≥200册"), ("targetOperator", terms.ge), ("targetValue", "200"), ("targetUnit", "册")}
    assert read <= facts(store, scan.sha16)
    lines = store.ledger(scan.sha16)["lines"]
    [entry] = (fact for line in lines for fact in line["facts"] if fact["property"] == terms.targetValue)
    assert (entry["score"], reasons.kept(entry["confirmed"])) == (1.0, READ)
    assert entry["decision"].endswith("/id/decision/1")
    assert store.pictured(scan.sha256).recognition == kept, "what the engine saw is left as it was"
    after = store.present().manifest.checksum
    assert run("reread", scan.sha16, "--store", store.path).returncode == 0
    assert store.present().manifest.checksum == after
    assert run("registry", "undo", "1", "--store", store.path).returncode == 0
    assert store.present().manifest.checksum == before


def test_a_second_reading_takes_the_place_of_the_first(run, store, scan):
    """Sources are named by number, address or file name; a smaller region grows to that of the first reading."""
    assert transcribe(run, store, "a b.png", "1", AMOUNT, "120000元").returncode == 0
    assert ("annualRequest", "120000") in facts(store, scan.sha16)
    address = f"{DEFAULT_BASE}id/source/{scan.sha16}"
    assert transcribe(run, store, address, "1", "440,221,450,229", "130000元").returncode == 0
    assert ("annualRequest", "130000") in facts(store, scan.sha16)
    [decision] = store.registry().decisions.all
    assert decision.iri.endswith("/2")
    assert (decision.text(terms.recognisedText), decision.text(terms.transcribedText)) == ("约十二万", "130000元")
    assert (decision.text(terms.region), decision.text(terms.decidedBy)) == ("xywh=424,220,40,10", "预算科")
    assert [(entry.event, entry.by) for entry in store.log()][1] == ("undone", "预算科")
    again = transcribe(run, store, "a b.png", "1", AMOUNT, "130000元")
    assert (again.returncode, "was read so before" in again.stderr) == (2, True)
    assert transcribe(run, store, "a b.png", "1", AMOUNT, "").returncode == 0
    assert ("annualRequest", "130000") not in facts(store, scan.sha16)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (("c.png", "1", AMOUNT, "一"), "no such source"),
        (("a b.png", "2", AMOUNT, "一"), "was not recognised"),
        (("a b.png", "1", "424,220,464", "一"), "left,top,right,bottom"),
        (("a b.png", "1", "464,220,424,230", "一"), "left,top,right,bottom"),
        (("a b.png", "1", "900,1,910,9", "一"), "0,0,600,800"),
        (("a b.png", "1", "1,1,9,9", ""), "no text here anyway"),
        (("a b.png", "1", AMOUNT, f"十{UNREAD}万"), "the character that stands for"),
        (("a b.png", "1", AMOUNT, "长" * 20_001), "too long"),
        (("a b.png", "1", AMOUNT, "一\n" * 401), "too many lines"),
        (("a b.png", "1", "144,130,184,140", ""), "could be accepted"),
    ],
)
def test_nothing_is_stored_of_a_bad_reading(place, told, run, filled):
    done = transcribe(run, filled, *place)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (filled.path / "registry.ttl").exists()
    assert filled.present().number == 1


def test_a_transcription_of_another_recognition_is_told(run, store, scan):
    assert transcribe(run, store, "a b.png", "1", TARGET, "≥200册").returncode == 0
    assert list(unfit(store)) == []
    registry = store.path / "registry.ttl"
    registry.write_text(registry.read_text().replace('recognisedText "≥200册"', 'recognisedText "≥300册"'))
    sums.update(store.path, registry)
    [objection] = unfit(store)
    assert "has no effect" in objection.sentence
    with writing(store) as batch:
        batch.commit()
    assert ("targetValue", "200") not in facts(store, scan.sha16)


def test_a_scan_read_by_a_person_states_what_the_text_form_states(run, tmp_path):
    rows = [*ROWS[:3], ("项目资金总额（元）", "120000", "年度资金申请总额（元）", "60000")]
    form = scanned_forms.form([*rows, ("其中：财政资金", "50000", "其他资金", "10000")])
    text = scanned_forms.read(form, "a.pdf", DEFAULT_BASE)
    misread = {"数量指标": "数晨指杯", "2023-12-31": "2O23-12-3l"}
    unsure = {"修复册数": 0.3, **dict.fromkeys(misread, 0.7)}
    seen = scanned_forms.recognised(form, scores=unsure, second={"120000": "126000"}, instead=misread)
    scan = scanned_forms.scanned(form, "a.pdf", DEFAULT_BASE, recognition=seen)
    store = Store.create(tmp_path / "store", DEFAULT_BASE)
    with writing(store) as batch:
        batch.add(scan)
        batch.commit()
    for word in scanned_forms.recognised(form).pages[0].words:
        if word.text in {*unsure, "120000", "60000"}:
            ended(0, transcribe(run, store, "a.pdf", "1", ",".join(map(str, word.box)), word.text))
    graph = NamedNode(f"{DEFAULT_BASE}graph/source/{scan.sha16}")
    stated = comparable(quad.triple for quad in store.present().graph.quads_for_pattern(None, None, None, graph))
    assert stated == comparable(quad.triple for quad in parse(text.source_triples, RdfFormat.N_TRIPLES))


def comparable(triples):
    """Triples without number, digest, type and size of the file, and without what is told of recognition."""
    found = {tuple(re.sub(r"(?<=source/)[0-9a-f]{16}", "", str(term)) for term in triple) for triple in triples}
    own = (terms.sha256, terms.DCTERMS_format, terms.DCTERMS_extent, terms.recognisedBy, terms.lookAlike)
    return {each for each in found if each[1].strip("<>") not in own}


def test_a_refused_scan_is_taken_in_once_its_project_is_read(run, tmp_path):
    form, misread = scanned_forms.form(), {"古籍修复": "古藉修复"}
    seen = scanned_forms.recognised(form, scores={"古籍修复": 0.6, "临江市文化局": 0.7}, instead=misread)
    content = scanned_forms.picture(form)
    [reading] = read_documents([Document(content, "a.png", Pictured(as_json(seen.to_json())))], DEFAULT_BASE)
    assert reading.refusal
    store = Store.create(tmp_path / "store", DEFAULT_BASE)
    with writing(store) as batch:
        batch.refuse(reading.refusal, reading.recognition, content)
        batch.commit()
    first = transcribe(run, store, "a.png", "1", "144,130,184,140", "古籍修复")
    assert (first.returncode, "is still refused" in first.stderr) == (0, True)
    second = transcribe(run, store, reading.sha256, "1", "144,160,204,170", "临江市文化局")
    assert (second.returncode, "refused" in second.stderr) == (0, False)
    [source] = store.sources()
    assert list(source.projects.values()) == ["古籍修复"]
    assert (store.refusals(), store.refused_scan(reading.sha256)) == ((), None)
    assert len(store.registry().decisions.all) == 2
