"""The library of indicators: counted as in the graph.

Targets and sums are compared both ways alike, and no difference stands where something speaks against it.
"""

import re
from decimal import Decimal
from itertools import permutations
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell
from jixiao.server.apps.compare.verdicts import of_cells, of_targets, paired, reason
from jixiao.store.tables.exact import number, sortable
from tests.support.pages import replied

LIBRARY = "/views/indicator-library"


def test_the_former_address_leads_to_the_page_and_that_to_the_chart(comparing):
    moved = replied(
        308, comparing.get("/indicators", params={"text": "学员满意度", "year": "2022"}, follow_redirects=False)
    )
    assert urlsplit(moved.headers["location"]).path == LIBRARY
    assert dict(parse_qsl(urlsplit(moved.headers["location"]).query)) == {"text": "学员满意度", "year": "2022"}
    text = comparing.get(LIBRARY, params={"text": "率", "lang": "en"}, headers={"Accept": "text/html"}).text
    assert re.search(r'href="/charts/targets\?text=', text)


def test_a_table_that_lacks_names_says_so(comparing):
    cut = comparing.get(LIBRARY, params={"format": "csv", "limit": "3"})
    assert cut.headers["x-result-cut"] == "rows=3"
    assert 'offset=3>; rel="next"' in cut.headers["link"]
    whole = comparing.get(LIBRARY, params={"format": "csv", "limit": "10000"})
    assert "x-result-cut" not in whole.headers
    assert 'rel="next"' not in whole.headers["link"]


@given(st.decimals(-(10**12), 10**12, places=6))
def test_numbers_of_the_tables_are_read_back(value):
    assert number(sortable(value)) == value


SIDES = (Bilingual("甲", "A"), Bilingual("乙", "B"))
NUMBERS = st.decimals(-1000, 1000, places=2)


def target(  # noqa: PLR0917 - the columns of a target in their order
    text,
    operator=None,
    value=None,
    upper=None,
    unit=None,
    qualifier=None,
):
    """An indicator's row with its target as printed and as read."""
    named = dict.fromkeys(("name", "indicator", "level1", "level2", "source", "line"))
    read = {"text": text, "operator": operator, "value": value, "upper": upper, "unit": unit, "qualifier": qualifier}
    return named | read


TARGETS = st.builds(
    target,
    text=st.sampled_from([None, "及时", "≥90%", " 及时"]),
    operator=st.sampled_from([None, "ge", "eq", "between"]),
    value=st.none() | NUMBERS,
    upper=st.none() | NUMBERS,
    unit=st.sampled_from([None, "%", "％", "次"]),
    qualifier=st.sampled_from([None, "12月底前"]),
)


def verdict(one, other):
    """The row with the verdict on the targets of two indicators."""
    return of_targets((one, other), SIDES)


@given(TARGETS, TARGETS)
def test_targets_are_compared_both_ways_alike(one, other):
    there, back = verdict(one, other), verdict(other, one)
    assert there.comparable == back.comparable
    assert {each.code for each in there.reasons} == {each.code for each in back.reasons}
    assert there.change == (None if back.change is None else -back.change)
    assert there.comparable == (there.change is not None)


@given(TARGETS)
def test_a_target_with_a_number_equals_itself(one):
    assert verdict(one, one).comparable == (one["value"] is not None)
    assert not verdict(one, one).change


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
def test_what_speaks_against_a_comparison_of_targets(one, other, code):
    assert [each.code for each in verdict(one, other).reasons] == [code]


def test_amounts_of_several_kinds_are_not_compared():
    one, other, larger = (
        Cell(number=Decimal(number), like={"amountKind": kind})
        for number, kind in ((1, "requested"), (2, "handedDown"), (3, "requested"))
    )
    assert [each.en for each in of_cells("", (one, other), SIDES).reasons] == [
        "the amounts are not of one kind: requested, handed down"
    ]
    assert of_cells("", (one, larger), SIDES).change == 2
    of_year, of_term = (
        Cell(number=Decimal(1), like={"period": period}) for period in ("本预算年度", "全部年度（一年或几年）")
    )
    assert [each.en for each in of_cells("", (of_year, of_term), SIDES).reasons] == [
        "the amounts are not of one kind: fiscal year, whole term (of one year or several)"
    ]
    assert [each.code for each in of_cells("", (one, Cell()), SIDES).reasons] == ["none-stated"]
    assert of_cells("", (one, larger), SIDES, [reason("shared")]).change is None


def test_names_borne_twice_are_not_paired():
    sides = [
        [{"name": name} for name in names] for names in (["培训", "会议", "档案", "档案"], ["会 议", "档案", "调研"])
    ]
    for order in permutations(range(2)):
        both, others = paired([sides[n] for n in order])
        assert [{row["name"] for row in rows} for rows in both] == [{"会议", "会 议"}]
        assert {row["name"] for rows in others for of_side in rows for row in of_side} == {"培训", "调研", "档案"}
