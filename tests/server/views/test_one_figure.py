"""Figures of a selection are those of its rows, wherever they are shown; mutants show that this holds."""

import csv
import io
import json
import os
import shutil
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Quad, Store as Graph

from jixiao.cube import triples
from jixiao.ontology.text.money import money
from jixiao.server.views import figures, heads, selection, table_sql
from jixiao.server.views.answers import Sum, Whole
from jixiao.store import Store
from jixiao.viewing import Viewing
from tests.server.conftest import HTML, running, serving_files
from tests.support.generated import tries
from tests.support.pages import replied, words
from tests.support.shared import made_once

SHARED = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[4] / "shared"))
GROUPS = ("year", "body", "filing", "locations.place", "roles.body", "year,body", "amountKind", "category")
"""Columns by which groups are made."""
NAMES = ("经费", "项目", "建设", "管理", "工作")
"""Words that names of projects may contain."""


@dataclass(frozen=True)
class Filled:
    """A store, its graph, and a client of a server over it."""

    path: Path
    graph: Graph
    client: object

    def rows(self, asked):
        """Return the rows of projects."""
        return self.json("/tables/projects", {**asked, "limit": "10000"})["rows"]

    def json(self, path, asked):
        """Return an answer as JSON, with exact numbers."""
        answer = replied(200, self.client.get(path, params={**asked, "format": "json"}))
        return json.loads(answer.text, parse_float=Decimal, parse_int=Decimal)


@pytest.fixture(scope="module", params=["examples", pytest.param("shared", marks=pytest.mark.judge)])
def place(request, tmp_path_factory, run):
    """The path of a store: of the examples with some seeds' kinds of money, and of all real filings."""

    def make(folder):
        done = run("ingest", SHARED / "seeds", SHARED / "filings", "--store", folder / "store")
        assert done.returncode in (0, 1), done.stderr

    if request.param == "examples":
        return request.getfixturevalue("examples")
    if not (SHARED / "seeds").is_dir():
        pytest.skip(f"no filings at {SHARED}")
    return made_once(tmp_path_factory, "one-figure", make) / "store"


@pytest.fixture(scope="module")
def filled(place):
    with running(Store.open(place)) as client:
        yield opened(place, client)


def opened(place, client):
    """The store at a path, with a client of its server."""
    return Filled(place, Graph.read_only(str(Store.open(place).current().graph_directory)), client)


def summed(rows):
    """Return the number and the sum of the amounts of rows by year, phase and period, counted one by one."""
    sums = defaultdict(lambda: (0, Decimal(0)))
    for row in rows:
        if row["amount"] is not None:
            likeness = row["year"], row["amountKind"], row["period"]
            number, amount = sums[likeness]
            sums[likeness] = number + 1, amount + row["amount"]
    return dict(sums)


@st.composite
def conditions(draw, rows):
    """Draw conditions that some of the rows meet: on year, body, place, phase and name."""
    row = draw(st.sampled_from(rows))
    chosen = draw(st.sets(st.sampled_from(["year", "body", "place", "phase", "name"]), max_size=3))
    known = {
        "year": ("year.is", row["year"] and str(row["year"])),
        "body": ("roles.body.is", row["body"]),
        "place": ("locations.place.is", row["place"] and draw(st.sampled_from(around(row["place"])))),
        "phase": ("amountKind.is", row["amountKind"]),
        "name": ("name.contains", draw(st.sampled_from(NAMES))),
    }
    return {name: value for name, value in (known[each] for each in sorted(chosen)) if value}


def around(place):
    """Return the addresses of a place, and of the prefecture and the province that it is in."""
    base, _, code = place.rpartition("/")
    return [place, f"{base}/{code[:2]}0000"]


def check_head(filled, asked, rows):
    """Check the sums of all rows, and that the head words those of the newest year with their numbers."""
    answer = filled.json("/tables/projects", {**asked, "limit": "1"})
    parts = {
        (each["year"], each["kind"], each.get("period")): (each["rows"], each["amount"])
        for each in answer["whole"].get("parts", ())
    }
    assert parts == summed(rows)
    newest = max((year or 0 for year, _, _ in parts), default=None)
    for (year, phase, _), (number, amount) in parts.items():
        if (year or 0) == newest:
            worded = f"{figures.called()[phase].zh} {money(amount, in_yuan=True).zh}"
            assert worded in answer["head"]["zh"]
            assert number == len(rows) or f"（{number:,} 个）" in answer["head"]["zh"]


