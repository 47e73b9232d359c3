"""Tables hold numbers exactly, or say that they cannot."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.store.tables.exact import PARTS_OF_YUAN, OddError, scaled, sortable
from tests.support.generated import tries

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)


@tries(100)
@given(NUMBERS, NUMBERS)
def test_texts_sort_as_their_numbers_do(one, other):
    assert (sortable(one) < sortable(other)) == (one < other)
    assert (sortable(one) == sortable(other)) == (one == other)


@pytest.mark.parametrize(
    ("smaller", "larger"), [("-85.5", "-85"), ("-100", "-85"), ("-1", "0"), ("0", "0.5"), ("0.05", "0.5"), ("9", "10")]
)
def test_negative_and_broken_numbers_sort_as_well(smaller, larger):
    assert sortable(smaller) < sortable(larger)
    assert sortable(larger) == sortable(f"{Decimal(larger)}0" if "." in larger else f"{larger}.0")


@tries(100)
@given(NUMBERS)
def test_money_is_held_exactly_or_not_at_all(number):
    try:
        assert Decimal(scaled(number)) / PARTS_OF_YUAN == number
    except OddError:
        assert number * PARTS_OF_YUAN % 1 or abs(number) * PARTS_OF_YUAN >= 10**16
