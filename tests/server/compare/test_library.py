"""The library of indicators: counted as in the graph.

Targets and sums are compared both ways alike, and no difference stands where something speaks against it.
"""

import csv
import io
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from itertools import permutations
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, strategies as st
from openpyxl import load_workbook
from pyoxigraph import QuerySolutions

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell
from jixiao.server.apps.compare.verdicts import of_cells, of_targets, paired, reason
from jixiao.store import Generation
from jixiao.store.tables.exact import number, sortable
from tests.support.pages import replied

LIBRARY = "/views/indicator-library"
JX = "https://w3id.org/jixiao/ontology#"


@pytest.fixture(scope="module")
def generation(years):
    found = years.current()
    assert isinstance(found, Generation)
    return found


def stated(generation):
    """Name, project and target of each indicator."""
    found = generation.graph.query(
        f"SELECT DISTINCT ?i ?name ?project ?value WHERE {{ ?project <{JX}hasIndicator> ?i ."
        f" ?i <http://www.w3.org/2000/01/rdf-schema#label> ?name OPTIONAL {{ ?i <{JX}targetValue> ?value }} }}",
        use_default_graph_as_union=True,
    )
    assert isinstance(found, QuerySolutions)
    return [(r["name"].value, r["project"].value, r["value"].value if r["value"] else None) for r in found]


@pytest.mark.parametrize(
    "given", [{}, {"year": "2022"}, {"type": "满意度"}, {"text": "率"}, {"year": "2023", "text": "数"}]
)
def test_numbers_are_those_of_the_graph(given, comparing, generation):
    found = comparing.get(LIBRARY, params={"format": "json", "limit": "10000", **given}).json()["rows"]
    assert found
    every, kinds = stated(generation), Counter(row["name"] for row in found)
    if not given:
        assert set(kinds) == {name for name, *_ in every}
    for row in found:
        mine = [(project, value) for name, project, value in every if name == row["name"]]
        numeric = [Decimal(value) for _, value in mine if value is not None]
        if not given and kinds[row["name"]] == 1:
            assert (row["projects"], row["indicators"]) == (len({project for project, _ in mine}), len(mine))
            ends = [row["least"], row["most"]] if numeric else []
            assert ends == [float(end(numeric)) for end in (min, max) if numeric]
        assert 0 <= row["numeric"] <= row["indicators"] <= len(mine)


def test_the_page_leads_to_the_chart_and_to_files(comparing):
    moved = replied(
        308, comparing.get("/indicators", params={"text": "学员满意度", "year": "2022"}, follow_redirects=False)
    )
    assert urlsplit(moved.headers["location"]).path == LIBRARY
    assert dict(parse_qsl(urlsplit(moved.headers["location"]).query)) == {"text": "学员满意度", "year": "2022"}
    page = comparing.get(LIBRARY, params={"lang": "en"}, headers={"Accept": "text/html"})
    text = comparing.get(LIBRARY, params={"text": "率", "lang": "en"}, headers={"Accept": "text/html"}).text
    assert re.search(r'href="/charts/targets\?text=', text)
    [link] = re.findall(r'href="(/views/indicator-library[^"]*format=csv[^"]*)"', page.text)
    head, *cells = csv.reader(io.StringIO(comparing.get(unescape(link)).text.removeprefix("\ufeff")))
    assert head[:3] == ["Indicator", "Operator", "Unit"]
    assert {each[1] for each in cells} <= {"no sign", "=", "≥", "≤", ">", "<", "≈", "between"}
    replied(200, comparing.get(LIBRARY, params={"version": "000001", "lang": "en"}, headers={"Accept": "text/html"}))


def test_the_library_is_a_spreadsheet_too(comparing):
    sent = comparing.get(LIBRARY, params={"format": "xlsx", "headings": "en", "limit": "10000"})
    head, *rows = load_workbook(io.BytesIO(sent.content))["Data"].iter_rows(values_only=True)
    listed = comparing.get(LIBRARY, params={"format": "json", "limit": "10000"}).json()["rows"]
    found = Counter((row[0], row[head.index("Indicators")]) for row in rows)
    assert found == Counter((row["name"], row["indicators"]) for row in listed)


def test_names_and_filters_that_fit_nothing(comparing):
    page = comparing.get(LIBRARY, params={"text": "没有的", "lang": "en"}, headers={"Accept": "text/html"})
    assert (page.status_code, "Nothing" in page.text) == (200, True)
    page = replied(400, comparing.get(LIBRARY, params={"year": "x", "lang": "en"}, headers={"Accept": "text/html"}))
    assert comparing.get(LIBRARY, params={"year": "x", "format": "json"}).status_code == 400


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
        for number, kind in ((1, "annualRequest"), (2, "handedDown"), (3, "annualRequest"))
    )
    assert [each.en for each in of_cells("", (one, other), SIDES).reasons] == [
        "the amounts are not of one kind: annual request, handed down by notices"
    ]
    assert of_cells("", (one, larger), SIDES).change == 2
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
