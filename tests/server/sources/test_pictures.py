"""Painting pages: a file that breaks its painter, or never ends, costs no more than one process of limited means."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jixiao.server.errors import LimitError, PoolBusyError
from jixiao.server.sources import pictures
from jixiao.server.sources.pictures import Pictures
from tests.support.pdfs import at, document


def test_a_file_that_cannot_be_painted_is_not_tried_again_at_once(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"%PDF-1.7\nnothing more")
    kept = Pictures()
    with pytest.raises(LimitError):
        kept.of(("broken", 1, 0), path)
    path.write_bytes(document(at(50, 50, "甲")))
    with pytest.raises(LimitError):
        kept.of(("broken", 1, 0), path)
    assert kept.of(("whole", 1, 0), path).startswith(b"\x89PNG")


def test_a_page_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_SECONDS", 1)
    path = tmp_path / "endless.pdf"
    path.write_bytes(document("0 0 600 800 re f\n" * 1_000_000 + "0 0 m 600 800 l S\n" * 2_000_000))
    began = time.monotonic()
    with pytest.raises(LimitError):
        Pictures().of(("endless", 1, 0), path)
    assert time.monotonic() - began < 5


def test_too_many_requests_at_once_are_turned_away(tmp_path: Path) -> None:
    kept = Pictures()
    while kept._entrance.acquire(blocking=False):
        pass
    with pytest.raises(PoolBusyError):
        kept.of(("any", 1, 0), tmp_path)
