"""Workers: a document that takes too long, too much memory or its process down is refused; those around it are read."""

import gc
import importlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.originals import Original
from jixiao.ingest.recognition import bounds
from jixiao.ingest.result import Document
from jixiao.ingest.workers import (
    Allowance,
    WorkersLostError,
    executed,
    in_order,
    pack,
    processes,
    read_packed,
    spread,
    unpack,
)
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Pictured

BASE = "http://localhost:8000/"
# The processes import what they run, so it stands in a module of its own.
HOSTILE = """
import os, time
from jixiao.ingest.result import Document
from jixiao.ontology.steps import Step, reached

def read(documents):
    for name in (each.name for each in documents):
        reached(Step.PAGE, 12)
        if "slow" in name:
            time.sleep(60)
        if "greedy" in name:
            bytearray(1 << 40)
        if "deadly" in name:
            os._exit(9)
        if "buggy" in name:
            raise ZeroDivisionError
    return [each.name for each in documents]

def part(name):
    return read([Document(b"", name)])[0]
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "hostile_reading.py").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("hostile_reading")


def documents(*names: str) -> list[Original]:
    return [Original(Path(name), name, b"x") for name in names]


def test_the_rest_go_on(hostile: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Documents that share a chunk with such a one are read, too."""
    names = ["a", "slow", "b", "greedy", "deadly", "buggy", "c"]
    with processes(len(names), jobs=1, allowance=Allowance(seconds=2)) as workers:
        workers.most = 2
        found = {original.name: what for original, what in in_order(documents(*names), workers, hostile.read)}
    assert list(found) == names
    assert [name for name, what in found.items() if name == what] == ["a", "b", "c"]
    reasons = {
        name: what.refusal.reasons[0] for name, what in found.items() if isinstance(what, Reading) and what.refusal
    }
    place = "；读到：第 12 页"
    assert reasons["slow"] == (f"读取超过 2 秒，已停止{place} · reading took more than 2 s; it had come to: page 12")
    assert f"进程终止（超过内存上限）{place}" in reasons["greedy"]
    assert f"进程终止（退出码 9）{place}" in reasons["deadly"]
    assert "ZeroDivisionError" in reasons["buggy"]
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.judge
def test_a_part_that_ends_its_process_costs_itself_alone(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.ingest.workers.UNPACKING", Allowance(seconds=2))
    names = ["a", "deadly", "slow", "greedy", "b"]
    for jobs in (1, 2):
        found = [*spread(None, jobs)(hostile.part, [(name,) for name in names])]
        assert [found[0], found[-1]] == ["a", "b"]
        assert [each.en for each in found if isinstance(each, UnreadableError)] == [
            "its process died: exit status 9; it had come to: page 12",
            "reading took more than 2 s; it had come to: page 12",
            "its process died: it took more memory than it may; it had come to: page 12",
        ]


def test_with_one_process_a_part_begins_when_the_one_before_it_is_done(hostile: Any) -> None:
    begun: list[str] = []

    def parts() -> Iterator[tuple[str]]:
        for name in "abc":
            begun.append(name)
            yield (name,)

    for number, _ in enumerate(spread(None, 1)(hostile.part, parts()), 1):
        assert len(begun) == number


def test_pictures_may_take_longer_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    allowance = Allowance(seconds=10)
    monkeypatch.setattr("jixiao.ingest.workers.may_hold_pictures", lambda content: content.startswith(b"%PDF"))
    scan = b"%PDF" + bytes(996)
    assert allowance.allowed([Document(b"x" * 5_000, "a.txt")]) == 10
    assert allowance.allowed([Document(scan, "a.pdf"), Document(b"x", "a.txt")]) == 10 + bounds.seconds(1_000)
    assert allowance.allowed([Document(scan, "a.pdf", Pictured(b"{}"))]) == 10
    assert allowance.allowed([Document(scan, "a.pdf")] * 9) == 10 + bounds.seconds(9_000)


def test_what_is_settled_keeps_its_place_and_needs_no_process(hostile: Any) -> None:
    with processes(0) as workers:
        assert list(in_order([], workers, hostile.read)) == []
    settled = Original(Path("b"), "b", reading=Reading("b", ""))
    with ThreadPoolExecutor() as executor:
        found = list(in_order([*documents("a"), settled, *documents("c")], executed(executor, 3), hostile.read))
    assert [what for _, what in found] == ["a", settled.reading, "c"]


def test_a_chunk_leaves_no_garbage_for_a_rare_collection(filing: str) -> None:
    gc.collect()  # what other tests left
    gc.disable()
    try:
        read_packed([Document(filing.encode(), "a.txt")], DEFAULT_BASE)
        assert gc.collect() < 100
    finally:
        gc.enable()


def first(documents: list[Document]) -> list[str]:
    return [documents[0].name]


def test_documents_that_were_not_begun_are_handed_out_again() -> None:
    with ThreadPoolExecutor() as executor:
        workers = executed(executor, 5)
        workers.most = 3
        assert [what for _, what in in_order(documents(*"abcde"), workers, first)] == list("abcde")


def test_only_so_many_documents_are_under_way(hostile: Any) -> None:
    opened = 0

    def many() -> Any:
        nonlocal opened
        for opened in range(1, 1001):
            yield from documents(str(opened))

    with ThreadPoolExecutor(1) as executor:
        workers = executed(executor, 1000, jobs=1)
        bound = (workers.ahead + 1) * workers.most
        assert bound <= 32  # a worker holds the facts of all documents of a chunk
        for read, (_, what) in enumerate(in_order(many(), workers, hostile.read), 1):
            assert what == str(read)
            assert opened <= read + bound


@pytest.mark.judge
def test_an_executor_that_breaks_ends_the_call(hostile: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as executor:
        found = in_order(documents("a", "deadly", "b"), executed(executor, 3, jobs=1), hostile.read)
        with pytest.raises(WorkersLostError, match=r"再运行一次.*run the command again"):
            list(found)


def test_a_packed_reading_comes_back_whole(filing: str) -> None:

    documents = [Document(filing.encode(), "a.txt"), Document("全年修复善本两百册。\n".encode(), "b.txt")]
    for document, reading, packed in zip(
        documents, read_documents(documents, BASE), read_packed(documents, BASE), strict=True
    ):
        again = unpack(packed, document.content)
        assert again.account == reading.account
        assert again.refusal == reading.refusal
        for name in ("file_name", "sha256", "projects", "indicators", "citations", "warnings", "share"):
            assert getattr(again, name) == getattr(reading, name)
        if reading.deposit:
            assert again.deposit.source_triples == reading.deposit.source_triples
            assert pack(again) == pack(again)


def test_what_was_recognised_goes_with_a_reading_and_with_its_deposit(filing: str) -> None:
    for content, name in ((filing.encode(), "a.txt"), ("全年修复善本两百册。\n".encode(), "b.txt")):
        [reading] = read_documents([Document(content, name)], BASE)
        again = unpack(pack(replace(reading, recognition=b'{"pages": []}')), content)
        assert again.recognition == b'{"pages": []}'
        assert again.deposit is None or again.deposit.recognition == again.recognition
        assert (again.deposit is None) == (reading.deposit is None)


def test_workers_are_given_what_was_recognised_earlier() -> None:
    given: list[Any] = []

    def read(documents: Any) -> list[str]:
        given.extend(documents)
        return [each.name for each in documents]

    known, other = documents("a", "b")
    with ThreadPoolExecutor(1) as executor:
        workers = executed(executor, 2, jobs=1)
        found = list(in_order([replace(known, pictured=Pictured(b"{}")), other], workers, read))
    assert [name for _, name in found] == ["a", "b"]
    assert given == [Document(b"x", "a", Pictured(b"{}")), Document(b"x", "b")]
