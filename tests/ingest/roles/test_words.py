"""Roles of cells by their words, wherever these stand; words that labels.toml does not list, and the listed ones."""

import pytest

from jixiao.ingest.rendition import Cell
from jixiao.ingest.roles.labels import Known, bare, labels, like
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import Kind, chosen, line, of_text, role


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("本年度项目经费总额", Kind.AMOUNT, "annualRequest"),
        ("所属项目主管单位：", Kind.FIELD, "competentDepartment"),
        ("专项经费名称", Kind.FIELD, "name"),
        ("市财政拨款（万元）", Kind.AMOUNT, "fiscalFunds"),
        ("项项目名称", Kind.FIELD, "name"),
        ("预算项目名称", Kind.FIELD, "name"),
        ("课题名称", Kind.FIELD, "name"),
        ("二级项目编码", Kind.OTHER, None),
        ("课题经费来源", Kind.OTHER, None),
        ("是否跨年度实施", Kind.OTHER, None),
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
    "text",
    [
        *("项目完成及时率", "补助资金发放准确率", "绩效目标表", "部门项目", "金额", "项目名", "2024年预算资金12"),
        *("二级指标指标值", "总体目标年度目标", "项目绩效目标项目总目标年度总目标"),
        *("河道巡查项目编码", "乡镇项目名称", "招标项目名称"),
    ],
)
def test_values_torn_words_and_several_words_together_are_like_no_label(text: str) -> None:
    assert like(text) is None


def test_listed_words_stand_for_themselves() -> None:
    listed = {*labels().fields, *labels().amounts, *labels().goals, *labels().columns}
    assert {word for word in listed if like(word)} == set()


def test_words_of_different_roles_stand_for_nothing() -> None:
    assert Known({"实施单位": "body", "执行单位": "other"}).find("承担单位") is None


def test_bare_text_is_the_listed_word() -> None:
    assert bare("本年度项目经费总额") in labels().amounts
    assert bare("企业名称录") == "企业名称录"


def cell(text: str) -> Cell:
    return Cell(((1, text),))


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("项目名称：", Kind.FIELD, "name"),
        ("其中：财政拨款（万元）", Kind.AMOUNT, "fiscalFunds"),
        ("年度\n总体目标", Kind.GOAL, "annualGoal"),
        ("项目资金", Kind.MONEY, None),
        ("立项依据", Kind.SECTION, "立项依据"),
        ("项目负责人及电话", Kind.PERSON, None),
        ("中期指标", Kind.SEVERAL_YEARS, None),
        ("项目编码", Kind.OTHER, None),
        ("数量指标（10分）", Kind.LEVEL, None),
        ("三级指标", Kind.COLUMN, "name"),
        ("举办培训班", Kind.VALUE, None),
        ("", Kind.BLANK, None),
    ],
)
def test_words_tell_a_role(text: str, kind: Kind, meaning: str | None) -> None:
    told = role(cell(text))
    assert (told.kind, told.meaning) == (kind, meaning)


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("项目支出绩效目标申报表", Kind.TITLE, None),
        ("（2024年度）", Kind.YEAR, "2024"),
        ("单位：万元", Kind.UNIT, None),
    ],
)
def test_patterns_tell_a_line_over_a_form(text: str, kind: Kind, meaning: str | None) -> None:
    told = line(cell(text))
    assert (told.kind, told.meaning or None, told.evidence) == (kind, meaning, "line")


def test_a_value_is_told_by_its_place_alone() -> None:
    assert line(cell("举办培训班")) is None
    assert role(cell("举办培训班")).evidence == "place"
    assert role(cell("项目名称")).evidence == "word"


CHOICES = {
    "经常性项目（√） 一次性项目（ ）": "经常性项目",
    "经常性项目(   )一次性项目( √ )": "一次性项目",
    "（√）经常性项目 （ ）一次性项目": "经常性项目",
    "【 】新增项目【✔】延续项目": "延续项目",
    "新增项目[x] 延续项目[ ]": "新增项目",
    "经常性项目（V） 一次性项目（）": "经常性项目",
    "经常性项目（ ）\u3000一次性项目（∨）\u3000其他（ ）": "一次性项目",
    "经常性项目＿√＿ 一次性项目＿＿": "经常性项目",
    "经常性 V 一次性 □": "经常性",
    "○经常性 ●一次性": "一次性",
    "经常性☐ 一次性☒": "一次性",
    "1.□经常性项目 2.☑一次性项目": "一次性项目",
    "☑\ufe0f经常性项目 □一次性项目": "经常性项目",
    "\uf0fe经常性 \uf06f一次性": "经常性",
    "经常性\uf0a3 一次性\uf052": "一次性",
    # A cross beside a tick strikes its choice out.
    "经常性项目（×） 一次性项目（√）": "一次性项目",
    "☒经常性项目 ☑一次性项目": "一次性项目",
    "经常性✘ 一次性√": "一次性",
    "经常性项目（ ） 一次性项目（ ）": "",
    # Several, none for sure, and pieces of choices: the text as it is.
    "经常性项目（√） 一次性项目（√）": "经常性项目（√） 一次性项目（√）",
    "☒经常性 ☒一次性": "☒经常性 ☒一次性",
    "经常性项目（×） 一次性项目（ ）": "经常性项目（×） 一次性项目（ ）",
    "经常性项目（是√ 否□）": "经常性项目（是√ 否□）",
    "经常性 项目√ 一次性 项目□": "经常性 项目√ 一次性 项目□",
    # No boxes: brackets and letters of other words.
    "电压（V）": None,
    "\uf0a324小时": None,
    "经常性项目": None,
}


@pytest.mark.parametrize("text", CHOICES)
def test_choice_that_is_ticked(text: str) -> None:
    assert chosen(text) == CHOICES[text]


@pytest.mark.parametrize("text", ["河道保洁经费", "“专项”项目", "职工活动中心", "山塘加固（二期）"])
def test_the_label_of_names_makes_most_texts_a_name(text: str) -> None:
    assert may_name(text, "label")


@pytest.mark.parametrize("text", ["“帮扶工作经费”，", "山塘加固（", "公共文化项目代码", "合计"])
def test_torn_texts_labels_and_sums_are_no_name_beside_the_label_of_names(text: str) -> None:
    assert not may_name(text, "label")
