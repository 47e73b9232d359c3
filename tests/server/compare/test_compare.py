"""Comparisons over HTTP: what is on each side, counted apart, and why something is not compared."""

import csv
import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.bodies import limits
from jixiao.server.apps.compare.result import Side
from jixiao.server.editions.renditions import text_around
from tests.server.conftest import BASE, WHOLE_FILING, serving_files
from tests.support.pages import replied

BODY, OTHER = "中国人民政治协商会议上海市松江区委员会办公室", "上海市松江区人民代表大会常务委员会办公室"
SERIES = "/id/series/bdd7i7amlc5hg/jaffbl3rohoc7"
PROJECT = "/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
REQUESTS, REQUEST = "项目金额：申请，本预算年度", "一年的：全部资金"


def compared(client, **given):
    return replied(200, client.get("/compare", params={**given, "format": "json"})).json()


def rows(found, section):
    """Rows of a section by their Chinese names."""
    return {
        row["name"] if isinstance(row["name"], str) else row["name"]["zh"]: row
        for each in found["sections"]
        if each["section"] == section
        for row in each["rows"]
    }


def codes(said):
    return {each["code"] for each in said}


def test_two_years_of_a_body(comparing):
    found = compared(comparing, a=BODY, year_a=2022, year_b=2023)
    assert (len(rows(found, "projects")), list(rows(found, "others"))) == (6, ["专题调研", "专项调研"])
    told = rows(found, "amounts")[REQUESTS]
    assert [cell["detail"]["en"] for cell in told["cells"]] == ["7 of 7 projects"] * 2
    assert rows(found, "indicators")["培训通过率"]["change"] == "2"
    used_alike = [
        name for name, row in rows(found, "indicators").items() if row["cells"][0]["detail"]["en"] == "1 target"
    ]
    assert used_alike == sorted(used_alike)


def test_a_page_begins_with_totals_and_folds_what_one_side_has(comparing):
    asked = {"a": BODY, "year_a": 2022, "year_b": 2023, "lang": "en"}
    text = comparing.get("/compare", params=asked, headers={"Accept": "text/html"}).text
    row = rows(compared(comparing, a=BODY, year_a=2022, year_b=2023), "amounts")[REQUESTS]
    totals = text.partition('<dl class="sides">')[2].partition("</dl>")[0]
    assert re.findall(r"<strong>([\d,.]+) yuan</strong> <span class=\"of\">([^<]+)</span>", totals) == [
        (f"{Decimal(cell['number']):,}", "7 of 7 projects") for cell in row["cells"]
    ]
    folded = re.findall(r"<details><summary><h2>([^<]+)</h2>", text)
    assert folded == ["Other projects (2 names)"]
    assert text.index("<h2>Projects of both sides (6)</h2>") < text.index(folded[0])
    assert ">—</td>" in text.partition(folded[0])[2].partition("</table>")[0].partition("专项调研")[2]
    assert text.count("stands for what was not stated or not read") == 1


def test_filings_without_a_year_are_counted_apart(comparing):
    for given in ({"year_a": 2022, "year_b": 2023}, {}):
        found = compared(comparing, a=BODY, b=OTHER, **given) if not given else compared(comparing, a=BODY, **given)
        notes = [each["zh"] for each in found["notes"] if each["code"] == "undated"]
        assert notes == ([] if given else [f"{OTHER}另有没有年度的申报，共 1 份，不计入任何一方。"])


def test_two_bodies(comparing):
    money = rows(compared(comparing, a=BODY, b=OTHER), "amounts")[REQUESTS]
    first, second = (Decimal(cell["number"]) for cell in money["cells"])
    assert Decimal(money["change"]) == second - first
    for cell, projects in zip(money["cells"], (7, 5), strict=True):
        behind = comparing.get(f"{cell['rows']}&format=json").json()["whole"]
        assert (behind["rows"], Decimal(behind["sums"]["amount"])) == (projects, Decimal(cell["number"]))


