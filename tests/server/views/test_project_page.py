"""The page of a project shows what its form prints: terms, periods, blanks and weights, not its amounts alone.

What narratives and lists print beside forms is shown and found, too: sections that cite a document, functions of
expenditure, and words in place of a body that was not read.
"""

import os
import re

import lxml.html
import pytest
from pyoxigraph import RdfFormat, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.views import view_files, view_folder
from jixiao.store.tables import filling
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import tables
from tests.server.conftest import (
    BASE,
    CASES,
    HTML,
    WHOLE_FILING as FORM,
    answering,
    asking,
    filed,
    serving_files,
    serving_one,
)
from tests.support.pages import absent

COSTS = "cost-table-with-units-in-its-cells"
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
        "yearFiscalFunds": "derived from amounts that are shown",
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
        "sectionKind": "its section",
        "malformedNumber": "a finding",
        "lookAlike": "a finding",
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
def cases(tmp_path_factory):
    """A server over the filings of some cases of reading."""
    names = (
        "last-row-of-a-file-without-its-bar",
        "levels-with-weights-and-instructions",
        "totals-and-factors-of-cost-tables",
        "label-of-local-funds-cut-by-its-number",
        "bars-on-lines-of-their-own",
        "cells-that-run-together-in-one-line",
    )
    files = {f"{name}.txt": (CASES / name / "filing.txt").read_text(encoding="utf-8") for name in names}
    with serving_files(tmp_path_factory.mktemp("project-page"), files) as client:
        yield client


@pytest.mark.parametrize("of", SHOWN_OTHERWISE, ids=lambda iri: iri.rpartition("#")[2])
def test_the_page_asks_for_every_property_that_nothing_else_tells(of):
    query = view_folder.load_all(BASE, None)["project"].sparql
    named = {iri.removeprefix(terms.JX) for iri, term in reference().items() if of in term.domains}
    assert {name for name in named if not re.search(rf"jx:{name}\b", query)} == set(SHOWN_OTHERWISE[of])


def rows(client, name):
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
def test_a_field_of_the_form_is_shown_with_its_line(name, cases):
    [row] = [each for each in rows(cases, f"jx:{name}") if each["property"] == terms.JX + name]
    assert row["value"]
    assert isinstance(row["line"], int)
    page = cases.get(
        "/views/project", params={"project": row["project"], "lang": "zh"}, headers={"Accept": "text/html"}
    )
    field = page.text.partition(f"<dt>{row['item']}</dt>")[2].partition("</div>")[0]
    assert absent(field, str(row["value"]), f"#L{row['line']}") == []


def test_the_page_begins_with_money_and_not_with_its_number_of_rows(cases):
    found = rows(cases, "jx:projectTerm")
    asked = {"project": str(found[0]["project"]), "lang": "en"}
    page = cases.get("/views/project", params=asked, headers={"Accept": "text/html"}).text
    assert page.count('class="headline"') == 1
    assert f"{len(found)} rows" not in page


def test_all_fields_have_names_and_are_counted(cases):
    for row in cases.get("/views/projects", params={"format": "json"}).json()["rows"]:
        page = lxml.html.fromstring(cases.get("/views/project", params={"project": row["project"]}, headers=HTML).text)
        assert page.xpath("//dt[not(normalize-space())]") == []
        for part in page.xpath("//details[dl and summary//*[@class='of']]"):
            assert part.xpath("string(summary//*[@class='of'])") == str(len(part.xpath("dl/div")))


def test_a_finding_shows_the_line_that_its_sentence_speaks_of(cases):
    found = cases.get("/views/findings", params={"fault": "FormBreaksOff", "format": "json"}).json()["rows"]
    ends = [each for each in found if each["project"]]
    assert ends
    for end in ends:
        page = cases.get("/views/project", params={"project": end["project"]}, headers=HTML).text
        [listed] = lxml.html.fromstring(page).xpath(f"//details[@class='badge']//li[contains(., '{end['message']}')]")
        [place] = listed.xpath(".//*[@class='origin']")
        [here] = place.xpath("a/@href")
        source = lxml.html.fromstring(cases.get(here.partition("#")[0], headers=HTML).text)
        [printed] = source.xpath(f"//*[@id='L{end['line']}']")
        text = place.text_content().rpartition("：")[2].rstrip(".")
        assert text
        assert text in printed.text_content()


