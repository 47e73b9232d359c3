"""Malformed document numbers: each way to get one wrong is found, and nothing well-formed is."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.citations import citations, malformed_numbers
from jixiao.ontology.numbers import find

MALFORMED = (
    "松委〔2021年〕6号",
    "松委发2009）97号",
    "松委发（2009 97号",
    "松委发（2009］97号",
    "松委发〔2009)97号",
    "松委发[[2009]97号",
    "松委发〔2009〕〕97号",
    "松委发〔209〕97号",
    "闵委发[20017]38号",
    "松委发〔2109〕97号",
    "松委办〔〕5号",
    "松委办〔2018〕号",
    "松委〔2021〕第号",
    "闵委发[2017]38",
    "松委发2009 97号",
    "沪府发2020第6号",
    "上海市人民政府令第号",
)
WELL_FORMED = (
    "松委发（2009）97号", "松委发【2009】97 号", "沪府办字〔2023〕5 号", "沪府发〔2020〕6-1号",
    "松委发2009年第97号", "沪府发〔2020〕六号", "沪府发﹝2020﹞6号", "沪府发(2020）6号", "沪府发〔2020〕\n6号",
    "松委发〔2009〕97、98号", "国办发〔2019〕第5、6号", "松委发〔2009〕97号、〔2010〕5号",
    "财政部税务总局公告2021年第12号", "粤财预〔2021〕第3号", "上海市人民政府令第 35 号",
    "上海市人民政府令（第35号）", "上海市人民政府令35号", "松委发〔2009〕97号文",
)  # fmt: skip
OTHER = (
    "2022年1月至2022年12月", "“十四五”（2020-2025）专项规划", "章程（2018）修订",
    "合同编号：沪政采〔2020〕12", "简报〔2020〕第6期", "（2022年度）", "《2010-2020年改革纲要》",
    "附件（3）97号", "教育部（2021）3项", "〔2020〕沪01民初123号", "国务院（2021）",
)  # fmt: skip


def printed(text: str) -> Printed:
    return Printed(((Place(1, 0), text),))


@pytest.mark.parametrize("number", MALFORMED)
@pytest.mark.parametrize("around", ["根据{}。", "《某办法》（{}）；", "《某办法》{}，"])
def test_malformed(number: str, around: str) -> None:
    assert [fault.printed for fault in malformed_numbers(around.format(number))] == [number]


@pytest.mark.parametrize("number", [*WELL_FORMED, *OTHER])
@pytest.mark.parametrize("around", ["根据{}。", "《某办法》（{}）；", "{}"])
def test_no_fault(number: str, around: str) -> None:
    assert not malformed_numbers(around.format(number))


@pytest.mark.parametrize("number", MALFORMED)
def test_it_belongs_to_the_title_beside_it(number: str) -> None:
    cited = citations(printed(f"《甲办法》（沪府发〔2020〕6号）、《乙办法》（{number}）"), "立项依据", bare=True)
    assert [citation.malformed for citation in cited] == [None, number]


@given(st.sampled_from(["〔〕", "（）", "[]", "【】"]), st.integers(1949, 2099), st.integers(1, 9999), st.booleans())
def test_what_is_well_formed_is_left_alone(brackets: str, year: int, serial: int, blank: bool) -> None:
    text = f"根据《某办法》（沪府发{brackets[0]}{year}{brackets[1]}{serial}{' ' * blank}号）的规定"
    assert len(find(text)) == 1
    assert not malformed_numbers(text)


@given(st.text(st.sampled_from("沪府发松委办〔〕（）[]【】2009年第97号令、，。 \n"), max_size=50))
def test_any_text_is_read(text: str) -> None:
    for fault in malformed_numbers(text):
        assert text[fault.start : fault.end].strip() == fault.printed
