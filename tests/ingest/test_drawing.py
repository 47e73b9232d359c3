"""Stages of reading, drawn as lines of text."""

from pathlib import Path

import pytest

from jixiao.ingest.drawing import STAGES, read_drawings
from jixiao.ingest.result import Reading

CASES = Path(__file__).parent / "cases"


def reading(case: str, stage: str) -> Reading:
    [found] = read_drawings([((CASES / case / "filing.txt").read_bytes(), "filing.txt")], stage)
    return found


def drawn(case: str, stage: str) -> list[str]:
    return list(reading(case, stage).drawing)


def test_cells_that_ran_together_are_drawn_apart() -> None:
    assert "    1  项目名称 │ 古渡口清淤及护岸加固" in drawn("cells-that-run-together-in-one-line", "cells")


def test_roles_say_what_a_cell_is_and_how_surely() -> None:
    text = "\n".join(drawn("unit-in-the-cell", "roles"))
    assert "●field:name 项目名称 │ ○value:name " in text
    assert "●column:level1 一级指标" in text
    assert "●level 产出指标" in text


def test_structure_shows_a_project_with_the_lines_of_its_parts() -> None:
    text = "\n".join(drawn("narrative-and-form-of-one-project", "structure"))
    assert "  1. " in text
    assert "说明 narrative" in text
    assert "section 立项依据: " in text
    assert "产出指标 › " in text
    assert "cites: " in text


def test_what_is_withheld_is_drawn_with_its_place() -> None:
    assert "⊘ " in "\n".join(drawn("cut-off-before-a-target", "structure"))


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_shows_a_person(stage: str) -> None:
    text = "\n".join(drawn("contact-persons", stage))
    assert text
    assert not [person for person in ("赵甲乙", "0571-88880001", "钱丙丁", "13900000001") if person in text]


def test_a_file_of_another_kind_has_cells_and_no_structure() -> None:
    assert reading("whole-department", "cells").drawing
    refusal = reading("whole-department", "structure").refusal
    assert refusal
    assert "整体支出" in refusal.reasons[0]
