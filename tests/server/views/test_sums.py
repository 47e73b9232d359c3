"""Test that pages add up money of one phase, period and year alone, and count what they say that they count."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import httpx
import lxml.html
import openpyxl
import pytest

from jixiao.server.views.answers import Sum
from tests.server.conftest import BASE, HTML, serving_files
from tests.support.pages import absent, words

FORM = """项目支出绩效目标申报表
（{year}年度）
项目名称 | {name}
项目单位 | {body}
{money}：100万元
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""
REQUEST, TOTAL = "年度资金总额", "项目资金总额"
FILED = [
    ("安徽省林业局", 2022, "森林防火", REQUEST),
    ("安徽省林业局", 2022, "林地调查", TOTAL),
    ("安徽省林业局", 2023, "苗木引种", REQUEST),
    ("福建省林业局", 2022, "湿地保护", REQUEST),
    ("福建省林业局", 2022, "古树保护", REQUEST),
    *(("", 2022, name, REQUEST) for name in ("林木育种", "林道维修", "苗圃改造", "虫害防治")),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of projects of 1,000,000 yuan: three of one body, of two kinds and years, two of another, and others."""
    files = {
        f"{n}.txt": FORM.format(body=body, year=year, name=name, money=money)
        for n, (body, year, name, money) in enumerate(FILED)
    }
    with serving_files(tmp_path_factory.mktemp("apart"), files) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("/views/by-year", [["2023", "1,000,000 (1)"], ["2022", "— (8)"]]),
        ("/views/bodies", [["安徽省林业局", "— (3)"], ["福建省林业局", "2,000,000 (2)"], ["4,000,000 (4)"]]),
        ("/views/provinces", [["Fujian", "2,000,000 (2)"], ["Anhui", "— (3)"]]),
        (
            "/tables/projects?body.present=1&group=body&measure=sum_amount",
            [["福建省林业局", "2,000,000 (2)"], ["安徽省林业局", "— (3)"]],
        ),
        ("/tables/projects?group=year&measure=sum_amount&figure=share", [["2023", "1,000,000 (1)"], ["2022", "— (8)"]]),
        ("/charts/provinces", [["4,000,000 4 projects"], ["Fujian", "2,000,000 2 projects"], ["Anhui"]]),
        ("/doc/org?sort=-amount", [["福建省林业局", "2,000,000 (2)"], ["安徽省林业局", "— (3)"]]),
        ("/doc/filing?text=安徽&sort=-amount", [["1,000,000 requested"], ["— requested"]]),
        ("/doc/place", [["Anhui", "— (3)"], ["Fujian", "2,000,000 (2)"]]),
        ("/doc/place/340000", [["2023", "1,000,000 (1)"], ["2022", "— (2)"]]),
    ],
)
def test_a_cell_of_money_is_of_one_phase_period_and_year(address, rows, served):
    """Test the cells of money in rows that are groups, each with the number of its projects."""
    text = served.get(f"{address}{'&' if '?' in address else '?'}lang=en", headers=HTML).text
    table = lxml.html.fromstring(text).xpath("(//main//table)[1]/tbody/tr")
    shown = [[words([cell])[0] for cell in row if cell.text_content().strip()] for row in table]
    assert [[cell for cell in row if cell in rows[n]] for n, row in enumerate(shown[: len(rows)])] == rows


NOTICE = """柳溪县住房和城乡建设局：
根据《柳溪县住房和城乡建设局关于要求拨付2022年古桥补助资金的函》，现下达你局2022年古桥补助资金100万元，请专款专用。
附件：古桥补助资金绩效目标表
柳溪县财政局
2022年5月6日
古桥补助资金绩效目标表
（2022年度）
项目名称 | 古桥补助资金 |
主管部门 | 柳溪县住房和城乡建设局 |
资金总额（万元） | 100 |
总体目标 | 三座古桥修缮完毕。 |
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 修缮古桥 | ≥3座 |
"""


@pytest.mark.parametrize(
    ("text", "kind", "worded"),
    [
        (NOTICE, "handedDown", "handed down"),
        (NOTICE.rpartition("5月6日\n")[2].replace("绩效目标表", "项目支出绩效目标批复表"), "approved", "approved"),
    ],
)
def test_money_that_is_decided_is_called_so_everywhere(text, kind, worded, tmp_path):
    """Test the page of a project, and lists with it, of money that its form prints as a total."""
    with serving_files(tmp_path, {"filing.txt": text}) as client:
        [row] = client.get("/views/projects", params={"format": "json"}).json()["rows"]
        assert (row["amountSource"], row["amountKind"]) == ("totalAmount", kind)
        for address in (row["project"], row["departmentIri"], "/views/projects?year=2022"):
            text = client.get(address, params={"lang": "en"}, headers=HTML, follow_redirects=True).text
            page = lxml.html.fromstring(text).xpath("//main")[0]
            said = words(page.xpath(".//*[@class='headline'] | .//td[contains(., '1,000,000')]"))
            assert said[0] in (
                f"1 million yuan {worded}",
                f"1,000,000 {worded}, whole term (of one year or several)",
            ), address


@pytest.mark.parametrize(("by", "told"), [("body", ["3"]), ("year", ["1"])])
def test_groups_stand_in_the_order_of_the_sums_that_they_print(by, told, tmp_path):
    """Test the order of groups by money, of which one phase is ranked: the others are said to have no place in it."""
    asked = [("安徽省林业局", 2022, "森林防火", REQUEST), ("福建省林业局", 2022, "湿地保护", REQUEST)]
    files = {
        f"{n}.txt": FORM.format(body=body, year=year, name=name, money=of)
        for n, (body, year, name, of) in enumerate(asked)
    }
    with serving_files(tmp_path, {**files, "notice.txt": NOTICE}) as client:
        given = {"group": by, "measure": "sum_amount", "sort": "-sum_amount", "format": "json"}
        answer = client.get("/tables/projects", params=given).json()
        page = client.get("/views/bodies", params={"lang": "en"}, headers=HTML).text
    sums = [row["sum_amount_requested"] for row in answer["rows"]]
    assert sums == sorted(sums, key=lambda amount: -(amount or 0))
    assert "of money requested; amounts of other phases (1) have columns of their own" in answer["caveat"]["en"]
    assert "sort=-sum_amount_handedDown" in page
    assert "sort=-amount" not in page


def test_projects_are_ranked_whatever_their_phase_which_each_cell_prints(tmp_path):
    """Test a request below money that was handed down, and the way to requests alone, with their number."""
    asked = FORM.format(body="安徽省林业局", year=2022, name="森林防火", money=REQUEST).replace("100万元", "30万元")
    with serving_files(tmp_path, {"form.txt": asked, "notice.txt": NOTICE}) as client:
        found = client.get("/ask", params={"q": "金额最大的项目", "format": "json"}).json()
        text = client.get("/ask", params={"q": "金额最大的项目", "lang": "en"}, headers=HTML).text
    assert [row["amount"] for row in found["rows"]] == [1_000_000, 300_000]
    page = lxml.html.fromstring(text).xpath("//main")[0]
    cells = words(page.xpath(".//table[contains(@class, 'rows')]//td[contains(@class, 'num')]"))
    assert cells == ["1,000,000 handed down, whole term (of one year or several)", "300,000 requested, fiscal year"]
    [facet] = [each for each in page.xpath(".//details[@class='facets'][@open]/p") if "Phase of" in each.text_content()]
    assert re.findall(r"\w[\w ]* \d", words([facet])[0].partition(":")[2]) == ["handed down 1", "requested 1"]


@pytest.mark.parametrize(
    ("asked", "zh", "en"),
    [
        (
            {"group": "body", "body.present": "1", "sort": "-sum_amount"},
            "金额（合计）（申请）最大的是福建省林业局（2022 年）：申请 2,000,000 元；"
            "几个年度或期间的金额不相加，各算各的",
            "Largest (Amount (total) (requested)): 福建省林业局 (2022), 2,000,000 yuan requested; money of several"
            " years or periods is not added, and each counts by itself",
        ),
        (
            {"group": "year", "sort": "-sum_amount"},
            "金额（合计）（申请）最大的是2022：申请 7,000,000 元；几个期间的金额不相加，各算各的",
            "Largest (Amount (total) (requested)): 2022, 7,000,000 yuan requested; money of several periods is not"
            " added, and each counts by itself",
        ),
        (
            {"group": "body", "body.present": "1", "sort": "sum_amount"},
            "安徽省林业局有几个年度或期间的金额，不相加，没有参加比较；其余的里，"
            "金额（合计）（申请）最小的是福建省林业局：200 万元",
            "Not compared, as money of several years or periods is not added up: 安徽省林业局. Of the others:"
            " Least (Amount (total) (requested)): 福建省林业局, 2 million yuan",
        ),
    ],
)
def test_the_largest_group_is_not_called_so_beside_groups_without_a_sum(asked, zh, en, served):
    asked = {"measure": "sum_amount", "format": "json", **asked}
    answer = served.get("/tables/projects", params=asked).json()
    assert answer["sentence"] == {"zh": zh, "en": en}


@pytest.mark.parametrize(
    "asked",
    [
        {"group": "year,project", "figure": "rank", "rank_sum_amount.most": "3"},
        {"group": "body", "sum_amount.least": "100000"},
    ],
)
def test_ranks_and_bounds_tell_of_money_that_they_leave_out(asked, tmp_path):
    files = {
        "request.txt": FORM.format(body="安徽省林业局", year=2022, name="森林防火", money=REQUEST),
        "second.txt": FORM.format(body="安徽省林业局", year=2021, name="森林防火", money=REQUEST),
        "plan.txt": FORM.format(body="福建省林业局", year=2022, name="湿地保护", money="下达资金总额"),
    }
    with serving_files(tmp_path, files) as client:
        asked = {"measure": "sum_amount", "format": "json", **asked}
        answer = client.get("/tables/projects", params=asked).json()
    assert (
        "Order, and conditions on sums, are of money requested; amounts of other phases (1)" in answer["caveat"]["en"]
    )


def test_groups_whose_money_is_not_added_up_come_before_those_without_any(tmp_path):
    years = ((2021, REQUEST), (2022, REQUEST), (2022, TOTAL), (2023, "全年计划"))
    files = {
        f"{n}.txt": FORM.format(body="安徽省林业局", year=year, name=f"森林防火{n}", money=money)
        for n, (year, money) in enumerate(years)
    }
    with serving_files(tmp_path, files) as client:
        answer = client.get("/views/by-year", params={"sort": "-sum_amount_requested", "format": "json"}).json()
        page = client.get("/views/by-year", params={"sort": "-sum_amount_requested", "lang": "en"}, headers=HTML).text
    assert [row["year"] for row in answer["rows"]] == [2021, 2022, 2023]
    assert "which is not added (1), come behind those with a sum" in page


def test_a_sum_that_no_row_prints_orders_nothing(served):
    page = served.get("/views/provinces", params={"region": "安徽", "lang": "en"}, headers=HTML).text
    assert "Amount (requested)" in page
    assert "sort=-sum_amount" not in page


ADDED = "Money of several years or periods is not added up: its cell is blank"


@pytest.mark.parametrize(
    ("address", "adds"),
    [
        ("/views/bodies", True),
        ("/views/projects", False),
        ("/views/bodies?year=2023", False),
        ("/tables/projects?group=body&measure=sum_amount", True),
    ],
)
def test_files_say_that_cells_are_empty_where_pages_keep_money_apart(address, adds, served):
    asked = httpx.URL(f"http://localhost{address}")
    got = {form: served.get(asked.copy_merge_params({"format": form, "headings": "en"})) for form in ("json", "xlsx")}
    about = dict(openpyxl.load_workbook(io.BytesIO(got["xlsx"].content)).worksheets[1].values)
    told = (got["json"].json().get("caveat", {"en": ""})["en"], about.get("Note", ""))
    assert [ADDED in each for each in told] == [adds] * 2
    page = served.get(asked.copy_merge_params({"lang": "en"}), headers=HTML).text
    assert (ADDED in page) == adds


def test_pages_of_things_speak_of_blank_cells_where_they_have_some(tmp_path):
    """Test a body with money of two years, each in a row of its own, and one with two kinds of money of a year."""
    filed = [("甘肃省林业局", 2022, REQUEST), ("甘肃省林业局", 2023, REQUEST), ("福建省林业局", 2022, REQUEST)]
    texts = (
        FORM.format(body=body, year=year, name=f"森林防火{n}", money=money)
        for n, (body, year, money) in enumerate([*filed, ("福建省林业局", 2022, TOTAL)])
    )
    with serving_files(tmp_path, {f"{n}.txt": text for n, text in enumerate(texts)}) as client:
        told = {}
        for row in client.get("/views/bodies", params={"format": "json"}).json()["rows"]:
            path = row["departmentIri"].removeprefix(BASE.rstrip("/")).replace("/id/", "/doc/")
            page = client.get(path, params={"lang": "en"}, headers=HTML).text
            told[row["department"]] = ADDED in page
        assert told == {"甘肃省林业局": False, "福建省林业局": True}


@pytest.mark.parametrize("address", ["/views/by-year", "/tables/projects?group=year&measure=sum_amount,mean_amount"])
def test_files_have_a_column_for_each_phase_with_the_number_of_its_rows(address, served):
    """Test JSON, CSV and xlsx: what may not be added is blank, and has its number all the same."""
    asked = httpx.URL(f"http://localhost{address}")
    got = {form: served.get(asked.copy_merge_params({"format": form, "headings": "en"})) for form in ("csv", "xlsx")}
    found = served.get(asked.copy_merge_params({"format": "json"})).json()
    cells = {row["year"]: (row["sum_amount_requested"], row["with_amount_requested"]) for row in found["rows"]}
    assert cells == {2023: (1_000_000, 1), 2022: (None, 8)}
    heads = {column["name"]: column["label"]["en"] for column in found["columns"]}
    sheet = openpyxl.load_workbook(io.BytesIO(got["xlsx"].content)).worksheets[0]
    [first, *_] = sheet.values
    assert {f"{heads['sum_amount_requested']} (yuan)", heads["with_amount_requested"]} <= {*first}
    assert heads["with_amount_requested"] in got["csv"].text


@pytest.mark.parametrize(
    ("given", "filled", "empty"),
    [
        ({"figure": "share"}, {"rows_all": 9, "share_rows": 33.3}, {"sum_amount_all", "sum_annualRequest_all"}),
        # Requests are of one period, also where amounts are of several.
        (
            {"figure": "share", "year.is": "2022"},
            {"rows_all": 8, "sum_annualRequest_all_requested": 7_000_000, "share_sum_annualRequest_requested": 14.3},
            {"sum_amount_all", "share_sum_amount"},
        ),
    ],
)
def test_figures_of_all_groups_are_empty_for_mixed_money_alone(given, filled, empty, served):
    asked = {"group": "body", "measure": "rows,sum_amount,sum_annualRequest", "format": "json", **given}
    rows = served.get("/tables/projects", params=asked).json()["rows"]
    [row] = [each for each in rows if each["bodyName"] == "安徽省林业局"]
    assert {name: row[name] for name in filled} == filled
    assert {row[f"{name}_requested"] for name in empty} == {None}


def test_a_running_total_is_of_one_year_and_period(served):
    asked = {"group": "body", "measure": "rows,sum_amount", "figure": "running", "format": "json"}
    names = {column["name"] for column in served.get("/tables/projects", params=asked).json()["columns"]}
    of_year = served.get("/tables/projects", params={**asked, "year.is": "2023"}).json()["rows"]
    assert {name for name in names if name.startswith("running")} == {"running_rows"}
    assert [row["running_sum_amount_requested"] for row in of_year] == [1_000_000]


def test_two_sides_have_no_sum_and_tell_what_they_lack(tmp_path):
    """Test a difference of two sides of one kind and year, one of which has a project without an amount."""
    kinds = [("森林防火", REQUEST), ("森林巡护", "备注"), ("湿地保护", REQUEST)]
    files = {f"{name}.txt": FORM.format(body="安徽省林业局", year=2022, name=name, money=of) for name, of in kinds}
    given = {
        "one.name.contains": "森林",
        "other.name.contains": "湿地",
        "measure": "sum_amount",
        "figure": "difference",
    }
    with serving_files(tmp_path, files) as client:
        found = client.get("/tables/projects", params={**given, "format": "json"}).json()
        text = client.get("/views/years", params={"first": "2022", "second": "2023", "lang": "en"}, headers=HTML).text
    assert (found["rows"][0]["difference_sum_amount_requested"], found["head"]["en"]) == (0, "1 group")
    assert "Without an amount in “Amount (total) (森林)”: 1." in found["caveat"]["en"]
    assert "(湿地)" not in found["caveat"]["en"]
    assert "Read in part" in words(lxml.html.fromstring(text).xpath("(//main//table)[1]/thead//th"))


@pytest.mark.parametrize(("one", "other", "difference"), [("苗木", "湿地", None), ("2023", "2022", -6_000_000)])
def test_sides_of_different_years_have_a_difference_if_they_are_years(served, one, other, difference):
    condition = "year.is" if one.isdigit() else "name.contains"
    sides = {f"one.{condition}": one, f"other.{condition}": other, "amountSource.is": "annualRequest"}
    asked = {**sides, "measure": "sum_amount", "figure": "difference", "format": "json"}
    [row] = served.get("/tables/projects", params=asked).json()["rows"]
    assert row.get("difference_sum_amount_requested") == difference


def test_shares_and_heads_say_nothing_of_what_mixes(served):
    """Test heads of answers, in pages and in JSON."""
    answers = {name: served.get(f"/views/{name}", params={"format": "json"}).json() for name in ("shares", "provinces")}
    assert answers["shares"]["head"]["en"] == "9 of 9 projects: 100%"
    assert ADDED in answers["shares"]["caveat"]["en"]
    assert answers["shares"]["whole"]["sums"] == {}
    counts = "2 places, 9 projects (not known, or above this level: 4)"
    assert answers["provinces"]["head"]["en"] == (
        f"{counts}, 2023: 1,000,000 yuan requested (1); 2022: 7,000,000 yuan requested (7), 1,000,000 yuan requested"
        " (whole term, of one year or several) (1)"
    )
    of_year = served.get("/views/shares", params={"format": "json", "year": "2023"}).json()
    assert of_year["head"]["en"] == "1 of 1 projects: 100%, 1 million yuan of 1 million yuan: 100% (requested)"


@pytest.mark.parametrize("view", ["shares", "by-year"])
def test_sentences_count_no_fewer_than_none(view, tmp_path):
    form = FORM.format(body="安徽省林业局", year=2022, name="林地调查", money="年度资金总额：1O0万元\n项目资金总额")
    with serving_files(tmp_path, {"1.txt": form}) as client:
        page = client.get(f"/views/{view}", params={"lang": "en"}, headers=HTML).text
    assert "another amount alone" in page or view == "shares"
    assert not re.findall(r": -\d+", page)


def test_views_agree_on_what_was_read_in_part(served):
    """Test counts of projects in files of which only the end was not seen, which are not among them."""
    asked = ("projects?", "project-counts?", "project-counts?limit=1&", "body-years?")
    found, *counted, years = (served.get(f"/views/{view}format=json").json() for view in asked)
    assert {row["readingStatus"] for row in found["rows"] if row["lastLine"]} == {"partial"}
    assert [each["whole"]["partial"] for each in (found, *counted)] == [0, 0, 0]
    assert {row["partial"] for row in years["rows"]} == {0}


@pytest.mark.parametrize(
    ("address", "said"),
    [("/doc/filing", "Read in part, also those of which only the end was not seen: 7."), ("/views/projects", None)],
)
def test_heads_say_what_is_read_in_part(address, said, served):
    """Test files of which only the end was not seen: seven filings are read in part, and no project is."""
    text = served.get(address, params={"lang": "en"}, headers=HTML).text
    assert re.findall(r"Read in part, [^<]*", text) == ([said] if said else [])


def test_funds_are_apart_by_period_and_have_the_kind_of_their_amount(tmp_path):
    """Test fiscal funds of a request and of a total, and a total that a notice hands down."""
    year, term = (f"{money}：100万元\n其中：财政资金" for money in (REQUEST, TOTAL))
    kinds = [("安徽省林业局", 2022, "森林防火", year), ("福建省林业局", 2022, "古树保护", term)]
    forms = [FORM.format(body=body, year=year, name=name, money=money) for body, year, name, money in kinds]
    with serving_files(tmp_path, {f"{n}.txt": text for n, text in enumerate([*forms, NOTICE])}) as client:
        found = client.get("/tables/funds", params={"format": "json"}).json()["whole"]["parts"]
        page = client.get("/views/projects", params={"fund": "财政资金", "lang": "en"}, headers=HTML).text
    parts = {(each["kind"], each["period"], each["fund"], each["amountPeriod"]): each["rows"] for each in found}
    own, of_year, of_term = "依项目金额", "本预算年度", "全部年度（一年或几年）"
    every, fiscal, public = "全部资金", "财政资金", "财政的钱"
    of_request = [(own, every), (of_year, every), (of_year, fiscal), (of_year, public)]
    of_total = [(own, every), (of_term, every), (of_term, fiscal)]
    assert parts == {
        **{("requested", *each, of_year): 1 for each in of_request},
        **{("requested", *each, of_term): 1 for each in of_total},
        **{("handedDown", *each, of_term): 1 for each in of_total[:2]},
    }
    assert {each["amount"] for each in found} == {1_000_000}
    told = "1,000,000 yuan requested (1)", "1,000,000 yuan requested (whole term, of one year or several) (1)"
    assert absent(page, *told) == []


def test_all_money_of_a_project_is_apart_by_the_decision_on_its_amount(tmp_path):
    """Test totals and fiscal funds of a form that asks for money, and of a notice that hands money down."""
    fiscal = "资金总额（万元） | 100 |\n其中：财政拨款 | 100 |"
    files = {
        "form.txt": FORM.format(body="", year=2022, name="古树保护", money=f"{TOTAL}：100万元\n其中：财政资金"),
        "notice.txt": NOTICE.replace("资金总额（万元） | 100 |", fiscal),
    }
    with serving_files(tmp_path, files) as client:

        def by_year(table, name, **where):
            asked = {"group": "year", "measure": f"sum_{name}", "format": "json", **where}
            [row] = client.get(f"/tables/{table}", params=asked).json()["rows"]
            return {phase: row[f"sum_{name}_{phase}"] for phase in ("requested", "handedDown")}

        each = dict.fromkeys(("requested", "handedDown"), 1_000_000)
        for name in ("totalAmount", "fiscalFunds"):
            assert by_year("projects", name) == each
        assert by_year("funds", "amount", **{"fund.is": "财政资金"}) == each


def test_projects_of_a_kind_of_amounts_are_kept_without_an_amount_or_said_to_be_left_out(tmp_path):
    """Test notices with and without a legible amount, and a request without one."""
    lost = NOTICE.replace("| 100 |", "| 1O0、2O0 |").replace("补助资金100万元", "补助资金")
    asked = FORM.format(body="", year=2022, name="古树保护", money=REQUEST).replace("：100万元", "：待定")
    files = {"lost.txt": lost, "notice.txt": NOTICE.replace("古桥", "古塔"), "asked.txt": asked}
    with serving_files(tmp_path, files) as client:
        down, requested = (
            client.get("/views/projects", params={"kind": kind, "format": "json"}).json()
            for kind in ("handedDown", "requested")
        )
    assert {row["name"]: row["amount"] for row in down["rows"]} == {"古塔补助资金": 1_000_000}
    assert requested["rows"] == []
    assert requested["caveat"]["en"].endswith(
        "no amount was read: 2, which fit but for the phase of money, and may be of another."
    )


def test_a_project_of_which_parts_alone_were_read_is_none_without_an_amount(tmp_path):
    """Test two forms without a legible amount, one of which lists parts of it in its goal."""
    silent, parted = (
        FORM.format(body="", year=2022, name=name, money=REQUEST).replace("：100万元", "：待定")
        for name in ("古树保护", "林道维修")
    )
    parted = parted.replace("消除火灾隐患", "护林站56万元，防火队46万元，共102万元")
    with serving_files(tmp_path, {"silent.txt": silent, "parted.txt": parted}) as client:
        told = client.get("/views/projects", params={"format": "json"}).json()["caveat"]["en"]
    assert "Projects of which no amount was read: 1." in told
    assert "Projects of which another amount alone was read" in told


COLUMNS = """桥梁修缮绩效目标表
（2022年度）
项目名称 | 桥梁修缮
主管部门 | 柳溪县住房和城乡建设局
项目资金（万元） | 中期资金总额： | {} | 年度资金总额： | 50
 | 其中：财政拨款 | 50 | 其中：财政拨款 | {}
 | 其他资金 | {} | 其他资金 | {}
年度目标 | 三座古桥修缮完毕。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 修缮古桥 | ≥3座
"""


@pytest.fixture(scope="module")
def of_periods(tmp_path_factory):
    """A server of a project with funds of the year and of the whole term, and one with fiscal funds of the year."""
    of_year = FORM.format(body="", year=2022, name="古树保护", money=f"{REQUEST}：100万元\n其中：财政资金")
    files = {"columns.txt": COLUMNS.format(100, 30, 50, 20), "form.txt": of_year}
    with serving_files(tmp_path_factory.mktemp("periods"), files) as client:
        yield client


@pytest.mark.parametrize(
    ("given", "rows", "said"),
    [
        ({"fund": "其他资金"}, {(None, "本预算年度")}, ["choose a period): 1"]),
        ({"fund": "其他资金", "period": "year"}, {(200_000, "本预算年度")}, []),
        ({"fund": "其他资金", "period": "全部年度（一年或几年）"}, {(500_000, "全部年度（一年或几年）")}, []),
        ({"fund": "其他资金", "period": "整个实施期"}, {(500_000, "全部年度（一年或几年）")}, []),
        ({"fund": "财政的钱"}, {(300_000, "本预算年度"), (1_000_000, "本预算年度")}, []),
        (
            {"fund": "财政资金"},
            {(500_000, "全部年度（一年或几年）"), (1_000_000, "本预算年度")},
            [],
        ),
    ],
)
def test_a_fund_of_a_year_is_not_that_of_the_whole_term(given, rows, said, of_periods):
    answer = of_periods.get("/views/projects", params={"format": "json", **given}).json()
    assert {(row["amount"], row["period"]) for row in answer["rows"]} == rows
    assert absent(answer.get("caveat", {}).get("en", ""), *said) == []
    assert said or "caveat" not in answer


@pytest.mark.parametrize("view", ["bodies", "by-year", "provinces", "spending"])
def test_groups_that_ask_for_a_period_take_one(view, tmp_path):
    """Test groups with money of a year and of a whole term, whose cell is blank until a period is chosen."""
    filed = {
        f"{name}.txt": FORM.format(body="福建省林业局", year=2022, name=f"保护{name}", money=name)
        for name in (REQUEST, TOTAL)
    }
    with serving_files(tmp_path, filed) as client:
        mixed = client.get(f"/views/{view}", params={"format": "json"}).json()
        of_year = client.get(f"/views/{view}", params={"format": "json", "amountPeriod": "year"}).json()
    sums = [name for name in mixed["rows"][0] if name.startswith("sum_amount_")]
    assert "choose a year or a period" in mixed["caveat"]["en"]
    assert {row[name] for row in mixed["rows"] for name in sums} == {None}
    assert 1_000_000 in {row[name] for row in of_year["rows"] for name in sums}


@pytest.mark.parametrize("rows", [1, 2])
def test_a_sum_of_whole_terms_says_that_these_may_be_of_one_year(rows):
    part = Sum(2022, "requested", "全部年度（一年或几年）", None, None, rows, Decimal(10))
    assert part.words.en.endswith("(whole term, of one year or several)")
    assert replace(part, period="本预算年度").words.en == "10 yuan requested"


UNIT = "合肥市洋湖林场"


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory):
    """A server of one project, for which a department of the province answers, and a body of a city carries it out."""
    text = FORM.format(body=UNIT, year=2022, name="森林防火", money=REQUEST).replace(
        "项目单位 |", "主管部门 | 安徽省林业局\n实施单位 |"
    )
    with serving_files(tmp_path_factory.mktemp("carried-out"), {"form.txt": text}) as client:
        yield client


def test_a_page_about_a_body_bears_its_name(carried_out):
    """Test the page of a body that carries a project out, for which its department answers."""
    roles = carried_out.get("/tables/roles", params={"format": "json"}).json()["rows"]
    [iri] = {row["body"] for row in roles if row["bodyName"] == UNIT}
    for body in (iri, UNIT):
        page = carried_out.get("/views/department", params={"department": body}, headers=HTML).text
        assert words(lxml.html.fromstring(page).xpath("//h1"))[0].startswith(f"{UNIT} ")
        assert "安徽省林业局" in page


@pytest.mark.parametrize(("body", "told"), [(UNIT, True), ("安徽省林业局", False)])
@pytest.mark.parametrize(
    ("address", "name"), [("/views/spending", "department"), ("/tables/projects?group=body", "roles.body.is")]
)
def test_rows_of_departments_say_that_they_are_of_another_body(address, name, body, told, carried_out):
    """Test departments of the projects that a body carries out, beside those of the department itself."""
    asked = httpx.URL(f"http://localhost{address}").copy_merge_params({name: body, "format": "json"})
    answer = carried_out.get(asked).json()
    assert len(answer["rows"]) == 1
    assert ("those of their projects alone" in answer.get("caveat", {"en": ""})["en"]) == told


@pytest.mark.parametrize(("place", "has_projects"), [("340000", True), ("340100", False)])
def test_pages_of_places_lead_to_projects_where_there_are_some(place, has_projects, carried_out):
    page = carried_out.get(f"/doc/place/{place}", headers=HTML).raise_for_status().text
    [*links] = lxml.html.fromstring(page).xpath("//a[contains(@href, '/views/projects?region=')]/@href")
    assert bool(links) == has_projects
    assert [carried_out.get(link, headers=HTML).status_code for link in links] == [200] * has_projects


TERMS = {
    ("2022-03-01", "2023-11-30"): 21,
    ("2023-04-01", "2024-02-29"): 11,
    ("2023-02-01", "2023-02-28"): 1,
    ("2022-03-15", "2022-09-14"): 6,
    ("2022-06-01", "2022-06-15"): 0.5,
}


def test_a_term_of_whole_months_has_a_whole_number_of_them(tmp_path):
    files = {}
    for n, (first, last) in enumerate(TERMS):
        dates = f"计划开始日期 | {first}\n计划完成日期 | {last}\n年度目标 |"
        form = FORM.format(body="安徽省林业局", year=2022, name=f"巡护{n}", money=REQUEST)
        files[f"{n}.txt"] = form.replace("年度目标 |", dates)
    with serving_files(tmp_path, files) as client:
        rows = client.get("/tables/projects", params={"format": "json"}).json()["rows"]
    assert {(row["startDate"], row["endDate"]): row["months"] for row in rows} == TERMS


def test_the_largest_target_of_a_range_is_its_upper_end(tmp_path):
    form = FORM.format(body="安徽省林业局", year=2022, name="森林防火", money=REQUEST)
    with serving_files(tmp_path, {"form.txt": form.replace("≥12次", "2-4次")}) as client:
        rows = client.get("/views/indicator-library", params={"format": "json", "text": "巡护次数"}).json()["rows"]
    assert [(row["operator"], row["least"], row["most"]) for row in rows] == [("between", 2, 4)]


def test_a_map_says_which_projects_it_counts(served):
    """Test the projects of one kind and year, of which alone the map shows the numbers."""
    text = served.get("/charts/provinces", params={"lang": "en"}, headers=HTML).text
    page = lxml.html.fromstring(text).xpath("//main")[0]
    assert "Beijing: none in the chart" in words(page.xpath(".//*[name() = 'title']"))
    assert "number of its projects that are drawn: 2022, requested, fiscal year." in page.text_content()
    assert "not added up" not in page.text_content()
    tiles = words(page.xpath(".//a/*[name() = 'title']"))
    assert tiles == ["Anhui: 1 project, 1 million yuan", "Fujian: 2 projects, 2 million yuan"]
    # A bar for projects that lie nowhere has the most money: no headline says that another place has.
    assert "not known, or above this level" in words(page.xpath(".//*[@id='chart-table']//td"))
    assert page.xpath(".//p[@class='answer']") == []


@pytest.mark.parametrize(
    ("sides", "heads"),
    [
        ({"one.year.is": "2022", "other.year.is": "2023"}, ["2022", "2023", "2022 less 2023"]),
        ({"one.year.is": "2023", "other.year.is": "2021"}, ["2023", "2021", "2023 less 2021"]),
        (
            {"one.locations.place.is": "340000", "other.locations.place.is": "350000"},
            ["Anhui", "Fujian", "Anhui less Fujian"],
        ),
        ({"one.name.contains": "林"}, ["林", "all", "林 less all"]),
        ({"one.year.least": "2023", "other.year.is": "2021"}, ["one", "2021", "one less 2021"]),
    ],
)
def test_sides_are_called_what_they_are(sides, heads, served):
    """Test the columns of two sides, which a page has even of a side without rows."""
    asked = {**sides, "measure": "rows,sum_amount", "figure": "difference", "lang": "en"}
    text = served.get("/tables/projects", params=asked, headers=HTML).text
    shown = words(lxml.html.fromstring(text).xpath("(//main//table)[1]/thead//th"))
    one, other, less = heads
    wanted = [f"Rows ({one})", f"Rows ({other})", f"Rows: {less}"]
    money = [f"({one}) (requested) (yuan)", f"({other}) (requested) (yuan)", f": {less} (requested) (yuan)"]
    assert {heading for heading in shown if heading.startswith("Rows")} == {*wanted}
    assert {*shown} - {*wanted} <= {f"Amount (total) {of}".replace(" :", ":") for of in money}


def test_rows_of_unknown_place_are_told_to_be_left_out(served):
    asked = {"locations.place.is": "安徽", "year.is": "2022", "format": "json"}
    caveat = served.get("/tables/projects", params=asked).json()["caveat"]
    assert "没有读到“地方”，不在其中" in caveat["zh"]
    assert "Left out, as “place” was not read: 4 projects that otherwise fit." in caveat["en"]