def check_groups(filled, asked, group, rows):
    """Check the rows of groups in JSON and CSV, each against the rows that its address leads to."""
    given = {**asked, "group": group, "measure": "rows,sum_amount", "limit": "10000"}
    answer = filled.json("/tables/projects", given)
    text = replied(200, filled.client.get("/tables/projects", params={**given, "format": "csv"})).text
    names = [column["name"] for column in answer["columns"]]
    listed = [{name: cell or None for name, cell in line.items()} for line in csv.DictReader(io.StringIO(text))]
    assert [[line[name] for name in names] for line in listed] == [
        [f"{row[name]:f}" if isinstance(row[name], Decimal) else row[name] for name in names] for row in answer["rows"]
    ]
    for row in answer["rows"][:8]:
        check_group(filled, asked, group, row)
    if "." not in group:
        assert sum(row["rows"] for row in answer["rows"]) == len(rows)


def check_group(filled, asked, group, row):
    """Check the numbers and sums of one group."""
    narrowed = dict(asked)
    for name in group.split(","):
        value = row[name.replace(".", "_")]
        condition = f"{name}.is" if value is not None else f"{name}.absent"
        narrowed[f"{condition}.2" if condition in narrowed else condition] = "1" if value is None else str(value)
    rows = filled.rows(narrowed)
    assert row["rows"] == len(rows), (narrowed, row)
    sums = summed(rows)
    if "amountKind" in group:
        check_sum([*sums.values()], row["sum_amount"], row["with_amount"])
        return
    phases = {name.removeprefix("sum_amount_") for name in row if name.startswith("sum_amount_")}
    assert phases >= {phase for _, phase, _ in sums}
    for phase in phases:
        of_phase = [each for likeness, each in sums.items() if likeness[1] == phase]
        check_sum(of_phase, row[f"sum_amount_{phase}"], row[f"with_amount_{phase}"])


MONEY = {
    "annualRequest": "annualRequest",
    "yearFiscalFunds": "yearFiscalFunds",
    "carriedOver": "carriedOver",
    "annualOtherFunds": "annualOtherFunds",
    "totalAmount": "totalAmount",
    "fiscalFunds": "fiscalFunds",
    "otherFunds": "otherFunds",
    "largerTotal": "totalAmount",
}
"""Columns of projects with money besides their amount, each with the column whose phase it has."""


def check_other_money(filled, asked, rows):
    """Check the sums by year and phase of all money that projects print besides their amount."""
    measure = ",".join(f"sum_{name}" for name in MONEY)
    groups = filled.json("/tables/projects", {**asked, "group": "year", "measure": measure, "limit": "10000"})["rows"]
    for name, printed in MONEY.items():
        sums = defaultdict(Decimal)
        for row in rows:
            if row[name] is not None:
                sums[row["year"], row[f"{printed}Kind"]] += row[name]
        parts = ((row["year"], phase, row.get(f"sum_{name}_{phase}")) for row in groups for phase in figures.phases())
        assert {(year, phase): amount for year, phase, amount in parts if amount is not None} == sums, name


def check_sum(sums, amount, number):
    """Check a cell: the sum of amounts that may be added, none of others, and their number."""
    assert number == sum(each[0] for each in sums)
    assert amount == (sums[0][1] if len(sums) == 1 else None)


def check_sparql(filled, asked, rows):
    """Check the rows' sums against a query that this test writes."""
    patterns = {
        "year.is": "?project jx:year {} .",
        "roles.body.is": "?project jx:department|jx:implementingUnit|jx:partOfFiling/jx:filedBy <{}> .",
        "locations.place.is": "?project jx:place/schema:containedInPlace* <{}> .",
        "amountKind.is": "?project jx:amountPhase <https://w3id.org/jixiao/vocab/funding-decision/{}> .",
        "name.contains": '?project rdfs:label ?name FILTER(CONTAINS(?name, "{}"))',
    }
    where = "\n".join(patterns[name].format(value) for name, value in asked.items())
    solutions = filled.graph.query(
        f"""PREFIX jx: <https://w3id.org/jixiao/ontology#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX schema: <https://schema.org/>
        SELECT ?year ?phase ?source (COUNT(?amount) AS ?number) (SUM(?amount) AS ?sum) WHERE {{
          {{ SELECT DISTINCT ?project WHERE {{ ?project a jx:Project . {where} }} }}
          ?project jx:amount ?amount ; jx:amountPhase ?phase ; jx:amountSource ?source .
          OPTIONAL {{ ?project jx:year ?year }}
        }} GROUP BY ?year ?phase ?source"""
    )
    found = defaultdict(lambda: (0, Decimal(0)))
    for solution in solutions:
        # A narrative does not say which period its amount is of.
        period = {"totalAmount": "全部年度（一年或几年）", "narrativeAmount": None}.get(
            solution["source"].value.rpartition("#")[2], "本预算年度"
        )
        year = solution["year"] and Decimal(solution["year"].value)
        likeness = year, solution["phase"].value.rpartition("/")[2], period
        number, amount = found[likeness]
        found[likeness] = number + int(solution["number"].value), amount + Decimal(solution["sum"].value)
    assert dict(found) == summed(rows)


