"""The documented query and the tables give one answer about the money of a year, and lose none of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

import jixiao
from jixiao.python import Row

PAGE = (Path(__file__).parents[2] / "docs/ontology-reference.md").read_text(encoding="utf-8")
PREFIXES, *QUERIES = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
[QUERY] = [query for query in QUERIES if "undivided" in query]
NAMES = ("fiscalFunds", "carriedOver", "otherFunds")
FUNDS = {"财政资金": 0, "当年财政拨款": 0, "上年结转资金": 1, "其他资金": 2}


def added(rows: Iterable[Row], column: str) -> dict[int | None, Decimal]:
    sums: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["year"]] += row[column] or 0
    return sums


@pytest.mark.timeout(120)
def test_the_funds_of_a_year_are_those_of_the_tables_and_none_is_lost(examples: Path) -> None:
    graph = jixiao.open(str(examples))
    asked = list(graph.query(PREFIXES + QUERY))
    requested = graph.table("projects").where(amountSource="annualRequest").rows()
    assert added(requested, "amount") == added(asked, "requests")
    of_year = graph.table("funds").where(period="本预算年度").rows()
    for at, name in enumerate(NAMES):
        sums = added((row for row in of_year if FUNDS.get(row["fund"]) == at), "amount")
        assert {row["year"]: row[name] for row in asked if row[name]} == {year: of for year, of in sums.items() if of}
    assert added(graph.table("projects").rows(), "yearFiscalFunds") == added(asked, "fiscalFunds")
    [year] = [row for row in asked if row["year"] == 2022]
    assert year["requests"] == year["fiscalFunds"] + year["otherFunds"] + year["undivided"]
    assert year["undivided"] == 35000  # a project of 909,800 yuan states 874,800 of fiscal funds and no others
