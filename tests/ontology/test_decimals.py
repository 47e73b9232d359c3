"""Numbers as digits for readers."""

from fractions import Fraction

import pytest

from jixiao.ontology.text.decimals import counted, percent


@pytest.mark.parametrize(
    ("number", "few", "bodies"), [(0, "0 notes", "0 bodies"), (1, "1 note", "1 body"), (2, "2 notes", "2 bodies")]
)
def test_one_thing_has_no_plural(number: int, few: str, bodies: str) -> None:
    assert (counted(number, "note"), counted(number, "body", "bodies")) == (few, bodies)
    assert counted(1000 + number, "note").startswith("1,00")


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
