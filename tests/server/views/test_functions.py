"""Spending by function of expenditure is asked for by code or name, wherever a form or list prints either."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store as Graph

from jixiao.ontology import terms
from jixiao.server.views import view_files
from tests.server.conftest import answering

CASE = Path(__file__).parents[2] / "ingest" / "cases" / "list-with-functions-of-expenditure" / "expected.ttl"
TOYS, GARDEN, PONDS, FILES, WALL = "幼儿园玩教具购置", "街心花园养护", "山塘清淤", "老旧档案整理", "校园围墙维修"


@pytest.fixture(scope="module")
def graph() -> Graph:
    graph = Graph()
    graph.load(path=CASE, format=RdfFormat.TURTLE, base_iri="http://localhost:8000/")
    graph.update(
        f"INSERT {{ ?project <{terms.amount}> ?money ; <{terms.amountSource}> <{terms.annualRequest}> }}"
        f" WHERE {{ ?project <{terms.annualRequest}> ?money }}"
    )
    return graph


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("205", {TOYS: "2050201学前教育", WALL: "205"}),
        ("教育", {TOYS: "2050201学前教育", WALL: "205"}),
        ("Education", {TOYS: "2050201学前教育", WALL: "205"}),
        ("20502", {TOYS: "2050201学前教育"}),
        ("2050201", {TOYS: "2050201学前教育"}),
        ("学前教育", {TOYS: "2050201学前教育"}),
        ("农林水支出", {PONDS: "2139801"}),
        ("2990101", {FILES: "2990101"}),
        ("城市基础设施配套费", {GARDEN: "其他城市基础设施配套费安排的支出"}),
        ("203", {}),
    ],
)
def test_projects_are_found_by_function_with_all_below_it(graph: Graph, function: str, found: dict[str, str]) -> None:
    rows = view_files.load()["projects"].answer(answering(graph), {"function": function}, "1").rows
    assert {row["name"]: row["function"] for row in rows} == found
    assert len(rows) == len(found)
    if function == "205":
        assert sum(row["amount"] for row in rows) == 700_000
