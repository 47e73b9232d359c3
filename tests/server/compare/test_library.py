"""The library of indicators: counted by tables of facts as by queries, quartiles as the standard library has them."""

import csv
import io
import re
import statistics
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from statistics import median
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given, strategies as st
from openpyxl import load_workbook
from pyoxigraph import QuerySolutions

from jixiao.server.apps.compare import library
from jixiao.server.apps.compare.library import spread, spreads
from jixiao.server.apps.compare.verdicts import DIRECTORY, Facts
from jixiao.server.runtime.service import Service
from jixiao.server.views import view_files
from jixiao.server.views.answers import Row
from jixiao.server.views.names import Queried
from jixiao.store import Generation, Store
from jixiao.store.index.facts import number, sortable
from tests.server.conftest import answering

BASE = "http://localhost:8000/"
JX = "https://w3id.org/jixiao/ontology#"


@pytest.fixture(scope="module")
def generation(years: Store) -> Generation:
    found = years.current()
    assert isinstance(found, Generation)
    return found


def stated(generation: Generation) -> list[tuple[str, str, str | None]]:
    """Name, project and target of each indicator."""
    found = generation.graph.query(
        f"SELECT DISTINCT ?i ?name ?project ?value WHERE {{ ?project <{JX}hasIndicator> ?i ."
        f" ?i <http://www.w3.org/2000/01/rdf-schema#label> ?name OPTIONAL {{ ?i <{JX}targetValue> ?value }} }}",
        use_default_graph_as_union=True,
    )
    assert isinstance(found, QuerySolutions)
    return [(r["name"].value, r["project"].value, r["value"].value if r["value"] else None) for r in found]


def test_numbers_are_those_of_the_graph(comparing: httpx.Client, generation: Generation) -> None:
    found = comparing.get("/indicators", params={"format": "json", "limit": "10000"}).json()
    every = stated(generation)
    assert {row["name"]: row["indicators"] for row in found["rows"]} == Counter(name for name, *_ in every)
    assert found["names"] == len(found["rows"])
    for row in found["rows"]:
        mine = [(project, value) for name, project, value in every if name == row["name"]]
        assert row["projects"] == len({project for project, _ in mine})
        numeric = [Decimal(value) for _, value in mine if value is not None]
        assert row["numeric"] == len(numeric) == sum(each["targets"] for each in row["typical"])
        if len(row["typical"]) == 1:
            assert Decimal(row["typical"][0]["median"]) == median(numeric)


@pytest.mark.parametrize(
    "given", [{}, {"year": "2022"}, {"type": "满意度"}, {"text": "率"}, {"year": "2023", "text": "数"}]
)
def test_tables_of_facts_count_as_queries_do(given: Mapping[str, str], generation: Generation) -> None:
    query = answering(generation.graph)

    view = view_files.load(BASE, DIRECTORY)["indicator-library"]
    index = generation.index
    here = view.answer(query, given, "1", index, page=10)
    there = view.answer(query, given, "1", Queried(query), page=10)
    assert here.rows == there.rows
    assert here.rows
    assert here.whole.rows == there.whole.rows
    here_alone = {"store": SimpleNamespace(base_iri=BASE), "run": lambda now, sparql: query(sparql)}
    service = cast(Service, SimpleNamespace(**here_alone))
    names = [str(row["name"]) for row in here.rows]
    counted = []
    for now in (generation, SimpleNamespace(graph_directory=None, index=None)):
        facts = Facts(service, cast(Any, now))
        counted.append(spreads(library._groups(facts, library._values(facts, names, given))))
    assert counted[0] == counted[1]


def test_the_page_of_one_name_moved_to_the_list_of_its_names(comparing: httpx.Client) -> None:
    moved = comparing.get("/indicators", params={"name": "学员满意度", "year": "2022"}, follow_redirects=False)
    assert moved.status_code == 301
    assert dict(parse_qsl(urlsplit(moved.headers["location"]).query)) == {"text": "学员满意度", "year": "2022"}
    page = comparing.get("/indicators", params={"lang": "en"}, headers={"Accept": "text/html"})
    assert re.search(r'<td data-label="Indicator"><a href="/views/indicators\?text=', page.text)
    [link] = re.findall(r'href="(/indicators[^"]*format=csv[^"]*)"', page.text)
    head, *cells = csv.reader(io.StringIO(comparing.get(unescape(link)).text))
    assert head[:2] == ["Indicator", "Projects"]
    assert {each[head.index("Sign")] for each in cells} <= {"", "=", "≥", "≤", ">", "<", "≈", "between"}
    assert {len(each) for each in cells} == {len(head)}