def test_the_form_offers_bodies_of_the_store_and_shows_names_for_iris(comparing):
    page = comparing.get("/compare", params={"lang": "zh"}, headers={"Accept": "text/html"}).text
    assert {*re.findall(r'placeholder="如：([^"0-9]+)"', page)} <= {BODY, OTHER}
    given = {"a": "/id/org/bdd7i7amlc5hg", "year_a": 2022, "year_b": 2024, "lang": "zh"}
    page = comparing.get("/compare", params=given, headers={"Accept": "text/html"}).text
    assert f'name="a" value="{BODY}"' in page
    told = re.findall("不作比较：([^<]+)", page)
    assert told
    assert len(told) == len({*told}), "each reason is given once"
    assert "不作比较（理由见上）" in page


def body(name, *projects, filings=9):
    """A side whose projects have a body's name and a project's name, in some filings."""
    rows = [
        {"project": f"/id/project/{of}/{title}", "department": of, "filing": n % filings, "readingStatus": "whole"}
        for n, (of, title) in enumerate(projects)
    ]
    return Side(Bilingual(name, name), name, f"/id/org/{name}", 2022, rows=rows)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (body("甲局", ("甲局（汇总）", "培训")), body("乙局", ("乙局", "培训")), {"scopes-differ"}),
        (body("甲局", ("甲局（汇总）", "培训")), body("乙局", ("乙局(汇总)", "培训")), set()),
        (
            body("甲局", ("甲局（汇总）", "培训"), ("甲局（本级）", "培训")),
            body("乙局", ("乙局", "培训")),
            {"contained", "scopes-differ"},
        ),
        (
            body("甲局", ("甲局（汇总）", "培训"), ("甲局", "会议"), filings=1),
            body("甲局（汇总）", ("甲局（汇总）", "培训"), ("甲局", "会议"), filings=1),
            {"shared"},
        ),
        (body("甲局", ("甲局", "培训")), body("乙局", ("甲局", "培训")), {"shared"}),
    ],
)
def test_what_limits_a_comparison_of_bodies(first, second, wanted):
    assert {code for code, number, _ in limits((first, second)) if number} == wanted


def test_a_cover_that_declares_more_stops_sums_and_not_projects(comparing):
    found = compared(comparing, a=BODY, year_a=2022, year_b=2024)
    assert "cover" in codes(found["notes"])
    assert all("cover" in codes(row["reasons"]) for row in rows(found, "amounts").values())
    assert rows(found, "projects")["业务培训"]["change"] == "-100000"
    assert codes(rows(found, "indicators")["培训通过率"]["reasons"]) == {"signs-differ"}


def test_one_project_over_the_years(comparing):
    found = compared(comparing, a=SERIES)
    assert [side["year"] for side in found["sides"]] == [2022, 2023, 2024]
    assert compared(comparing, a=PROJECT)["sides"] == found["sides"]
    targets = rows(found, "indicators")
    assert codes(targets["培训通过率"]["reasons"]) == {"signs-differ"}
    assert codes(targets["培训计划完成率"]["reasons"]) >= {"units-differ"}
    assert rows(found, "amounts")[REQUEST]["comparable"]
    assert "change" not in rows(found, "amounts")[REQUEST]


def test_one_project_in_two_years(comparing, years):
    found = compared(comparing, a=SERIES, b=SERIES, year_a=2022, year_b=2023)
    targets = rows(found, "indicators")
    assert (targets["培训通过率"]["change"], targets["培训计划完成率"]["change"]) == ("2", "0")
    assert codes(targets["培训完成及时性"]["reasons"]) == {"words-equal"}
    assert rows(found, "amounts")[REQUEST]["change"] == "0"
    money = rows(found, "amounts")["项目金额"]
    assert money["change"] == "0"
    assert {cell["detail"]["zh"] for cell in money["cells"]} == {"申请"}
    for cell in money["cells"]:
        [line] = text_around(years.rendition(cell["source"].rpartition("/")[2]), cell["line"], 0)
        assert "400000" in line.text.replace(",", ""), line.text
    assert not any(cell.get("line") for cell in rows(found, "stated")["读取状态"]["cells"]), "no printed value"
    listed = rows(found, "amounts")["分列金额，照原文，不作加减"]
    assert [cell.get("text") for cell in listed["cells"]] == [None, "第一季度用款计划20万元，第二季度用款计划20万元"]


