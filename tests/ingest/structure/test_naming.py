"""Projects without a name take one from titles, headings or two places of their text, and from nothing general."""

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.model import Form, Narrative, Section
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.filing import borrowed
from tests.support import forms
from tests.support.forms import printed

PLACE = Place(1, 0)


def form(title: str, above: str | None = None) -> Form:
    return Form({}, (), {}, (), first=PLACE, titles=(printed(title),), above=printed(above) if above else None)


def story(overview: str, basis: str) -> Narrative:
    texts = {"项目概述": overview, "立项依据": basis}
    return Narrative(None, None, tuple(Section(word, word, PLACE, printed(text)) for word, text in texts.items()))


def name(*parts: Narrative | Form) -> str | None:
    narrative = next((part for part in parts if isinstance(part, Narrative)), None)
    single = next((part for part in parts if isinstance(part, Form)), Form({}, (), {}, ()))
    found = borrowed(narrative, single)
    return found[0].text if found else None


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("1、消防宣传经费绩效目标表", "消防宣传经费"),
        ("附件2：2024年河道整治资金绩效目标申报表", "2024年河道整治资金"),
        ("古籍修复项目支出绩效目标表（2023年度）", "古籍修复"),
        ("项目支出绩效目标申报表", None),
        ("2024年度部门预算项目支出绩效目标表", None),
        ("中央对地方专项转移支付区域绩效目标表", None),
        ("临江市水务局2024年项目支出绩效目标表", None),
        ("临江市2024年市直部门预算项目支出绩效目标表", None),
        ("某园区重点项目绩效目标表", None),
        ("临江大学项目支出绩效目标表", None),
        ("清淤部门整体支出绩效目标表", None),
    ],
)
def test_title_of_a_form_names_a_project_unless_it_is_general(title: str, found: str | None) -> None:
    assert name(form(title)) == found


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("（二）“馆藏整理”项目", "馆藏整理"),
        ("3.库房维修经费", "库房维修经费"),
        ("三、2024年部门项目", None),
        ("库房维修经费", None),
        ("三、绩效目标情况", None),
    ],
)
def test_line_above_the_title_names_a_project(above: str, found: str | None) -> None:
    assert name(form("项目支出绩效目标表", above)) == found


@pytest.mark.parametrize(
    ("title", "above", "found"),
    [
        ("消防宣传经费绩效目标表", "3.库房维修经费", None),
        ("库房维修经费绩效目标表", "3.2024年库房维修经费", "库房维修经费"),
        ("消防宣传经费绩效目标表", "（二）“馆藏整理”项目", "馆藏整理"),
        ("消防宣传经费绩效目标表", "三、2024年部门项目", "消防宣传经费"),
    ],
)
def test_of_two_names_without_a_margin_none_is_stated(title: str, above: str, found: str | None) -> None:
    assert name(form(title, above)) == found


@pytest.mark.parametrize(
    ("overview", "basis", "found"),
    [
        ("由水务局建设的青河水闸工程，位于城东。", "《关于青河水闸工程初步设计的批复》", "青河水闸工程"),
        ("临江市青河水闸工程项目位于城东。", "关于同意青河水闸工程项目可行性研究报告的批复", "青河水闸工程"),
        ("由水务局建设的青河水闸工程，位于城东。", "《关于印发青河水闸工程管理方案的通知》", None),
        ("由水务局建设的青河水闸二期，位于城东。", "《关于青河水闸工程初步设计的批复》", None),
        ("青河水闸工程二期位于城东。", "《关于青河水闸工程初步设计的批复》", None),
        ("位于城东。后建青河水闸工程。", "《关于青河水闸工程初步设计的批复》", None),
        ("由水务局建设的青河水闸工程，位于城东。", "《临江市河道管理办法》", None),
    ],
)
def test_text_names_a_project_where_two_places_agree(overview: str, basis: str, found: str | None) -> None:
    assert name(story(overview, basis)) == found


def test_name_of_a_narrative_is_borrowed_by_a_form_only() -> None:
    titled = Narrative(None, printed("青河清淤"), ())
    assert name(titled) is None
    assert name(titled, form("项目支出绩效目标表")) == "青河清淤"
    assert name(titled, Form({"name": printed("清淤")}, (), {}, (), first=PLACE)) is None


@pytest.mark.parametrize("label", ["支出功能分类科目", "资金来源", "部门编码"])
def test_a_name_that_holds_another_label_is_none(label: str) -> None:
    [project] = extract(read(forms.form(f"渡口修缮{label}公路养护2140106").encode())).projects
    assert project.name is None
