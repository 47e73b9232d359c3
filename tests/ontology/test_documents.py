"""Documents have a kind and issuers by their numbers, or by their titles if they have no number."""

import pytest

from jixiao.ontology import documents, terms
from jixiao.ontology.identity import DocumentNumber
from jixiao.ontology.numbers import parse
from jixiao.ontology.reference import reference
from jixiao.ontology.schemes import section_kind

KINDS = f"{terms.VOCAB}document-kind/"


def number(printed: str) -> DocumentNumber | None:
    found = parse(printed)
    assert found is not None or not printed
    return found


@pytest.mark.parametrize(
    ("printed", "title", "kind", "issuers"),
    [
        ("", "中华人民共和国预算法", "law", ()),
        ("", "中华人民共和国预算法（2018年修正）", "law", ()),
        ("", "某某资金管理办法", "rule", ()),
        ("", "上海市实施《中华人民共和国文物保护法》办法", "rule", ()),
        ("", "湖北省公共图书馆条例", "regulation", ()),
        ("", "中国共产党党组工作条例", "party-document", ()),
        ("", "中共中央 国务院关于全面实施预算绩效管理的意见", "party-document", ("中共中央", "国务院")),
        ("", "财政部、教育部关于某事的通知", "central-notice", ("财政部", "教育部")),
        ("", "中共上海市委上海市人民政府关于某事的意见", "party-document", ("中共上海市委", "上海市人民政府")),
        ("", "重庆市财政局关于下达某某资金的通知", "local-notice", ("重庆市财政局",)),
        ("", "省财政厅关于某事的通知", "unknown", ()),  # several provinces have one
        ("", "普陀区教育局关于某事的通知", "unknown", ()),  # there are two districts of this name
        ("", "松江区关于某事的意见", "unknown", ()),  # a place is no body
        ("", "文化和旅游部公共服务司、财务司关于某事的通知", "unknown", ()),
        ("", "GB/T 28220-2023", "standard", ()),
        ("", "某某三年行动计划", "unknown", ()),
        ("上海市人民政府令第35号", "上海市政府信息公开规定", "order", ("上海市人民政府",)),
        ("国务院令第722号", "优化营商环境条例", "regulation", ("国务院",)),
        ("中发〔2018〕34号", None, "party-document", ("中共中央",)),
        ("中发〔2018〕34号", "中共中央、国务院关于某事的意见", "party-document", ("中共中央", "国务院")),
        ("国办发〔2020〕5号", None, "central-notice", ("国务院办公厅",)),
        ("财预〔2020〕10号", "项目支出绩效评价管理办法", "central-notice", ("财政部",)),
        ("财教〔2019〕258号", "财政部教育部关于某事的通知", "central-notice", ("财政部", "教育部")),
        ("沪松府办〔2020〕50号", None, "local-notice", ("沪松府办",)),
        ("闽财农指〔2022〕72号", "福建省财政厅福建省水利厅关于某事的通知", "local-notice", ("闽财",)),
        ("松委发〔2009〕97号", None, "party-document", ("松委",)),
        ("普建委〔2025〕127号", None, "local-notice", ("普建委",)),  # a committee of the government
        ("清委振兴办〔2021〕1号", None, "unknown", ()),  # an office below a committee
        ("文旅科教发〔2021〕3号", None, "unknown", ()),  # 文 is a place and an organ
        ("科协发普字〔2021〕52号", None, "unknown", ()),
        ("财政部 税务总局公告2021年第12号", None, "central-notice", ("财政部", "税务总局")),
        ("阳泉市人民政府办公厅会议纪要〔2018〕54号", None, "local-notice", ("阳泉市人民政府办公厅",)),
    ],
)
def test_kinds_and_issuers(printed: str, title: str | None, kind: str, issuers: tuple[str, ...]) -> None:
    assert documents.kind(number(printed), title) == KINDS + kind
    assert documents.issuers(number(printed), title) == issuers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《某市某某办法》", "某市某某办法"),
        ("国务院 办公厅关于某事的意见", "国务院办公厅关于某事的意见"),
        ("某法（试行）", "某法(试行)"),
    ],
)
def test_titles_of_one_document_give_one_kind(one: str, other: str) -> None:
    assert documents.kind(None, one) == documents.kind(None, other)
    assert documents.issuers(None, one) == documents.issuers(None, other)


def test_the_kind_of_a_numbered_document_does_not_follow_its_title() -> None:
    titles = (None, "某某管理办法", "中共某县委关于某事的通知", "某某条例")
    assert len({documents.kind(number("沪财行〔2014〕24号"), title) for title in titles}) == 1


def test_every_kind_is_a_concept() -> None:
    concepts = {iri for iri in reference() if iri.startswith(KINDS)}
    assert {f"{KINDS}{name}" for name in ("law", "order", "unknown", "party-document")} <= concepts


def test_sections_have_concepts_by_their_own_names() -> None:
    assert section_kind("立项依据") == f"{terms.VOCAB}section-kind/basis"
    assert section_kind("项目总目标") == f"{terms.VOCAB}section-kind/overall-goal"
    assert section_kind("资金用途") is None
