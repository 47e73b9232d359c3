"""Recognised words, kept as JSON, go into the store with the reading of a file and are given to its next reading."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest import document
from jixiao.ingest.document import read_document, read_documents
from jixiao.ingest.load import ingest, read_files, reread
from jixiao.ingest.recognition import Box, Certainty, RecognisedPage, Recognition, Word, kept_recognition
from jixiao.ingest.rendition import Cell, Line, Rendition, Row
from jixiao.ingest.result import Document
from jixiao.store import Pictured, Store
from tests.support.scanned import scanned

BASE = "http://localhost:8000/"
Given = list[Recognition | None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """The recognitions that readers are given; every file is read as if it were a scan."""
    seen: Given = []

    def read(content: bytes, recognition: Recognition | None = None) -> Rendition:
        seen.append(recognition)
        return scanned(content.decode())

    monkeypatch.setattr(document, "read", read)
    return seen


def test_a_reading_has_what_was_recognised_accepted_or_not(given: Given, filing: str) -> None:
    for content in (filing, "全年修复善本两百册。\n"):
        reading = read_document(content.encode(), "a.png", BASE)
        assert (reading.deposit is None) == (content != filing)
        assert reading.recognition
        assert kept_recognition(reading.recognition) == scanned(content).recognition
        assert reading.deposit is None or reading.deposit.recognition == reading.recognition
        [again] = read_documents([Document(content.encode(), "a.png", Pictured(reading.recognition))], BASE)
        assert again.recognition == reading.recognition
    assert [recognition is None for recognition in given] == [True, False] * 2


@pytest.mark.judge
def test_what_is_torn_is_recognised_anew(given: Given, filing: str) -> None:
    for torn in (b"{", b"{}", b"[]", b'{"engine": {}, "pages": [1]}'):
        read_documents([Document(filing.encode(), "a.png", Pictured(torn))], BASE)
    assert given == [None] * 4


@pytest.mark.judge
def test_a_store_gives_it_to_later_readings(
    given: Given, filing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan, letter = tmp_path / "a.png", tmp_path / "b.png"
    scan.write_text(filing)
    letter.write_text("全年修复善本两百册。\n")
    store = Store.create(tmp_path / "store", BASE)
    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            ingest([scan, letter], store, executor=executor)
    [source] = store.sources()
    kept = scanned(filing).recognition
    assert given == [None, None, scanned("全年修复善本两百册。\n").recognition]
    assert kept_recognition(store.recognition(source.sha16) or b"") == kept

    def read_here(*args: Any, **kwargs: Any) -> Any:
        with ThreadPoolExecutor(1) as executor:
            yield from read_files(*args, executor=executor, **kwargs)

    monkeypatch.setattr("jixiao.ingest.load.read_files", read_here)
    before = store.current()
    assert [outcome.status for outcome in reread(store, [source.sha16])] == ["reread"]
    after = store.current()
    assert given[3:] == [kept]
    assert before.manifest.checksum == after.manifest.checksum
    assert kept_recognition(store.recognition(source.sha16) or b"") == kept


LABEL = Word("项目资金", Box(10, 10, 60, 22), (0.99, 0.98, 1.0, 0.97))
AMOUNT = Word("1 200.5", Box(70, 10, 120, 22), (0.9, 0.95, 0.95, 0.95, 0.95, 0.95), "1200.5")
DOUBTFUL = Word("2018", Box(130, 10, 160, 22), (0.9, 0.8, 0.9, 0.9), "2013")
PAGE = RecognisedPage(1, Box(0, 0, 595, 842), 90.4, (Box(0, 5, 500, 5),), (LABEL, AMOUNT, DOUBTFUL))
RECOGNITION = Recognition({"rapidocr": "3.10.0"}, (PAGE,))


def rendition() -> Rendition:
    where = [{"page": 1, "box": tuple(word.box)} for word in PAGE.words]
    lines = tuple(Line(n, word.text, place) for n, (word, place) in enumerate(zip(PAGE.words, where, strict=True), 1))
    rows = tuple(Row((Cell(((line.number, line.text),)),)) for line in lines)
    return Rendition("image/png", "utf-8", lines, rows, recognition=RECOGNITION)


def test_a_recognition_is_read_as_it_was_kept() -> None:
    assert Recognition.from_json(json.loads(json.dumps(RECOGNITION.to_json()))) == RECOGNITION


def test_quarter_turns_leave_out_the_skew() -> None:
    assert PAGE.turns == 1


def test_lines_are_as_sure_as_their_least_character() -> None:
    assert rendition().certainty == {1: Certainty(0.97), 2: Certainty(0.9), 3: Certainty(0.8, "2013")}


def test_parts_of_a_line_on_later_pages_count() -> None:
    line = Line(1, "项目资金2018", {"page": 2, "box": (0.0, 0.0, 9.0, 9.0), "then": (1, 0.0, 0.0, 200.0, 30.0)})
    made = Rendition("image/png", "utf-8", (line,), (), recognition=RECOGNITION)
    assert made.certainty == {1: Certainty(0.8, "项目资金2013")}


def test_other_formats_say_nothing_of_certainty() -> None:
    assert Rendition("text/plain", "utf-8", (Line(1, "项目"),), ()).certainty == {}