CHARTED = {"year.is": "year", "roles.body.is": "department", "locations.place.is": "region", "name.contains": "text"}
"""Parameters of charts by the conditions that they set."""


def check_charts(filled, asked, rows):
    """Check the groups behind the charts of bodies and of years, and the table from which one is drawn."""
    if not asked.keys() <= CHARTED.keys():
        return
    given = {CHARTED[name]: value for name, value in asked.items()}
    for chart in ("spending", "spending-by-year", "provinces"):
        sums = defaultdict(lambda: (0, Decimal(0)))
        for row in filled.json(f"/charts/{chart}", given)["rows"]:
            if row["amount"] is not None:
                likeness = row["year"], row["amountKind"], row["period"]
                number, amount = sums[likeness]
                sums[likeness] = number + row["with_amount"], amount + row["amount"]
        assert dict(sums) == summed(rows), chart
    page = lxml.html.fromstring(filled.client.get("/charts/spending-by-year", params=given, headers=HTML).text)
    bars = [words(row.xpath("td")) for row in page.xpath("//*[@id='chart-table']//tbody/tr")]
    lots = defaultdict(lambda: (0, Decimal(0)))
    for (_, *lot), (number, amount) in summed(rows).items():
        lots[tuple(lot)] = lots[tuple(lot)][0] + number, lots[tuple(lot)][1] + amount
    if lots:
        most = max(number for number, _ in lots.values())
        drawn = sum(Decimal(cell.split()[0].replace(",", "")) for _, cell in bars if cell != "—")
        counted = sum(int(cell.split()[1].replace(",", "")) for _, cell in bars if cell != "—")
        assert (counted, drawn) in {lot for lot in lots.values() if lot[0] == most}


def check(filled, asked, group):
    """Check all figures of a selection."""
    rows = filled.rows(asked)
    check_head(filled, asked, rows)
    check_groups(filled, asked, group, rows)
    check_other_money(filled, asked, rows)
    check_sparql(filled, asked, rows)
    check_charts(filled, asked, rows)


@tries(30)
@given(data=st.data())
def test_figures_are_those_of_the_rows(filled, data):
    asked = data.draw(conditions(filled.rows({})))
    check(filled, asked, data.draw(st.sampled_from(GROUPS)))


def test_the_cube_has_the_sums_of_the_rows(filled):
    """Test the observations of all funds, in the period of a project's amount, added over bodies and places."""
    graph = Graph()
    graph.extend(Quad(*triple) for triple in triples(Viewing.open(filled.path)))
    found = graph.query(
        """PREFIX jx: <https://w3id.org/jixiao/ontology#>
        PREFIX sdmx: <http://purl.org/linked-data/sdmx/2009/dimension#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?year ?phase (SUM(?projects) AS ?number) (SUM(?money) AS ?sum) WHERE {
          ?observation jx:ofFund <https://w3id.org/jixiao/vocab/fund/all> ;
            jx:forPeriod <https://w3id.org/jixiao/vocab/amount-period/project-amount> ;
            jx:inPhase ?phase ; sdmx:refPeriod/skos:notation ?year ;
            jx:countedProjects ?projects ; jx:sumOfMoney ?money .
        } GROUP BY ?year ?phase"""
    )
    cube = {
        (each["year"].value, each["phase"].value.rpartition("/")[2]): (
            int(each["number"].value),
            Decimal(each["sum"].value),
        )
        for each in found
    }
    cells = defaultdict(set)
    wanted = defaultdict(lambda: (0, Decimal(0)))
    rows = [row for row in filled.rows({}) if row["amount"] is not None]
    for row in rows:
        cells[row["body"], row["place"], row["year"], row["amountKind"]].add(row["period"])
    for row in rows:
        # Money of a year beside that of whole terms is in no cell.
        if len(cells[row["body"], row["place"], row["year"], row["amountKind"]]) == 1:
            year = f"{row['year']:04}" if row["year"] is not None else None
            number, amount = wanted[year, row["amountKind"]]
            wanted[year, row["amountKind"]] = number + 1, amount + row["amount"]
    assert cube == {key: value for key, value in wanted.items() if key[0]}


