"""Recognised words go into the store with the reading of a file, and are given to its next reading."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest import document
from jixiao.ingest.document import read_document, read_documents
from jixiao.ingest.load import ingest, read_files, reread
from jixiao.ingest.recognition import Recognition, kept_recognition
from jixiao.ingest.rendition import Rendition
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
