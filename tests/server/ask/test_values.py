"""Typed values are found in any words: numbers of documents, years, money, percentages, ranges, the first of many."""

import pytest

from jixiao.ontology.text.folding import fold
from jixiao.server.views.questions import values
from jixiao.server.views.questions.lexicon import Lexicon

UNITS = ("人", "次", "%", "家", "万元")
TOLD = {
    # numbers of documents
    "哪些项目引用了松委发〔2009〕97号？": ["number 松委发〔2009〕97号"],
    "请问沪府办字【2023】5 号是谁引用": ["number 沪府办字〔2023〕5号"],
    "依据沪松府办(2020)50号文立项的项目": ["number 沪松府办〔2020〕50号"],
    "根据国发[2014]43号": ["number 国发〔2014〕43号"],
    "以中办发〔2020〕5号为依据": ["number 中办发〔2020〕5号"],
    "引用国务院令第711号的项目": ["number 国务院令第711号"],
    "以上海市人民政府令第35号为依据": ["number 上海市人民政府令第35号"],
    "which projects cite 松委发2009年97号?": ["number 松委发〔2009〕97号"],
    # years
    "2024年": ["year 2024"],
    "２０２４年度": ["year 2024"],
    "二〇二二年的项目": ["year 2022"],
    "22年的项目": ["year 2022"],
    "fy2022": ["year 2022"],
    "2022-2024年": ["year 2022 2023 2024"],
    "从2022年到2024年": ["year 2022 2023 2024"],
    "松江 2022": ["year 2022"],
    "超过2022元": ["money above 2022"],
    "至少2000人": ["figure at-least 2000 人"],
    "近20年": ["figure at-least 18 at-most 22"],
    "十四五": [],
    # money and figures
    "低于85%": ["figure below 85 %"],
    "百分之九十以上": ["figure at-least 90 %"],
    "不低于 ９５％": ["figure at-least 95 %"],
    "≤5%": ["figure at-most 5 %"],
    "at least 95 percent": ["figure at-least 95 %"],
    "超过100人": ["figure above 100 人"],
    "超过1000万元": ["money above 10000000"],
    "一百万元以上": ["money at-least 1000000"],
    "三百五十万以内": ["money at-most 3500000"],
    "不到5万块": ["money below 50000"],
    "5万块钱不到": ["money below 50000"],
    "最多1.5亿": ["money at-most 150000000.0"],
    "10万到50万之间": ["money at-least 100000 at-most 500000"],
    "10到50万": ["money at-least 100000 at-most 500000"],
    "介于10万和50万之间": ["money at-least 100000 at-most 500000"],
    "between 100,000 and 500,000 yuan": ["money at-least 100000 at-most 500000"],
    "less than RMB 100,000": ["money below 100000"],
    "over 1.5 million yuan": ["money above 1500000.0"],
    "100万": ["money equal 1000000"],
    # the first of many
    "前10名": ["top 10"],
    "金额最大的三个项目": ["top 3"],
    "top 5 projects": ["top 5"],
    # numerals inside words are no values
    "一次性项目": [],
    "三级指标": [],
    "一共": [],
    "统一": [],
    "97号文被哪些项目引用": [],
    # comparisons of many wordings
    "五十万左右": ["money at-least 450000 at-most 550000"],
    "没有超过5万元": ["money at-most 50000"],
    "有没有超过5万元的": ["money above 50000"],
    "50万元（含）以上": ["money at-least 500000"],
    "定在95%以上": ["figure at-least 95 %"],
    "定为80%": ["figure equal 80 %"],
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.mark.parametrize(("text", "told"), TOLD.items())
def test_values_are_found_in_any_words(lexicon: Lexicon, text: str, told: list[str]) -> None:
    """A value is told by its role, its texts or bounds, and its unit."""
    assert [
        " ".join(
            [each.role, *each.texts, *(f"{sign} {bound:f}" for sign, bound in each.bounds), *filter(None, [each.unit])]
        )
        for each in values.find(fold(text), lexicon, UNITS, lambda _: False)
    ] == told