@pytest.mark.parametrize(
    ("given", "sides"),
    [
        ({"a": BODY}, [("2023", 2023), ("2024", 2024)]),  # the latest years
        ({"a": BODY, "b": OTHER}, [(BODY, 2022), (OTHER, 2022)]),  # the latest one of both
        ({"a": "松江区政协办公室", "b": "松江区人大办公室"}, [(BODY, 2022), (OTHER, 2022)]),  # as in questions
        ({"a": BODY, "year_a": 2022, "year_b": 2023}, [("2022", 2022), ("2023", 2023)]),
        ({"a": PROJECT, "b": "政协会议", "year_b": 2023}, [("业务培训 2022", 2022), ("政协会议 2023", 2023)]),
    ],
)
def test_sides_are_found_by_names_and_years(comparing, given, sides):
    assert [(side["label"]["en"], side["year"]) for side in compared(comparing, **given)["sides"]] == sides


def test_projects_of_one_name_and_year_are_told_by_their_bodies(comparing):
    answer = comparing.get("/views/projects", params={"text": '"业务培训"', "year": 2022, "format": "json"})
    same = [row["project"] for row in answer.json()["rows"] if row["name"] == "业务培训"]
    other = next(iri for iri in same if not iri.endswith(PROJECT))
    found = compared(comparing, a=PROJECT, b=other.removeprefix(BASE[:-1]))
    first, second = (side["name"] for side in found["sides"])
    assert first == f"业务培训 · {BODY}"
    assert second.startswith("业务培训 · ")
    assert first != second


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"a": f"{OTHER}（汇总）", "b": OTHER}, 400, "There is no body or project"),
        ({"a": BODY, "year_a": "2022", "year_b": "2030"}, 400, "of 2030 here; years that are: 2022, 2023, 2024."),
        ({"a": "区", "b": BODY, "year_a": "2022", "year_b": "2023"}, 400, "choose one"),
        ({"a": "没有这个单位"}, 400, "There is no body or project"),
        ({"a": BODY, "year_a": "2022", "year_b": "2022"}, 400, "of the same year"),
        ({"a": BODY, "b": PROJECT}, 400, "cannot be compared"),
        ({"a": PROJECT, "b": PROJECT}, 200, "2022 and 2023 and 2024"),
        ({"a": PROJECT, "b": PROJECT, "year_a": "2022", "year_b": "2022"}, 400, "of the same year"),
        ({"a": BODY, "year_a": "22", "year_b": "2023"}, 400, "four-digit"),
        ({"a": "/id/basis/nothing"}, 400, "no body or project"),
        ({"a": BODY, "c": "1"}, 400, "no parameter c"),
        ({"a": SERIES, "b": SERIES, "year_a": "2030", "year_b": "2022"}, 400, "2022, 2023, 2024"),
        ({}, 200, "side by side"),
    ],
)
def test_what_is_not_understood(given, status, said, comparing):
    replied(status, comparing.get("/compare", params={**given, "lang": "en"}, headers={"Accept": "text/html"}), said)
    assert comparing.get("/compare", params={**given, "format": "json"}).status_code == (status if given else 400)


