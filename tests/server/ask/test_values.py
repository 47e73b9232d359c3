"""Typed values are found in any words: numbers of documents, years, money, percentages, ranges, the first of many."""

import pytest

from jixiao.ontology.text.folding import fold
from jixiao.server.views.questions import values
from jixiao.server.views.questions.lexicon import Lexicon

UNITS = ("人", "次", "%", "家", "万元")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("哪些项目引用了松委发〔2009〕97号？", "松委发〔2009〕97号"),
        ("请问沪府办字【2023】5 号是谁引用", "沪府办字〔2023〕5号"),
        ("依据沪松府办(2020)50号文立项的项目", "沪松府办〔2020〕50号"),
        ("根据国发[2014]43号", "国发〔2014〕43号"),
        ("以中办发〔2020〕5号为依据", "中办发〔2020〕5号"),
        ("引用国务院令第711号的项目", "国务院令第711号"),
        ("以上海市人民政府令第35号为依据", "上海市人民政府令第35号"),
        ("which projects cite 松委发2009年97号?", "松委发〔2009〕97号"),
    ],
)
def test_numbers_of_documents(lexicon: Lexicon, text: str, number: str) -> None:
    [found] = values.find(fold(text), lexicon, UNITS, lambda _: False)
    assert (found.role, found.texts) == ("number", (number,))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2024年", "2024"),
        ("２０２４年度", "2024"),
        ("二〇二二年的项目", "2022"),
        ("22年的项目", "2022"),
        ("fy2022", "2022"),
        ("2022-2024年", "2022,2023,2024"),
        ("从2022年到2024年", "2022,2023,2024"),
        ("松江 2022", "2022"),
        ("超过2022元", ""),
        ("至少2000人", ""),
        ("近20年", ""),
        ("十四五", ""),
    ],
)
def test_years(lexicon: Lexicon, text: str, years: str) -> None:
    found = values.find(fold(text), lexicon, UNITS, lambda _: False)
    assert ",".join(each for value in found if value.role == "year" for each in value.texts) == years


@pytest.mark.parametrize(
    ("text", "role", "bounds", "unit"),
    [
        ("低于85%", "figure", "below 85", "%"),
        ("百分之九十以上", "figure", "at-least 90", "%"),
        ("不低于 ９５％", "figure", "at-least 95", "%"),
        ("≤5%", "figure", "at-most 5", "%"),
        ("at least 95 percent", "figure", "at-least 95", "%"),
        ("超过100人", "figure", "above 100", "人"),
        ("超过1000万元", "money", "above 10000000", None),
        ("一百万元以上", "money", "at-least 1000000", None),
        ("三百五十万以内", "money", "at-most 3500000", None),
        ("不到5万块", "money", "below 50000", None),
        ("5万块钱不到", "money", "below 50000", None),
        ("最多1.5亿", "money", "at-most 150000000.0", None),
        ("10万到50万之间", "money", "at-least 100000 at-most 500000", None),
        ("10到50万", "money", "at-least 100000 at-most 500000", None),
        ("介于10万和50万之间", "money", "at-least 100000 at-most 500000", None),
        ("between 100,000 and 500,000 yuan", "money", "at-least 100000 at-most 500000", None),
        ("less than RMB 100,000", "money", "below 100000", None),
        ("over 1.5 million yuan", "money", "above 1500000.0", None),
        ("100万", "money", "equal 1000000", None),
    ],
)
def test_money_and_figures(lexicon: Lexicon, text: str, role: str, bounds: str, unit: str | None) -> None:
    [found] = values.find(fold(text), lexicon, UNITS, lambda _: False)
    assert found.role == role
    assert " ".join(f"{comparison} {bound}" for comparison, bound in found.bounds) == bounds
    assert found.unit == unit


@pytest.mark.parametrize(("text", "count"), [("前10名", "10"), ("金额最大的三个项目", "3"), ("top 5 projects", "5")])
def test_the_first_of_many(lexicon: Lexicon, text: str, count: str) -> None:
    [found] = values.find(fold(text), lexicon, UNITS, lambda _: False)
    assert (found.role, found.texts) == ("top", (count,))


@pytest.mark.parametrize("text", ["一次性项目", "三级指标", "一共", "统一", "97号文被哪些项目引用"])
def test_numerals_inside_words_are_no_values(lexicon: Lexicon, text: str) -> None:
    assert values.find(fold(text), lexicon, UNITS, lambda _: False) == []


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("五十万左右", "at-least 450000 at-most 550000"),
        ("没有超过5万元", "at-most 50000"),
        ("有没有超过5万元的", "above 50000"),
        ("50万元（含）以上", "at-least 500000"),
        ("定在95%以上", "at-least 95"),
        ("定为80%", "equal 80"),
    ],
)
def test_comparisons_of_many_wordings(lexicon: Lexicon, text: str, bounds: str) -> None:
    [found] = values.find(fold(text), lexicon, UNITS, lambda _: False)
    assert " ".join(f"{comparison} {bound:f}" for comparison, bound in found.bounds) == bounds
