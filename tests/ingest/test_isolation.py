"""A file that takes too long, too much memory or its process down is refused by name; the files around it are read."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest.isolation import Limits, read_isolated

BASE = "http://localhost:8000/"
# The processes import what they run, so it stands in a module of its own.
HOSTILE = """
import os, time
from jixiao.ingest.document import refused

def read(path, base):
    if "slow" in path.name:
        time.sleep(60)
    if "greedy" in path.name:
        bytearray(1 << 40)
    if "deadly" in path.name:
        os._exit(9)
    if "buggy" in path.name:
        raise ZeroDivisionError
    return refused(path.name, "读过了", "was read")
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "hostile_reading.py").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("hostile_reading")


def test_the_rest_go_on(hostile: Any, caplog: pytest.LogCaptureFixture) -> None:
    paths = [Path(name) for name in ("a", "slow", "b", "greedy", "deadly", "buggy", "c")]
    readings = list(read_isolated(paths, BASE, hostile.read, jobs=1, limits=Limits(seconds=3)))
    assert [reading.file_name for reading in readings] == [path.name for path in paths]
    reasons = {reading.file_name: reading.refusal.reasons[0] for reading in readings if reading.refusal}
    assert all("读过了" in reasons[name] for name in "abc")
    assert "3 秒" in reasons["slow"]
    assert "进程终止" in reasons["greedy"]
    assert "进程终止" in reasons["deadly"]
    assert "ZeroDivisionError" in reasons["buggy"]
    assert any(record.exc_info for record in caplog.records)


def test_no_file_needs_no_process(hostile: Any) -> None:
    assert list(read_isolated([], BASE, hostile.read)) == []
