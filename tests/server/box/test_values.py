"""Values in texts: document numbers, years, money, percentages and bounds, however they are written."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text.folding import fold
from jixiao.server.box import values
from tests.server.box.texts import TEXTS

CASES = {
    "2022年的项目": [("year", "is", "2022")],
    "松江22年": [("year", "is", "2022")],
    "干了5年": [],
    "二〇二二年度": [("year", "is", "2022")],
    "fy2022": [("year", "is", "2022")],
    "2021-2023年": [("year", "is", "2021 2022 2023")],
    "2021年到2023年": [("year", "is", "2021 2022 2023")],
    "2021 to 2023": [("year", "is", "2021 2022 2023")],
    "2021和2023年": [("year", "is", "2021"), ("year", "is", "2023")],
    "from 2020 to 2022": [("year", "is", "2020 2021 2022")],
    "between 2023 and 2025": [("year", "is", "2023 2024 2025")],
    "介于2019年和2021年": [("year", "is", "2019 2020 2021")],
    "no later than 2018": [("year", "most", "2018")],
    "no earlier than 2018": [("year", "least", "2018")],
    "prior to 2019": [("year", "below", "2019")],
    "2018年前": [("year", "below", "2018")],
    "2020年后": [("year", "above", "2020")],
    "2018年前三季度": [("year", "is", "2018"), ("top", "is", "3")],
    "2022年以来": [("year", "least", "2022")],
    "since 2022": [("year", "least", "2022")],
    "after 2022": [("year", "above", "2022")],
    "before 2022": [("year", "below", "2022")],
    "三个以上指标": [("counted", "least", "3")],
    "五个指标": [("counted", "is", "5")],
    "有两个依据": [("counted", "is", "2")],
    "有一个指标": [],
    "at least three indicators": [("counted", "least", "3")],
    "two million yuan": [("money", "is", "2000000")],
    "期限两年": [("months", "is", "24")],
    "2000元": [("money", "is", "2000")],
    "一百万以上": [("money", "least", "1000000")],
    "超过50万元": [("money", "above", "500000")],
    "不到10万": [("money", "below", "100000")],
    "300万元以内": [("money", "most", "3000000")],
    "10万到100万": [("money", "between", "100000 1000000")],
    "10至100万元之间": [("money", "between", "100000 1000000")],
    "between 1 and 2 million yuan": [("money", "between", "1000000 2000000")],
    "above 5 million yuan": [("money", "above", "5000000")],
    "below 500,000 yuan": [("money", "below", "500000")],
    "10 million yuan or more": [("money", "least", "10000000")],
    "约100万": [("money", "between", "900000 1100000")],
    "98%以上": [("percent", "least", "98")],
    "低于90%": [("percent", "below", "90")],
    "百分之九十五": [("percent", "is", "95")],
    "at least 98%": [("percent", "least", "98")],
    "不低于90分": [("points", "least", "90")],
    "前三个": [("top", "is", "3")],
    "top 5": [("top", "is", "5")],
    "最多的五个区": [("top", "is", "5"), ("group", "is", "county")],
    "前五个市政项目": [("top", "is", "5")],
    "top 3 cities": [("top", "is", "3"), ("group", "is", "prefecture")],
    "哪五个单位": [("top", "is", "5")],
    "哪一个项目": [],
    "the three districts": [("top", "is", "3"), ("group", "is", "county")],
    "九成五以上": [("percent", "least", "95")],
    "最大的5个项目": [("top", "is", "5")],
    "the three largest projects": [("top", "is", "3")],
    "第二大": [("rank", "is", "2")],
    "一共多少钱": [],
    "松委发〔2009〕97号": [("number", "is", "松委发〔2009〕97号")],
    "引用松委发(2009)97号的": [("number", "is", "松委发〔2009〕97号")],
    "松委发【2009】097号文": [("number", "is", "松委发〔2009〕97号")],
}


def found(text):
    return [(each.kind, each.operator, " ".join(each.values)) for each in values.find(fold(text), Nothing())]


class Nothing:
    """Names of a dataset without documents."""

    def names(self, kind, text, limit=20):
        return []


@pytest.mark.parametrize("text", CASES)
def test_values_are_found_as_they_are_written(text):
    assert found(text) == CASES[text]


@pytest.mark.parametrize("text", ["松委发2009-97", "2009年97号文", "松委发2009 97号", "松委发97号文"])
def test_a_known_number_is_found_in_any_form(evaluated, text):
    assert [each.values for each in values.find(text, evaluated.present().index)] == [("松委发〔2009〕97号",)]


@given(TEXTS)
def test_any_text_has_values_in_order_and_apart(text):
    pieces = values.find(fold(text), Nothing())
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    assert all(each.values and each.start < each.end for each in pieces)


@given(st.integers(1, 999), st.sampled_from(["万", "万元", "元", "亿"]))
def test_an_amount_with_a_unit_is_money(figure, unit):
    assert [kind for kind, *_ in found(f"超过{figure}{unit}")] == ["money"]