FUNDS = {
    "annualRequest": ("https://w3id.org/jixiao/ontology#annualRequest", "本预算年度"),
    "yearFiscalFunds": ("https://w3id.org/jixiao/ontology#yearFiscalFunds", "本预算年度"),
    "carriedOver": ("https://w3id.org/jixiao/ontology#carriedOver", "本预算年度"),
    "totalAmount": ("https://w3id.org/jixiao/ontology#totalAmount", "全部年度（一年或几年）"),
    "fiscalFunds": ("https://w3id.org/jixiao/ontology#fiscalFunds", "全部年度（一年或几年）"),
}
"""Columns of projects with money, each with its property and period in the table of funds."""


def test_money_has_the_phase_of_its_own_wherever_it_stands(filled):
    """Test the phases of each project's money in the tables of projects and funds, and its sums in /views/spending."""
    rows = filled.rows({})
    stated = {row["project"]: {} for row in rows}
    for fund in filled.json("/tables/funds", {"limit": "10000"})["rows"]:
        stated[fund["project"]][fund["property"], fund["period"]] = fund["amount"], fund["amountKind"]
    for row in rows:
        for name, (prop, period) in FUNDS.items():
            amount = None if row[name] is None else (row[name], row[f"{name}Kind"])
            assert stated[row["project"]].get((prop, period)) == amount, (row["project"], name)
    spent = filled.json("/views/spending", {"limit": "10000"})["rows"]
    for name in FUNDS:
        sums = defaultdict(Decimal)
        for row in rows:
            if row[name] is not None:
                sums[row["body"], row["year"], row[f"{name}Kind"]] += row[name]
        parts = (
            (row["departmentIri"], row["year"], phase, row.get(f"sum_{name}_{phase}"))
            for row in spent
            for phase in figures.phases()
        )
        assert {(body, year, phase): amount for body, year, phase, amount in parts if amount is not None} == sums, name


def test_sides_of_a_comparison_and_questions_have_the_sums_of_the_rows(filled):
    """Test the body with the most projects in one year, which /compare and the box can say."""
    rows = [row for row in filled.rows({}) if row["body"] and row["year"] and row["name"]]
    groups = defaultdict(list)
    for row in rows:
        groups[row["body"], row["bodyName"], row["year"]].append(row)
    (body, name, year), _ = max(groups.items(), key=lambda each: len(each[1]))
    other = next(each for each in groups if each[0] != body)
    asked = {"roles.body.is": body, "year.is": str(year)}
    of_side = summed(filled.rows(asked))
    compared = filled.json("/compare", {"a": body, "year_a": str(year), "b": other[0], "year_b": str(other[2])})
    amounts = next(each for each in compared["sections"] if each["section"] == "amounts")["rows"]
    own = [row["cells"][0].get("number") for row in amounts if str(row["name"]["zh"]).startswith("项目金额")]
    assert sorted(Decimal(number) for number in own if number) == sorted(amount for _, amount in of_side.values())
    found = filled.json("/ask", {"q": f"{name}{year}年的项目"})
    for _, amount in of_side.values():
        assert money(amount, in_yuan=True).zh in found["head"]["zh"]


FORM = """{title}
（{year}年度）
项目名称 | {name}
主管部门 | 合肥市肥西县林业局
实施单位 | 合肥市肥西县林业局
{money}
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
"""
ASKED, NOTICED = "项目支出绩效目标申报表", "项目支出绩效目标表"
FILED = (
    (ASKED, 2022, "森林防火", "年度资金申请总额：100万元"),
    (ASKED, 2022, "林地调查", "年度资金申请总额：30万元"),
    (ASKED, 2022, "苗木引种", "年度资金申请总额：待定"),
    (ASKED, 2023, "湿地保护", "年度资金申请总额：20万元"),
    (NOTICED, 2022, "古树保护", "下达资金总额：50万元"),
)
FILES = {
    f"{n}.txt": FORM.format(title=title, year=year, name=name, money=printed)
    for n, (title, year, name, printed) in enumerate(FILED)
}
"""Forms of a county: requests of two years, one of which has no amount, and money that was handed down."""


def counting_all(patched, place):
    """Count rows without money, too."""
    patched.setitem(selection.MEASURES, "with", selection.MEASURES["rows"])


def dropping_a_phase(patched, place):
    """Leave out the phase that fewest amounts have."""
    told = figures.Phases.has
    dropped = "handedDown"
    patched.setattr(figures.Phases, "has", lambda self, column: column.phase != dropped and told(self, column))


