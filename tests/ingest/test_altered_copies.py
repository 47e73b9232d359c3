"""Copies with inserted advertising, masks, words of finance systems and torn names, as they are read and stored."""

from collections.abc import Set

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ingest.document import Reading, read_document
from jixiao.ontology import terms

BASE = "http://localhost:8000/"


def read(text: str) -> Reading:
    return read_document(text.encode(), "a.txt", BASE)


def values(found: Reading, *names: str) -> Set[str]:
    assert found.deposit, found.refusal
    triples = (quad.triple for quad in parse(found.deposit.source_triples, RdfFormat.N_TRIPLES))
    objects = (triple.object for triple in triples if triple.predicate.value in names)
    return {value.value for value in objects if isinstance(value, Literal | NamedNode)}


@pytest.mark.usefixtures("every_rule")
def test_advertising_in_the_place_of_about_costs_the_title_alone(filing: str) -> None:
    cited = "《临江市人民政府中国竞彩网加强古籍保护工作的意见》"
    found = read(filing.replace("《临江市古籍保护办法》", cited))
    assert values(found, terms.printedTitle, terms.DCTERMS_title) == set()
    assert values(found, terms.printedNumber) == {"沪府发〔2020〕6号"}
    unnumbered = read(filing.replace("《临江市古籍保护办法》（沪府发〔2020〕6号）", cited))
    assert terms.hasCitation in values(unnumbered, terms.withheld)
    assert not [one for one in unnumbered.report.results if one.fault.name == "BasisWithoutNumber"]


@pytest.mark.usefixtures("every_rule")
def test_advertising_in_a_goal_withholds_the_goal_with_the_reason_and_the_line(filing: str) -> None:
    found = read(filing.replace("馆藏善本得到修复。", "按《狗万客户端市古籍保护条例》修复馆藏善本。"))
    assert values(found, terms.withheld) >= {terms.hasGoal}
    assert "修复善本两百册。" in values(found, terms.text)
    assert not any("狗万" in text for text in values(found, terms.text))
    left_out = [one for one in found.report.results if one.fault.name == "PrintedNotTakenIn"]
    [told] = [one for one in left_out if "绩效目标" in one.message.zh]
    assert told.lines
    assert "副本被改动过" in told.message.zh


@pytest.mark.parametrize("mask", ["[201] (略) ", "（略）", "*** "])
def test_mask_in_front_of_a_whole_name_is_no_part_of_it(filing: str, mask: str) -> None:
    found = read(filing.replace("临江市文化局", f"{mask}重庆市荣昌区林业局"))
    assert "重庆市荣昌区林业局" in values(found, terms.fullName)
    assert not any("略" in name or "*" in name for name in values(found, terms.fullName, terms.RDFS_label))


@pytest.mark.parametrize(
    ("name", "masked", "lost"),
    [
        ("临江市文化局", "（略）文化局", terms.competentDepartment),
        ("临江市文化局", "临江市XX局", terms.competentDepartment),
        ("经常性项目", "*****其他专项业务费", terms.JX + "category"),
    ],
)
def test_masked_value_is_withheld(filing: str, name: str, masked: str, lost: str) -> None:
    assert lost in values(read(filing.replace(name, masked)), terms.withheld)


@pytest.mark.parametrize("suffix", ["部门", "本级"])
def test_word_of_a_finance_system_makes_no_second_body(filing: str, suffix: str) -> None:
    text = filing.replace("临江市文化局", f"重庆市荣昌区林业局{suffix}").replace("临江市图书馆（本级）", "荣昌区林业局")
    found = read(text)
    assert values(found, terms.fullName) == {"重庆市荣昌区林业局"}
    assert len(values(found, terms.competentDepartment, terms.implementingUnit)) == 1


def test_body_torn_before_its_last_character_is_the_other_one_of_the_form(filing: str) -> None:
    text = filing.replace("临江市文化局", "重庆市荣昌区林业").replace("临江市图书馆（本级）", "重庆市荣昌区林业局")
    found = read(text)
    assert values(found, terms.fullName) == {"重庆市荣昌区林业局"}
