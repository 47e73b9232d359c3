"""Each step of repairing cells is listed among the mechanisms, and a mechanism that is left out does nothing."""

from pathlib import Path

from bench.mechanisms import Mechanism, mechanisms, steps


def test_each_step_is_listed() -> None:
    listed = {f"{mechanism.module}.{mechanism.name}" for mechanism in mechanisms()}
    assert set(steps()) - listed == set(), "add a line to bench/mechanisms.toml"


def test_each_mechanism_is_a_function_of_the_reading() -> None:
    assert all(mechanism.nodes > 1 for mechanism in mechanisms())


def test_files_count_by_where_they_are(tmp_path: Path) -> None:
    mechanism = Mechanism("cells.lines", "whole_word", "join")
    assert mechanism.files == set()
    assert not mechanism.is_out