def test_what_the_form_leaves_blank_is_told_in_one_field(cases):
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
def test_weights_and_directions_stand_beside_their_targets(name, heading, cases):
    found = rows(cases, f"jx:{name}")
    assert any(each[name] is not None for each in found)
    asked = {"project": str(found[0]["project"]), "lang": "zh"}
    assert heading in cases.get("/views/project", params=asked, headers={"Accept": "text/html"}).text


def stated(tmp_path, filing):
    """The rows of the view `project` about the project of a filing."""
    deposit = filed(filing)
    [project] = deposit.contents.projects
    view = view_folder.load_all(BASE, None)["project"]
    return asking(tmp_path, deposit)(view, {"project": project}).rows


def test_quantities_of_cost_items_have_their_units(tmp_path):
    filing = (CASES / COSTS / "filing.txt").read_text(encoding="utf-8")
    assert "200 册 × 500" in {row["value"] for row in stated(tmp_path, filing)}


def test_a_text_that_differs_elsewhere_has_its_item_as_other_parts_do(tmp_path):
    filing = FORM.replace("保护馆藏善本。", "修复馆藏善本并供全市读者查阅和研究。")
    filing = filing.replace("\t馆藏善本得到修复。", "\t修复馆藏善木并供全市读者查阅和研究。")
    assert [row["item"] for row in stated(tmp_path, filing) if row["group"] == "异文"] == ["此处 / 别处"]


@pytest.mark.parametrize(
    ("total", "order"),
    [
        ("120000.00", "totalAmount fiscalFunds annualRequest carriedOver annualOtherFunds"),
        ("", "annualRequest fiscalFunds carriedOver annualOtherFunds"),
    ],
)
def test_a_part_of_the_money_stands_under_its_own_whole(total, order, tmp_path):
    assert "总额\t120000.00" in FORM
    filing = FORM.replace("总额\t120000.00", f"总额\t{total}").replace("上年结转资金\t--", "上年结转资金\t0")
    money = [
        str(row["property"]).rpartition("#")[2]
        for row in stated(tmp_path, filing)
        if row["amount"] is not None and row["group"] == "资金"
    ]
    assert [each for each in money if each in order.split()] == [each for each in order.split() if each in money]
    assert {"annualRequest", "fiscalFunds"} < set(money)


def test_every_section_that_cites_the_document_is_named(tmp_path):
    ask = asking(tmp_path, filed(FORM.replace("馆藏善本得到修复。", "按照沪府发〔2020〕6号修复馆藏善本。")))
    [row] = ask(view_files.load(BASE)["projects-citing"], {"number": "沪府发〔2020〕6号"}).rows
    assert (row["section"], row["line"], row["amount"]) == ("立项依据、项目总目标", 12, 120000)


def test_headings_of_narratives_have_a_gloss_in_english(tmp_path):
    with serving_one(tmp_path, FORM) as client:
        [row] = client.get("/views/projects").json()["rows"]
        pages = [
            client.get(row["project"], params={"lang": lang}, headers=HTML, follow_redirects=True).text
            for lang in ("zh", "en")
        ]
    heads = ("<dt>立项依据</dt>", '<dt>立项依据 <span class="en">bases</span></dt>')
    assert [[head in page for head in heads] for page in pages] == [[True, False], [False, True]]


def test_projects_based_on_a_document_state_the_line_that_cites_it(tmp_path):
    told = FORM.replace("馆藏善本得到修复。", "按照《馆藏文献修复办法》修复馆藏善本。")
    view, ask = view_files.load(BASE)["projects"], asking(tmp_path, filed(told))
    [row] = ask(view, {"basis": "馆藏文献修复办法"}).rows
    line = next(at for at, text in enumerate(told.splitlines(), 1) if "馆藏文献修复办法" in text)
    assert row["citedAt"] == line != row["line"]
    assert "citedAt" not in ask(view, {}).rows[0]


