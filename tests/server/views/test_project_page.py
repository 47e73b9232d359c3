"""The page of a project shows what its form prints: terms, periods, blanks and weights, not its amounts alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.settings import Settings
from jixiao.server.views import view_folder
from jixiao.store import Store
from tests.server.conftest import querying, running
from tests.support.pages import absent

CASES = Path(__file__).parents[2] / "ingest" / "cases"
COSTS = "cost-table-with-units-in-its-cells"
BASE = "http://localhost:8000/"
DERIVED = "derived for rules alone"
SHOWN_OTHERWISE = {
    terms.Project: {
        "fiscalYear": "the year, with another type",
        "cites": "its citations",
        "withheld": "the note above",
        "breaksOffAt": "a finding",
        "ordinal": "the place in the file, to which lines lead",
        "printedOrdinal": "the place in the file, to which lines lead",
        "roundedTo": "how far rules compare amounts",
        "narrativeRoundedTo": "how far rules compare amounts",
        "listsAllSources": "if rules may add sources",
        **dict.fromkeys(("organKind", "yearsOfGoals"), DERIVED),
    },
    terms.Indicator: {
        **dict.fromkeys(
            ("targetOperator", "targetValue", "targetUpper", "targetUnit", "targetQualifier"), "its target"
        ),
        "indicatorType": "its second level",
        "levelsFromAbove": "if rules may count on levels",
        **dict.fromkeys(
            (
                *("asksFor", "better", "comparableUnit", "comparableUpper", "comparableValue"),
                *(
                    "firstLevel",
                    "impossibleCounts",
                    "impossibleDate",
                    "measuredBy",
                    "measures",
                    "namedUnit",
                    "namedValue",
                ),
                *("pricedPer", "targetForm", "textKey", "thing", "usualUnit"),
            ),
            DERIVED,
        ),
        "withheld": "the note above",
    },
    terms.Citation: {
        "malformedNumber": "a finding",
        "lookAlike": "a finding",
        "nameVariant": "a finding",
        **dict.fromkeys(
            (
                *("headingWord", "namesCounty", "namesProvince", "nowCalled"),
                *("numberExpected", "obsoleteFrom", "textKey", "titleExpected"),
            ),
            DERIVED,
        ),
        "withheld": "the note above",
    },
    terms.CostItem: {
        "printedOrdinal": "the place in the file",
        "roundedTo": "how far rules compare amounts",
        "itemGroup": "which rows rules add up",
        **dict.fromkeys(("comparableUnit", "comparableUpper", "comparableValue"), DERIVED),
        "withheld": "the note above",
    },
    terms.Variant: {"variesFrom": "the words elsewhere", "statedIn": "its line"},
}
"""Properties that the query of a project's page leaves out, by class, with what tells the same or why nobody asks."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over the filings of some cases of reading."""
    folder = tmp_path_factory.mktemp("project-page")
    store = Store.create(folder / "store", BASE)
    names = (
        "levels-joined-by-a-sign",
        "last-row-of-a-file-without-its-bar",
        "levels-with-weights-and-instructions",
        "totals-and-factors-of-cost-tables",
        "label-of-local-funds-cut-by-its-number",
        "bars-on-lines-of-their-own",
    )
    paths = []
    for name in names:
        paths.append(folder / f"{name}.txt")
        paths[-1].write_bytes((CASES / name / "filing.txt").read_bytes())
    ingest(paths, store)
    with running(Settings(store=store.path)) as client:
        yield client


@pytest.mark.parametrize("of", SHOWN_OTHERWISE, ids=lambda iri: iri.rpartition("#")[2])
def test_the_page_asks_for_every_property_that_nothing_else_tells(of: str) -> None:
    query = view_folder.load_all(BASE, None)["project"].sparql
    named = {iri.removeprefix(terms.JX) for iri, term in reference().items() if of in term.domains}
    assert {name for name in named if not re.search(rf"jx:{name}\b", query)} == set(SHOWN_OTHERWISE[of])


def rows(client: httpx.Client, name: str) -> list[dict[str, object]]:
    """The rows of the view `project` about the first project that has a property."""
    parts = "jx:hasIndicator?"
    asked = f"PREFIX jx: <{terms.JX}> SELECT ?project {{ ?project a jx:Project ; {parts} ?part . ?part {name} ?value }}"
    found = client.get("/sparql", params={"query": asked, "format": "json"}).json()["results"]["bindings"]
    assert found
    [project, *_] = sorted({row["project"]["value"] for row in found})
    return list(client.get("/views/project", params={"project": project, "format": "json"}).json()["rows"])


