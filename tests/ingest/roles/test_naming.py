"""Texts that may name a project, by the evidence for them and against them."""

import pytest

from jixiao.ingest.roles.naming import may_name


@pytest.mark.parametrize("text", ["河道保洁经费", "“专项”项目", "职工活动中心", "山塘加固（二期）"])
def test_the_label_of_names_makes_most_texts_a_name(text: str) -> None:
    assert may_name(text, "label")


@pytest.mark.parametrize("text", ["“帮扶工作经费”，", "山塘加固（", "公共文化项目代码", "合计"])
def test_torn_texts_labels_and_sums_are_no_name_beside_the_label_of_names(text: str) -> None:
    assert not may_name(text, "label")