def merging_years(patched, place):
    """Add up the money of several years."""
    patched.setattr(figures, "ALIKE", ("period",))


def doubling(patched, place):
    """Join related rows without grouping them by their key."""
    join = table_sql._Statement._join
    patched.setattr(
        table_sql._Statement, "_join", lambda *given: join(*given).replace("GROUP BY", "GROUP BY r.rowid, ", 1)
    )


def levelling(patched, place):
    """Keep of the places of a project its own alone, without those around it."""
    for path in place.rglob("*.sqlite"):
        with sqlite3.connect(path) as file:
            if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'locations'").fetchone():
                file.execute("DELETE FROM locations WHERE level IS NULL")


@pytest.fixture(scope="module")
def noticed(tmp_path_factory):
    """A client of a store of forms, one of which hands money down."""
    with serving_files(tmp_path_factory.mktemp("noticed"), FILES) as client:
        yield client


def test_money_of_two_phases_is_not_compared_and_called_by_its_own(noticed):
    """Test that money of a year which was handed down is no request, in comparisons and on its page."""
    listed = json.loads(noticed.get("/tables/projects", params={"format": "json"}).text)["rows"]
    named = {row["name"]: row for row in listed}
    asked = {"a": named["森林防火"]["project"], "b": named["古树保护"]["project"], "format": "json"}
    compared = replied(200, noticed.get("/compare", params=asked)).json()
    amounts = next(each for each in compared["sections"] if each["section"] == "amounts")["rows"]
    stated = [row for row in amounts if all(cell.get("number") for cell in row["cells"])]
    assert len(stated) > 1
    assert not any("change" in row for row in stated)
    page = noticed.get(named["古树保护"]["project"], headers=HTML, follow_redirects=True).text
    stated = [words(row.xpath("*")) for row in lxml.html.fromstring(page).xpath("//dl[@class='facts']/div")]
    money = {name: value for name, value in stated if "500,000" in value}
    assert "年度资金申请总额" not in money
    assert all("通知下达" in value for value in money.values()), money
    assert money


def test_heads_say_the_sums_of_each_year(noticed):
    """Test the sums of a few years, and the words on rows that an order puts last as their sum is of several years."""
    answer = noticed.get("/views/provinces", params={"format": "json"}).json()
    assert "2023: 200,000 yuan requested (1); 2022: 1,300,000 yuan requested (2), 500,000" in answer["head"]["en"]
    assert "come behind those with a sum, whatever their size" in answer["caveat"]["en"]
    of_year = noticed.get("/views/provinces", params={"format": "json", "year": "2022"}).json()
    assert "2023" not in of_year["head"]["en"]
    assert "whatever their size" not in of_year.get("caveat", {}).get("en", "")


def test_a_period_of_projects_is_that_of_their_amount(noticed):
    asked = {"format": "json", "period": "全部年度（一年或几年）"}
    assert {row["period"] for row in noticed.get("/views/projects", params=asked).json()["rows"]} <= {
        "全部年度（一年或几年）"
    }


MUTANTS = {
    counting_all: ({}, "amountKind"),
    dropping_a_phase: ({}, "year"),
    merging_years: ({}, "amountKind"),
    doubling: ({}, "roles.body"),
    levelling: ({"locations.place.is": "province"}, "year"),
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_mutants_are_found(mutant, tmp_path, monkeypatch):
    """Test that each fault in how figures are made fails the property; without the fault, it passes."""
    asked, group = MUTANTS[mutant]
    with serving_files(tmp_path, FILES) as client:
        sound = opened(tmp_path / "store", client)
        province = next(row["place"] for row in sound.rows({}) if row["place"])
        asked = {name: around(province)[1] for name in asked}
        check(sound, asked, group)
    copy = shutil.copytree(tmp_path / "store", tmp_path / "copy")
    mutant(monkeypatch, copy)
    with running(Store.open(copy)) as client, pytest.raises(AssertionError):
        check(opened(copy, client), asked, group)


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (6, "2026: 1,000,000 yuan requested (1); 2025: 1,000,000 yuan requested (1); 2024"),
        (7, "2027: 1,000,000 yuan requested (1) (of other years: 6, not added)"),
    ],
)
def test_of_many_sums_those_of_the_newest_year_are_told(years, told):
    of_years = [
        Sum(year, "requested", "本预算年度", None, None, 1, Decimal(1_000_000))
        for year in range(2020 + years, 2020, -1)
    ]
    assert heads.by_year(of_years, Whole(9)).en.startswith(told)
