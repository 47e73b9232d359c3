"""Amounts of money in words."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import mean, money


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("0", "0 元", "0 yuan"),
        ("754000.00", "75.4 万元", "754,000 yuan"),
        ("1472000", "147.2 万元", "1.472 million yuan"),
        ("1234567", "1,234,567 元", "1,234,567 yuan"),
        ("1486580.55", "1,486,580.55 元", "1,486,580.55 yuan"),
        ("9999", "9,999 元", "9,999 yuan"),
        ("10000", "1 万元", "10,000 yuan"),
        ("12345600", "1,234.56 万元", "12,345,600 yuan"),
        ("2845000000", "28.45 亿元", "2.845 billion yuan"),
        ("1E+8", "1 亿元", "100 million yuan"),
        ("123000000", "1.23 亿元", "123 million yuan"),
        ("123400000", "12,340 万元", "123.4 million yuan"),
        ("1235962919", "1,235,962,919 元", "1,235,962,919 yuan"),
        ("-1472000", "-147.2 万元", "-1.472 million yuan"),
    ],
)
def test_an_amount_is_worded_in_the_largest_unit_that_leaves_few_decimals(amount: str, zh: str, en: str) -> None:
    assert money(Decimal(amount)) == Bilingual(zh, en)


def test_an_amount_of_a_comparison_has_all_its_digits() -> None:
    assert money(Decimal("1472000.00"), in_yuan=True) == Bilingual("1,472,000 元", "1,472,000 yuan")


_UNITS = {"元": 1, "万元": 10**4, "亿元": 10**8, "yuan": 1, "million yuan": 10**6, "billion yuan": 10**9}


@given(strategies.decimals(-(10**12), 10**12, places=4))
def test_words_tell_the_exact_amount(amount: Decimal) -> None:
    said = money(amount)

    for text in (said.zh, said.en):
        figure, unit = text.split(" ", 1)
        assert Decimal(figure.replace(",", "")) * _UNITS[unit] == amount


@pytest.mark.parametrize(
    ("total", "number", "zh", "en"),
    [
        ("3000000", 2, "150 万元", "1.5 million yuan"),
        ("100.1", 2, "50.05 元", "50.05 yuan"),
        ("1000000", 3, "约 333,333 元", "about 333,333 yuan"),
        ("100", 3, "约 33.33 元", "about 33.33 yuan"),
        ("1000000.01", 2, "约 50 万元", "about 500,000 yuan"),
    ],
)
def test_a_mean_that_was_rounded_is_about(total: str, number: int, zh: str, en: str) -> None:
    assert mean(Decimal(total), number) == Bilingual(zh, en)
