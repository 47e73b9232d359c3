"""Numbers as digits for readers."""

from fractions import Fraction

import pytest

from jixiao.ontology.text.decimals import percent


@pytest.mark.parametrize(
    ("share", "places", "printed"),
    [
        (0, 1, "0.0"),
        (1.0, 1, "100.0"),
        (0.125, 1, "12.5"),
        (0.0003, 1, "<0.1"),
        (0.9997, 1, ">99.9"),
        (Fraction(1, 300), 0, "<1"),
        (Fraction(299, 300), 0, ">99"),
        (Fraction(1, 3), 0, "33"),
    ],
)
def test_a_share_is_rounded_to_none_or_all_only_if_it_is(share: float, places: int, printed: str) -> None:
    assert percent(share, places) == printed
