"""Targets and sums are compared both ways alike, and no difference stands where something speaks against it."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import paired
from jixiao.server.apps.compare.verdicts import (
    KINDS,
    Sum,
    kind_of_amount,
    of_amounts,
    of_sums,
    of_targets,
    reason,
)
from jixiao.server.views.answers import Row

SIDES = (Bilingual("甲", "A"), Bilingual("乙", "B"))
NUMBERS = st.decimals(-1000, 1000, places=2)


def target(  # noqa: PLR0917 - the columns of a target in their order
    text: str | None,
    operator: str | None = None,
    value: Decimal | None = None,
    upper: Decimal | None = None,
    unit: str | None = None,
    qualifier: str | None = None,
) -> Row:
    """An indicator's row with its target as printed and as read."""
    return {"text": text, "operator": operator, "value": value, "upper": upper, "unit": unit, "qualifier": qualifier}


TARGETS = st.builds(
    target,
    text=st.sampled_from([None, "及时", "≥90%", " 及时"]),
    operator=st.sampled_from([None, "ge", "eq", "between"]),
    value=st.none() | NUMBERS,
    upper=st.none() | NUMBERS,
    unit=st.sampled_from([None, "%", "％", "次"]),
    qualifier=st.sampled_from([None, "12月底前"]),
)
SUMS = st.integers(0, 9).flatmap(lambda n: st.builds(Sum, st.just(n), st.integers(0, n), NUMBERS))


@given(TARGETS, TARGETS)
def test_targets_are_compared_both_ways_alike(one: Row, other: Row) -> None:
    there, back = of_targets((one, other), SIDES), of_targets((other, one), SIDES[::-1])
    assert there.comparable == back.comparable
    assert {each.code for each in there.reasons} == {each.code for each in back.reasons}
    assert there.change == (None if back.change is None else -back.change)
    assert there.comparable == (there.change is not None)


@given(TARGETS)
def test_a_target_with_a_number_equals_itself(one: Row) -> None:
    verdict = of_targets((one, one), SIDES)
    assert verdict.comparable == (one["value"] is not None)
    assert not verdict.change


@given(SUMS, SUMS)
def test_sums_are_compared_if_every_project_states_the_amount(one: Sum, other: Sum) -> None:
    verdict = of_sums((one, other), SIDES)
    assert verdict.comparable == all(each.projects == each.stated > 0 for each in (one, other))
    assert verdict.change == (other.total - one.total if verdict.comparable else None)
    assert of_sums((one, other), SIDES, [reason("shared")]).change is None


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (target("≥90%", "ge", Decimal(90), unit="%"), target("=90%", "eq", Decimal(90), unit="%"), "signs-differ"),
        (target("≥90%", "ge", Decimal(90), unit="%"), target("≥90", "ge", Decimal(90)), "units-differ"),
        (target("及时", None), target("≥90", "ge", Decimal(90)), "words"),
        (target("及时", None), target("及时 ", None), "words-equal"),
        (target(None), target("≥90", "ge", Decimal(90)), "no-target"),
        (target("1", "eq", Decimal(1), qualifier="5月前"), target("1", "eq", Decimal(1)), "qualifiers-differ"),
        (
            target("2-4", "between", Decimal(2), Decimal(4)),
            target("2-5", "between", Decimal(2), Decimal(5)),
            "ranges",
        ),
    ],
)
def test_what_speaks_against_a_comparison_of_targets(one: Row, other: Row, code: str) -> None:
    assert [each.code for each in of_targets((one, other), SIDES).reasons] == [code]


def test_amounts_of_several_kinds_are_not_compared() -> None:
    verdict = of_amounts((Decimal(1), Decimal(2)), ("annualRequest", "totalAmount"), SIDES)
    assert [each.text.en for each in verdict.reasons] == [
        "the amounts are not of one kind: annual request, total amount"
    ]
    assert of_amounts((Decimal(1), Decimal(3)), ("annualRequest", "annualRequest"), SIDES).change == 2
    assert of_amounts((Decimal(1), None), ("annualRequest", None), SIDES).change is None


def test_kinds_of_amounts_have_names() -> None:
    assert all(kind_of_amount(kind).zh != kind for kind in KINDS)


def test_names_borne_twice_are_not_paired() -> None:
    sides = [
        [{"name": name} for name in names] for names in (["培训", "会议", "档案", "档案"], ["会 议", "档案", "调研"])
    ]
    for order in permutations(range(2)):
        pairs = paired([sides[n] for n in order])
        assert [{row["name"] for row in rows} for rows in pairs.both] == [{"会议", "会 议"}]
        assert {row and row["name"] for rows in pairs.some for row in rows} == {None, "培训", "调研"}
        assert sorted(len(things) for of_side in pairs.several for things in of_side.values()) == [1, 2]