def test_the_library_is_a_spreadsheet_too(comparing: httpx.Client) -> None:
    sent = comparing.get("/indicators", params={"format": "xlsx", "headings": "en", "limit": "10000"})
    head, *rows = load_workbook(io.BytesIO(sent.content))["Data"].iter_rows(values_only=True)
    listed = comparing.get("/indicators", params={"format": "json", "limit": "10000"}).json()["rows"]
    assert {(row[0], row[head.index("Indicators")]) for row in rows} == {(r["name"], r["indicators"]) for r in listed}


def test_names_and_filters_that_fit_nothing(comparing: httpx.Client) -> None:
    page = comparing.get("/indicators", params={"text": "没有的", "lang": "en"}, headers={"Accept": "text/html"})
    assert (page.status_code, "Nothing" in page.text) == (200, True)
    page = comparing.get("/indicators", params={"year": "x", "lang": "en"}, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert comparing.get("/indicators", params={"year": "x", "format": "json"}).status_code == 400


def test_a_page_leads_to_the_next(comparing: httpx.Client) -> None:
    first = comparing.get("/indicators", params={"lang": "en"}, headers={"Accept": "text/html"}).text
    assert "offset=20" in first
    second = comparing.get("/indicators", params={"lang": "en", "offset": "20"}, headers={"Accept": "text/html"}).text
    assert "rows 21–" in second
    for page in (first, second):
        assert re.search(r"rows \d+–\d+ of [\d,]+", page)
    [whole] = re.findall(r'href="(/indicators[^"]*format=csv[^"]*)"', first)
    assert "limit=10000" in whole


def test_a_table_that_lacks_names_says_so(comparing: httpx.Client) -> None:
    cut = comparing.get("/indicators", params={"format": "csv", "limit": "3"})
    assert cut.headers["x-result-cut"] == "rows=3"
    assert 'offset=3>; rel="next"' in cut.headers["link"]
    whole = comparing.get("/indicators", params={"format": "csv", "limit": "10000"})
    assert "x-result-cut" not in whole.headers
    assert 'rel="next"' not in whole.headers["link"]


def test_names_are_sorted_by_any_column(client: httpx.Client) -> None:
    page = client.get("/indicators?sort=-projects&lang=en", headers={"Accept": "text/html"}).text
    assert 'aria-sort="descending"' in page
    assert 'href="/indicators?sort=projects&amp;lang=en"' in page


@given(st.lists(st.decimals(-500, 500, places=1), min_size=2, max_size=30))
def test_quartiles_of_values(values: list[Decimal]) -> None:
    found = spread("ge", "%", Counter(values))
    assert [found.lower_quartile, found.median, found.upper_quartile] == statistics.quantiles(
        values, n=4, method="inclusive"
    )
    assert (found.least, found.most, found.targets) == (min(values), max(values), len(values))


@given(st.decimals(-(10**12), 10**12, places=6))
def test_numbers_of_the_tables_are_read_back(value: Decimal) -> None:
    assert number(sortable(value)) == value


def test_targets_of_other_units_stand_apart() -> None:
    rows: list[Row] = [
        {"name": "出勤率", "operator": "ge", "unit": "%", "value": Decimal(90), "indicators": 2},
        {"name": "出勤率", "operator": "ge", "unit": "", "value": Decimal("0.9"), "indicators": 1},
        {"name": "出勤率", "operator": None, "unit": None, "value": None, "indicators": 4},
    ]
    found = spreads(rows)["出勤率"]
    assert [(each.unit, each.targets, each.median) for each in found] == [("%", 2, 90), (None, 1, Decimal("0.9"))]
