"""Questions of many wordings are read as they are meant, or not at all, and every reading says what it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.ask.meant import Asking, is_meant, questions


@pytest.mark.sampled(4)
@pytest.mark.sampled(18)
@pytest.mark.parametrize(
    "question",
    [
        *questions("questions.yaml"),
        *questions("held_apart.yaml"),
        *questions("wordings.yaml"),
        *questions("kinds.yaml"),
    ],
    ids=lambda question: question["q"],
)
def test_questions_are_read_as_meant(asking: Asking, question: dict[str, Any]) -> None:
    reading = asking.read(question["q"])
    assert is_meant(asking, reading, question), (reading.sentence, dict(reading.params))


def test_a_reading_says_if_only_names_were_searched(asking: Asking) -> None:
    assert "只查了项目名称，没有查目标和指标" in asking.read("在哪些地方有培训项目").sentence.zh


def test_laws_are_said_to_be_taken_for_documents(asking: Asking) -> None:
    assert "“哪些法律”按文件理解" in asking.read("哪些法律被引用最多").sentence.zh
    assert "“laws” is taken for documents" in asking.read("Which laws are cited most?").sentence.en


def test_findings_of_a_rule_are_not_said_to_be_all(asking: Asking) -> None:
    assert "规则可能另有条件" in asking.read("哪些依据没有文号").sentence.zh


def test_the_region_of_documents_is_that_of_projects(asking: Asking) -> None:
    assert "地区是引用文件的项目的" in asking.read("上海市的项目引用了哪些文件").sentence.zh