def test_a_body_of_one_year_asks_for_another(comparing):
    answer = comparing.get("/compare", params={"a": OTHER, "lang": "en"}, headers={"Accept": "text/html"})
    assert f"Give another one to compare, or two years: years of “{OTHER}” here: 2022." in answer.text
    assert (answer.status_code, 'role="alert"' in answer.text) == (200, False), "the link of its page is no mistake"
    assert comparing.get("/compare", params={"a": OTHER, "format": "json"}).status_code == 400


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"a": BODY, "b": OTHER, "year_a": 2024}, [2024, 2022]),
        ({"a": BODY, "b": OTHER, "year_b": 2022}, [2022, 2022]),
        ({"a": BODY, "year_a": 2022}, [2022, 2024]),
        ({"a": BODY, "year_b": 2022}, [2024, 2022]),
    ],
)
def test_years_that_are_missing_are_chosen_and_told(given, chosen, comparing):
    assert [side["year"] for side in compared(comparing, **given)["sides"]] == chosen
    text = comparing.get("/compare", params={**given, "lang": "en"}, headers={"Accept": "text/html"}).text
    [told] = re.findall(r"Not all years were given; compared are: ([^<]+)<", text)
    assert re.findall(r"\d{4}", told) == [str(each) for each in chosen]


def test_projects_of_one_name_are_offered_with_their_bodies_and_years(comparing):
    answer = comparing.get("/compare", params={"a": "业务培训", "lang": "zh"}, headers={"Accept": "text/html"})
    offered = re.findall(r'<li><a href="/compare[^"]*">(.*?)</a>', answer.text)
    assert f"业务培训 · {BODY} · 2022 · 2023 · 2024" in offered
    assert len(offered) == len(set(offered)) == 2


def test_pages_of_things_lead_to_comparisons(comparing):
    for path in ("/doc/org/bdd7i7amlc5hg", f"/doc{SERIES.removeprefix('/id')}", f"/doc{PROJECT.removeprefix('/id')}"):
        text = comparing.get(path, headers={"Accept": "text/html"}).text
        assert f"/compare?a={path.replace('/doc', '/id').replace('/', '%2F')}" in text.replace(
            "a=/id", "a=%2Fid"
        ).replace(path.removeprefix("/doc"), path.removeprefix("/doc").replace("/", "%2F"))


def test_rows_as_csv_and_as_a_spreadsheet(comparing):
    asked = {"a": BODY, "year_a": "2022", "year_b": "2023", "headings": "en"}
    csv_text, sent = (comparing.get("/compare", params={**asked, "format": form}) for form in ("csv", "xlsx"))
    found = {(row["section"], row["name"]): row for row in csv.DictReader(io.StringIO(csv_text.text))}
    requests = found["amounts", "Amounts of projects: requested, fiscal year"]
    assert (requests["comparable"], requests["detail_1"]) == ("yes", "7 of 7 projects")
    head, *rows = load_workbook(io.BytesIO(sent.content))["Data"].iter_rows(values_only=True)
    assert {"Section", "Name", "Side", "Detail", "Difference"} <= {*head}
    [row] = [each for each in rows if each[:2] == ("amounts", "Amounts of projects: requested, fiscal year")]
    assert (str(row[2]), str(row[3])) == (requests["side_1"], requests["side_2"])


def test_amounts_of_two_kinds_are_both_shown_and_said_to_differ(tmp_path):
    text = WHOLE_FILING.replace("财政资金\t120000", "财政资金\t").replace("其他资金\t0", "其他资金\t")
    later = text.replace("2023", "2024").replace("120000.00\t年度资金申请总额\t120000", "2500000\t年度资金申请总额\t")
    text = text.replace("120000.00\t年度", "\t年度")
    assert later.count("2500000") == 1
    asked = {"a": "临江市图书馆", "year_a": "2023", "year_b": "2024", "lang": "en"}
    with serving_files(tmp_path, {"2023.txt": text, "2024.txt": later}) as client:
        page = client.get("/compare", params=asked, headers={"Accept": "text/html"}).text
    head = page.partition('<dl class="sides">')[2].partition("</p>")[0]
    assert re.findall(r"<strong[^>]*>([^<]+)</strong>", head) == ["120,000 yuan", "2,500,000 yuan"]
    assert "annual request not read" not in head
    assert "of different kinds and are not compared: Amounts of projects: requested, fiscal year, Amounts" in head
