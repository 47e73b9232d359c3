"""Words that labels.toml does not list, and the listed words that they stand for."""

import pytest

from jixiao.ingest.roles.labels import Known, bare, labels, like
from jixiao.ingest.roles.role import Kind, of_text


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("本年度项目经费总额", Kind.AMOUNT, "annualRequest"),
        ("所属项目主管单位：", Kind.FIELD, "competentDepartment"),
        ("专项经费名称", Kind.FIELD, "name"),
        ("市财政拨款（万元）", Kind.AMOUNT, "fiscalFunds"),
        ("项项目名称", Kind.FIELD, "name"),
        ("绩??效指??标", Kind.GROUP, None),
        ("绩?????????? 效?????????? 目???????? 标", Kind.GROUP, None),
    ],
)
def test_unknown_words_have_the_role_of_their_parts(text: str, kind: Kind, meaning: str | None) -> None:
    found = of_text(text)
    assert (found.kind, found.meaning, found.evidence) == (kind, meaning, "likeness")
    assert found.score is not None
    assert 0 < found.score <= 1


@pytest.mark.parametrize(
    "text", ["项目完成及时率", "补助资金发放准确率", "绩效目标表", "部门项目", "金额", "项目名", "2024年预算资金12"]
)
def test_values_and_torn_words_are_like_no_label(text: str) -> None:
    assert like(text) is None


@pytest.mark.parametrize("text", ["二级指标指标值", "总体目标年度目标", "项目绩效目标项目总目标年度总目标"])
def test_several_known_words_together_are_like_none(text: str) -> None:
    assert like(text) is None


def test_listed_words_stand_for_themselves() -> None:
    listed = {*labels().fields, *labels().amounts, *labels().goals, *labels().columns}
    assert {word for word in listed if like(word)} == set()


def test_words_of_different_roles_stand_for_nothing() -> None:
    assert Known({"实施单位": "body", "执行单位": "other"}).find("承担单位") is None


def test_bare_text_is_the_listed_word() -> None:
    assert bare("本年度项目经费总额") in labels().amounts
