"""bench/reading.py measures what jixiao.ingest reads: the same projects in every format, a time for every step."""

from pathlib import Path

import pytest

from bench import reading
from jixiao.ingest.document import read_document

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-jiguangongwei-2022.txt"


@pytest.mark.judge
def test_versions_hold_what_the_text_holds() -> None:
    wanted = read_document(EXAMPLE.read_bytes(), EXAMPLE.name, reading.DEFAULT_BASE)
    found = {
        form: read_document(content, "a", reading.DEFAULT_BASE) for form, (content, _) in reading.versions(EXAMPLE)
    }
    assert found.keys() == {"txt", *reading.OTHERS}
    for form, each in found.items():
        assert (each.projects, each.indicators, each.citations) == (
            wanted.projects,
            wanted.indicators,
            wanted.citations,
        ), form


@pytest.mark.judge
def test_cost_is_of_every_step() -> None:
    versions = dict(reading.versions(EXAMPLE))
    for form in ("docx", "txt"):
        row = reading.measured(form, [versions[form]], rounds=1)
        assert row[:3] == [form, 1, "4 projects"]
        *steps, whole = row[3:-2]
        assert len(steps) == len(reading.STEPS)
        assert all(isinstance(step, float) and step > 0 for step in steps)
        assert isinstance(whole, float)
        assert abs(whole - sum(step for step in steps if isinstance(step, float))) < 0.001
