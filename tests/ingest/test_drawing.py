"""The cells of a file with their roles, drawn as lines of text."""

from pathlib import Path

import pytest

from jixiao.ingest.drawing import read_evidence, read_roles
from jixiao.ingest.result import Document

CASES = Path(__file__).parent / "cases"


def drawn(case: str) -> str:
    [found] = read_roles([Document((CASES / case / "filing.txt").read_bytes(), "filing.txt")])
    return "\n".join(found.drawing)


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        pytest.param(
            "cells-that-run-together-in-one-line",
            "    1  ●field:name 项目名称 │ ○value 古渡口清淤及护岸加固",
            id="cells that ran together stand apart",
        ),
        pytest.param("unit-in-the-cell", "●column:level1 一级指标", id="a column"),
        pytest.param("unit-in-the-cell", "●level 产出指标", id="a cell that is surely a level"),
        pytest.param("unit-in-the-cell", "◐title ", id="a cell that is less surely a title"),
        pytest.param("form-whose-first-rows-have-other-labels", "≈", id="a word with the listed one that it is like"),
        pytest.param("indicators-in-sentences-broken-over-lines", "⊘ 绩效指标/indicator", id="what is withheld"),
    ],
)
def test_roles_say_what_a_cell_is_and_how_surely(case: str, shown: str) -> None:
    assert shown in drawn(case)


def test_no_person_is_drawn() -> None:
    text = drawn("contact-persons")
    assert text
    assert not [person for person in ("赵甲乙", "0571-88880001", "钱丙丁", "13900000001") if person in text]


def test_evidence_of_a_refused_file_is_told_with_what_lacks() -> None:
    content = (CASES / "award-of-a-contract-with-name-body-and-money" / "filing.txt").read_bytes()
    [found] = read_evidence([Document(content, "filing.txt")])
    text = "\n".join(found.drawing)
    assert "不够 · too little" in found.drawing[0]
    assert "-3  招标、采购或合同的栏目" in text
    assert "缺 lacking  +3  绩效目标一栏" in text
    assert "缺 lacking  -" not in text


def test_evidence_of_a_form_lacks_nothing() -> None:
    content = (CASES / "unit-in-the-cell" / "filing.txt").read_bytes()
    [found] = read_evidence([Document(content, "filing.txt")])
    assert "够了 · enough" in found.drawing[0]
    assert "lacking" not in "".join(found.drawing)


def test_evidence_of_a_file_that_is_no_text_is_a_refusal() -> None:
    [found] = read_evidence([Document(b"\x00\x01\x02" * 99, "filing.bin")])
    assert found.refusal
