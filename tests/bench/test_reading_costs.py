"""bench/reading.py measures what jixiao.ingest reads: the same projects in every format, a time for every step."""

import tomllib
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
        cost = reading.measured([versions[form]], rounds=1)
        assert (cost.files, cost.count, cost.unit) == (1, 4, "project")
        assert tuple(cost.ratios) == reading.STEPS
        assert all(spent > 0 for spent in (*cost.seconds.values(), cost.parsing))


def test_step_whose_ratio_changed_by_more_than_a_third_is_named() -> None:
    kept = tomllib.loads(reading.as_toml({"txt": {"read": 3.0, "extract": 21.0, "emit": 3.0}}))
    assert not list(reading.changed(kept, kept))
    assert not list(reading.changed(kept, {"txt": {"read": 3.9, "extract": 15.0, "emit": 3.0}}))
    now = {"txt": {"read": 4.1, "extract": 13.0, "emit": 3.0}, "pdf": {"read": 1.0}}
    named = [line.partition(":")[0] for line in reading.changed(kept, now)]
    assert named == ["txt read", "txt extract", "pdf read"]


def test_ratios_are_kept_of_every_step_in_every_format() -> None:
    kept = tomllib.loads(reading.KEPT.read_text(encoding="utf-8"))
    assert kept.keys() == {"txt", *reading.OTHERS}
    assert all(tuple(ratios) == reading.STEPS for ratios in kept.values())
