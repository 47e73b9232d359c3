"""bench/reading.py measures what jixiao.ingest reads: the same projects in every format, a time for every step."""

from pathlib import Path

from bench import measuring, reading

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-jiguangongwei-2022.txt"


def test_step_whose_ratio_changed_by_more_than_a_third_is_named() -> None:
    kept = {"txt": {"read": 3.0, "extract": 21.0, "emit": 3.0}}
    assert not list(reading.changed(kept, kept))
    assert not list(reading.changed(kept, {"txt": {"read": 3.9, "extract": 15.0, "emit": 3.0}}))
    now = {"txt": {"read": 4.1, "extract": 13.0, "emit": 3.0}, "pdf": {"read": 1.0}}
    named = [line.partition(":")[0] for line in reading.changed(kept, now)]
    assert named == ["txt read", "txt extract", "pdf read"]


def test_ratios_are_kept_of_every_step_in_every_format() -> None:
    kept = measuring.kept(reading.KEPT)
    assert kept.keys() == {"txt", *reading.OTHERS}
    assert all(tuple(ratios) == reading.STEPS for ratios in kept.values())


def test_numbers_are_written_beside_those_of_other_runs(tmp_path: Path) -> None:
    file = tmp_path / "kept.toml"
    file.write_text('# Numbers.\n\n["a b"]\nread = 3\n\n["c"]\nread = 1.5\n', encoding="utf-8")
    measuring.compare(file, {"c": {"read": 2.0}}, reading.changed, keep=True)
    assert file.read_text(encoding="utf-8").startswith("# Numbers.\n")
    assert measuring.kept(file) == {"a b": {"read": 3}, "c": {"read": 2.0}}