@pytest.mark.parametrize(
    "name", ["projectTerm", "goalPeriod", "narrativeStart", "narrativeEnd", "narrativeImplementer"]
)
def test_a_field_of_the_form_is_shown_with_its_line(name: str, cases: httpx.Client) -> None:
    [row] = [each for each in rows(cases, f"jx:{name}") if each["property"] == terms.JX + name]
    assert row["value"]
    assert isinstance(row["line"], int)
    page = cases.get(
        "/views/project", params={"project": row["project"], "lang": "zh"}, headers={"Accept": "text/html"}
    )
    field = page.text.partition(f"<dt>{row['item']}</dt>")[2].partition("</div>")[0]
    assert absent(field, str(row["value"]), f"#L{row['line']}") == []


def test_the_page_begins_with_money_and_not_with_its_number_of_rows(cases: httpx.Client) -> None:
    found = rows(cases, "jx:projectTerm")
    asked = {"project": str(found[0]["project"]), "lang": "en"}
    page = cases.get("/views/project", params=asked, headers={"Accept": "text/html"}).text
    assert page.count('class="headline"') == 1
    assert f"{len(found)} rows" not in page


def test_what_the_form_leaves_blank_is_told_in_one_field(cases: httpx.Client) -> None:
    blanks = [each for each in rows(cases, "jx:leftBlank") if each["property"] == terms.leftBlank]
    assert len(blanks) > 1
    assert {each["line"] for each in blanks} == {None}  # the ledger does not tell which line is whose
    for lang, heading in (("zh", "留空"), ("en", "left blank")):
        asked = {"project": blanks[0]["project"], "lang": lang}
        page = cases.get("/views/project", params=asked, headers={"Accept": "text/html"}).text
        [field] = re.findall(rf"<dt>{heading}</dt>(.*?)</div>", page, re.DOTALL)
        assert all(str(each["valueIri"]).rpartition("#")[2] in field for each in blanks)


@pytest.mark.parametrize(
    ("name", "heading"), [("weight", ">权重</th>"), ("direction", "<th>指标方向</th>"), ("levelWeight", "(权重 ")]
)
def test_weights_and_directions_stand_beside_their_targets(name: str, heading: str, cases: httpx.Client) -> None:
    found = rows(cases, f"jx:{name}")
    assert any(each[name] is not None for each in found)
    asked = {"project": str(found[0]["project"]), "lang": "zh"}
    assert heading in cases.get("/views/project", params=asked, headers={"Accept": "text/html"}).text


def test_quantities_of_cost_items_have_their_units(tmp_path: Path) -> None:
    deposit = read_document((CASES / COSTS / "filing.txt").read_bytes(), "filing.txt", BASE).deposit
    run = querying(tmp_path, deposit)
    [project] = deposit.contents.projects
    answer = view_folder.load_all(BASE, None)["project"].answer(run, {"project": project}, "000001")
    assert "200 册 × 500" in {row["value"] for row in answer.rows}


def test_a_text_that_differs_elsewhere_has_its_item_as_other_parts_do(tmp_path: Path) -> None:
    told = (CASES.parent / "whole-filing.txt").read_text(encoding="utf-8")
    told = told.replace("保护馆藏善本。", "修复馆藏善本200册，供全市读者查阅和研究。")
    told = told.replace("\t馆藏善本得到修复。", "\t修复馆藏善本300册，供全市读者查阅和研究。")
    deposit = read_document(told.encode(), "filing.txt", BASE).deposit
    [project] = deposit.contents.projects
    view = view_folder.load_all(BASE, None)["project"]
    answer = view.answer(querying(tmp_path, deposit), {"project": project}, "000001")
    assert [row["item"] for row in answer.rows if row["group"] == "异文"] == ["此处 / 别处"]


@pytest.mark.parametrize(
    ("total", "order"),
    [
        ("120000.00", "totalAmount fiscalFunds annualRequest carriedOver annualOtherFunds"),
        ("", "annualRequest fiscalFunds carriedOver annualOtherFunds"),
    ],
)
def test_a_part_of_the_money_stands_under_its_own_whole(total: str, order: str, tmp_path: Path) -> None:
    told = (CASES.parent / "whole-filing.txt").read_text(encoding="utf-8")
    assert "总额\t120000.00" in told
    told = told.replace("总额\t120000.00", f"总额\t{total}").replace("上年结转资金\t--", "上年结转资金\t0")
    deposit = read_document(told.encode(), "filing.txt", BASE).deposit
    [project] = deposit.contents.projects
    answer = view_folder.load_all(BASE, None)["project"].answer(
        querying(tmp_path, deposit), {"project": project}, "000001"
    )
    money = [
        str(row["property"]).rpartition("#")[2]
        for row in answer.rows
        if row["amount"] is not None and row["group"] == "资金"
    ]
    assert [each for each in money if each in order.split()] == [each for each in order.split() if each in money]
    assert {"annualRequest", "fiscalFunds"} < set(money)