def test_a_goal_told_in_a_narrative_alone_is_found_and_told(tmp_path):
    told = FORM.replace("六、年度预算安排", "五、绩效目标\n\n善本得到修复。\n\n六、年度预算安排")
    told = told.replace("馆藏善本得到修复。\t修复善本两百册。", "\t")
    given = ({"goal": "善本得到"}, {"goal": "单位职责"}, {"without": "hasGoal"})
    view, ask = view_files.load(BASE)["projects"], asking(tmp_path, filed(told))
    found, other, lacking = (ask(view, each).rows for each in given)
    assert (len(found), len(other)) == (1, 0)
    assert [(row["unknown"], row["inNarrative"]) for row in lacking] == [("hasGoal", "善本得到修复。")]


@pytest.mark.parametrize(
    ("narrative", "asked", "known"),
    [
        ("", {"without": "hasGoal"}, 1),
        ("五、绩效目标\n\n善本得到修复。\n\n", {"without": "hasGoal"}, 0),
        ("", {"without": "evaluates"}, 0),
    ],
)
def test_only_what_a_form_leaves_blank_is_known_to_be_lacking(narrative, asked, known, tmp_path):
    """Test a form whose goals are blank, which a narrative may tell, and what no form prints."""
    told = FORM.replace("馆藏善本得到修复。\t修复善本两百册。", "\t").replace(
        "六、年度预算安排", f"{narrative}六、年度预算安排"
    )
    with serving_one(tmp_path, told) as client:
        page = client.get("/views/projects", params=asked, headers=HTML).text
    assert f"其中已知没有的 {known} 个；不明的 {1 - known} 个" in page


CASE = CASES / "list-with-functions-of-expenditure" / "expected.ttl"
TOYS, GARDEN, PONDS, FILES, WALL = "幼儿园玩教具购置", "街心花园养护", "山塘清淤", "老旧档案整理", "校园围墙维修"


@pytest.fixture(scope="module")
def by_function(tmp_path_factory):
    """A function that gives the projects of a function of expenditure."""
    graph = Graph()
    graph.load(path=CASE, format=RdfFormat.TURTLE, base_iri="http://localhost:8000/")
    graph.update(
        f"INSERT {{ ?project <{terms.amount}> ?money ; <{terms.amountSource}> <{terms.annualRequest}> }}"
        f" WHERE {{ ?project <{terms.annualRequest}> ?money }}"
    )
    path, view = tmp_path_factory.mktemp("functions") / "tables.sqlite", view_files.load()["projects"]
    filling.fill_from_graph(path, [*tables().values()], graph)
    file = TableFile(path, os.open(path, os.O_RDONLY))
    return lambda function: view.answer(answering(graph), {"function": function}, "1", tables=lambda _: file).rows


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
def test_projects_are_found_by_function_with_all_below_it(by_function, function, found):
    rows = by_function(function)
    assert {row["name"]: row["function"] for row in rows} == found
    assert len(rows) == len(found)
    if function == "205":
        assert sum(row["amount"] for row in rows) == 700_000


FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
年度资金总额 | 100万元
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


def test_a_filing_without_a_body_is_named_in_words(tmp_path):
    with serving_one(tmp_path, FILING) as client:
        [row] = client.get("/views/projects").json()["rows"]
        address, source = (row[name].replace(f"{BASE}id/", "/doc/") for name in ("project", "source"))
        told = client.get(source, params={"lang": "en"}, headers={"Accept": "text/html"}).text
        page = client.get(address, params={"lang": "en"}, headers={"Accept": "text/html"}).text
        filing = re.findall(r'href="/id/(filing/[^"?]*)', page)[0]
        pages = [
            client.get(f"/doc/{each}", params={"lang": "en"}, headers={"Accept": "text/html"}).text
            for each in (filing, "filing", "source")
        ]
    assert "Filing of a body that was not read" in page
    assert (
        absent(
            pages[0],
            "<h1>Filing of a body that was not read (2022) ",
            '<p class="answer">1 project, 1,000,000 yuan requested (2022)</p>',
        )
        == []
    )
    assert ">Filing of a body that was not read (2022)</a>" in told
    assert absent(pages[1], ">body not read</a>", '<p class="answer">1 filing') == []
    assert not any(">/id/" in each.partition('<section class="take">')[0] for each in (page, *pages))
