"""Amounts in words are read as those in figures."""

from decimal import Decimal

import pytest

from jixiao.ingest.certainty import capitals

READ = [
    ("壹佰贰拾万元整", "1200000"),
    ("人民币伍拾万元整", "500000"),
    ("壹亿贰仟万元整", "120000000"),
    ("壹拾贰万叁仟肆佰伍拾陆元柒角捌分", "123456.78"),
    ("贰佰零伍元整", "205"),
    ("拾万圆整", "100000"),
]


@pytest.mark.parametrize(("words", "yuan"), READ, ids=[words for words, _ in READ])
def test_words_are_yuan(words: str, yuan: str) -> None:
    assert list(capitals.sums(f"合计（大写）：{words}。")) == [Decimal(yuan)]


def test_other_numerals_are_none() -> None:
    assert list(capitals.sums("一百二十万元，壹期工程，三元路")) == []
