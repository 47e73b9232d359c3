"""bench/reading.py measures what jixiao.ingest reads: the same projects in every format, a time for every step."""

import tomllib
from pathlib import Path

from bench import reading

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-jiguangongwei-2022.txt"


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
