"""Rows as JSON and CSV, and answers to take away: CSV for people, its description, and xlsx for spreadsheets."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text import decimals
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import language
from jixiao.server.views import view_files
from jixiao.server.views.answers import COLUMN_TYPES, Answer, Column, for_people, read_rows
from jixiao.server.views.csv_text import to_csv
from jixiao.server.views.downloads import file_stem
from jixiao.server.views.workbook import to_xlsx
from jixiao.server.words import unlisted
from tests.server.conftest import BASE, HTML, NUMBER, serving_one
from tests.support.pages import absent, page, replied

QUESTION = Bilingual("问什么？", "Which?")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def column(name, kind, **more):
    return Column(name, kind, Bilingual(f"{name}列", f"column {name}"), None, False, **more)


COLUMNS = (
    column("iri", "iri"),
    column("name", "text", blank=Bilingual("未写", "not stated")),
    column("sign", "operator"),
    column("amount", "yuan"),
    column("year", "year"),
)
LONG = Decimal("12345678901234567890.1")
ANSWER = Answer(
    "v",
    {"number": NUMBER, "limit": "10"},
    "000007",
    False,
    COLUMNS,
    (
        {"iri": "http://x/1", "name": "=HYPERLINK(1)", "sign": "ge", "amount": Decimal("86580.55"), "year": 2022},
        {"iri": "http://x/2", "name": None, "sign": None, "amount": None, "year": None},
        {
            "iri": "http://x/3",
            "name": "a\x0bb",
            "sign": "lt",
            "amount": LONG,
            "year": 2024,
        },
    ),
    "SELECT *",
    None,
)


def test_csv_for_people_has_words_and_iris_last():
    rows = list(csv.reader(io.StringIO(to_csv(ANSWER, headings="en", byte_order_mark=True).removeprefix("\ufeff"))))
    assert rows[0] == ["column name", "column sign", "column amount (yuan)", "column year", "column iri"]
    assert rows[1] == ["'=HYPERLINK(1)", "≥", "86580.55", "2022", "http://x/1"]
    assert rows[2] == ["not stated", "", "", "", "http://x/2"]


def test_csv_for_programs_has_names_and_codes():
    rows = list(csv.DictReader(io.StringIO(to_csv(ANSWER))))
    assert (list(rows[0]), rows[0]["sign"], rows[1]["name"]) == ([each.name for each in COLUMNS], "ge", "")


@pytest.mark.parametrize(("language", "sheets"), [("zh", ["数据", "说明"]), ("en", ["Data", "About"])])
def test_xlsx_has_typed_cells_and_says_what_it_is(language, sheets):
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(ANSWER, language, QUESTION, "http://localhost:8000/views/v")))
    assert book.sheetnames == sheets
    rows = list(book[sheets[0]].iter_rows())
    assert [cell.value for cell in rows[0]] == [each.heading(language) for each in for_people(COLUMNS)]
    first = rows[1]
    assert [cell.value for cell in first] == ["=HYPERLINK(1)", "≥", 86580.55, 2022, "http://x/1"]
    assert [cell.data_type for cell in first] == ["s", "s", "n", "n", "s"]
    assert first[2].number_format == "#,##0.00"
    assert rows[2][0].value == ("未写" if language == "zh" else "not stated")
    assert (rows[3][0].value, rows[3][2].value) == ("ab", "12345678901234567890.1")
    about = {row[0].value: row[1].value for row in book[sheets[1]].iter_rows()}
    assert {"http://localhost:8000/views/v", "000007", "SELECT *", NUMBER} <= set(about.values())


def test_a_file_is_named_after_what_was_asked():
    assert file_stem(ANSWER) == f"v_{NUMBER}"
    thing = replace(ANSWER, params={"project": "http://localhost:8000/id/project/aaa/2022/bbb"})
    assert file_stem(thing) == "v_aaa-2022-bbb"
    absent = replace(
        ANSWER, params={"without": "goals", "body.isNot": BASE + "id/org/a", "year": "2022", "sort": "year"}
    )
    assert file_stem(absent, ("without",)) == "v_without-goals_body.isNot-a_2022", "no name says the opposite"


def test_downloads_over_http(client):
    asked = {"number": NUMBER}
    book = client.get("/views/projects-citing", params=asked, headers={"Accept": XLSX})
    assert book.headers["content-type"] == XLSX
    assert "filename*=UTF-8''projects-citing_%E6%9D%BE" in book.headers["content-disposition"]
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    assert sheets.worksheets[0].max_row == 4
    about = {row[0].value: row[1].value for row in sheets.worksheets[1].iter_rows()}
    assert about["日期"] == date.fromisoformat(about["日期"]).isoformat()
    assert about["地址"].startswith("/views/projects-citing?number=%E6")
    text = client.get("/views/projects-citing", params={**asked, "format": "csv", "headings": "zh", "bom": "1"}).text
    assert text.startswith("\ufeff项目名称,责任部门,年度,金额（元）,")
    rows = client.get("/views/projects-citing", params={**asked, "format": "json"}).json()["rows"]
    asked = {"project": rows[0]["project"], "format": "csv", "headings": "en"}
    english = client.get("/views/project", params=asked).text
    assert absent(english, ",Basics,", ",annual request,") == []
    assert not re.search("基本信息|责任部门|年度资金申请总额|完整|[类区],", english)
    assert client.get("/quality/findings?format=xlsx").content.startswith(b"PK")


def test_addresses_in_files_are_those_of_the_site_that_was_asked(client):
    for host in ("data.example.org", "other.example.org:8080"):
        answer = client.get("/views/spending?format=xlsx", headers={"Host": host})
        about = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1]
        said = {str(name): str(text) for name, text in about.iter_rows(values_only=True)}
        assert said["地址"] == f"http://{host}/views/spending"
        cited = client.get("/dataset/cite.txt?of=/views/spending?year=2022", headers={"Host": host}).text
        assert f"http://{host}/views/spending?year=2022&version=000001" in cited
        table = client.get("/views/projects?format=csv&headings=zh", headers={"Host": host}).text
        part = client.get("/dataset/cite.bib?of=/views/spending", headers={"Host": host}).text
        assert f",http://{host}/id/project/" in table
        assert "localhost" not in f"{cited}{table}{part}{said['引用']}"
        assert "http://localhost:8000/id/" in client.get("/views/projects?format=csv").text, "of programs"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_files_and_citations_of_one_machine_have_relative_links(client, host):
    asked = {"headers": {"Host": host, "Accept": "text/html"}}
    cited = client.get("/dataset/cite.txt?of=/views/spending?year=2022", **asked).text
    table = client.get("/views/projects?format=csv&headings=zh", **asked).text
    page = client.get("/dataset/cite?of=/views/spending&lang=en", **asked).text
    assert ": /dataset/000001. /views/spending?year=2022&version=000001. " in cited
    assert ",/id/project/" in table
    assert "the links below are relative" in page
    assert "links in files and citations are relative" in client.get("/views/spending?lang=en", **asked).text
    assert host not in f"{cited}{table}{page}"


def test_a_site_with_an_address_names_it_when_called_from_its_own_machine():
    called = language.Wish(headers=[(b"host", b"localhost:8000")])
    assert (
        called.own("https://data.example.org/")
        == called.site("https://data.example.org/")
        == "https://data.example.org"
    )
    assert language.Wish(headers=[(b"host", b"localhost.example.org")]).own(BASE) == "http://localhost.example.org"


def test_the_permanent_link_of_an_answer_carries_its_version(client, of_grown):
    page = {"Accept": "text/html"}
    answer = client.get("/views/projects?year=2022&lang=en", headers=page).text
    (link,) = re.findall(r'href="([^"]*)">Link that names the present version', answer)
    assert "version=000001" in link
    assert "may differ" not in client.get(unescape(link), headers=page).text
    assert "may differ" in of_grown.get("/views/projects?version=000001&lang=en", headers=page).text


@pytest.mark.parametrize("path", ["/views/projects?version=000009", "/views/projects?version=1a", "/dataset/000009"])
def test_a_link_to_a_version_that_never_was_names_those_that_are(of_grown, path):
    told = of_grown.get(path, headers={"Accept": "application/json"})
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    assert told.json()["detail_zh"].endswith("现有：000002, 000001。")
    assert told.json()["detail_en"].endswith("there are: 000002, 000001.")
    for lang, said in (("zh", "没有版本"), ("en", "There is no version")):
        replied(
            404, of_grown.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers={"Accept": "text/html"}), said
        )


def test_columns_that_were_not_asked_for_are_not_there_rather_than_empty(client):
    def heads(**asked):
        text = client.get("/views/projects", params={**asked, "format": "csv"}).text
        described = client.get("/views/projects", params={**asked, "format": "json"}).json()
        assert set(described["rows"][0]) == {each["name"] for each in described["columns"]}
        return set(text.splitlines()[0].split(","))

    asked_for = {"unknown", "findings", "fault", "role", "found"}
    assert not heads() & asked_for
    assert heads(fault="AmountNotANumber") & asked_for == {"findings", "fault"}
    assert heads(without="hasSection") & asked_for == {"unknown"}
    assert heads(topic="培训", department="松江") & asked_for == {"found", "role"}


BLANK = """项目支出绩效目标申报表
（2024年度）
项目名称 | 北渠清淤
主管部门 | | 项目属性 | 新增项目
实施单位 | 石浦市灌区管理所 | 项目期 | 一年
年度资金总额（万元） | 64
产出指标 | 数量指标 | 清淤渠段 | ≥11公里
满意度指标 | 服务对象满意度 | 农户满意度 | ≥90%
"""


def test_a_table_leads_to_the_line_that_prints_each_value(tmp_path):
    """A department may be taken from the implementing unit; a value whose line is not known has that of its project."""
    with serving_one(tmp_path, BLANK) as client:
        (row,) = client.get("/views/projects", params={"evidence": "1", "format": "json"}).json()["rows"]
        [amount] = page(client, "/views/projects").xpath("//tbody//a[contains(@href, 'property=')]")
        leads = [
            client.get(
                amount.get("href").replace("property=annualRequest", named), headers=HTML, follow_redirects=False
            )
            for named in ("property=annualRequest", "property=otherFunds", "")
        ]
    assert (row["department"], row["departmentLine"], amount.text) == ("石浦市灌区管理所", 5, "640,000")
    assert [each.headers["location"].rpartition("#")[2] for each in leads] == ["L6", "L3", "L3"]


LABEL = {"zh": "甲", "en": "a"}


def answer(kind, value):
    column = Column("a", kind, Bilingual(**LABEL), None, True)
    return Answer("v", {"p": "松"}, "000001", False, (column,), ({"a": value},), "ASK {}", None)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (Decimal("400000.00"), "400000"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+6"), "1000000"),
        (7, "7"),
        (Decimal("0.00"), "0"),
    ],
)
def test_numbers_are_plain_digits(number, digits):
    assert decimals.digits(number) == digits


def test_decimals_stay_exact_in_json():
    exact = Decimal("12345678901234567890.123456789")
    assert json.loads(answer("yuan", exact).to_json(), parse_float=Decimal)["rows"] == [{"a": exact}]


def test_headings_stand_in_the_order_of_their_lines_each_once():
    column = Column("a", "headings", Bilingual(**LABEL), None, False)
    said = "120 项目概述\n12 立项依据\n30 立项依据\n5 \n40 政策 依据"
    found = {"results": {"bindings": [{"a": {"type": "literal", "value": said}}, {}]}}
    assert read_rows(json.dumps(found).encode(), [column]) == [{"a": "立项依据、政策 依据、项目概述"}, {"a": None}]


def test_json_has_the_members_of_the_contract():
    assert json.loads(answer("text", "松").to_json()) == {
        "view": "v",
        "params": {"p": "松"},
        "dataset_version": "000001",
        "truncated": False,
        "columns": [{"name": "a", "label": LABEL, "type": "text"}],
        "rows": [{"a": "松"}],
        "sparql": "ASK {}",
    }


@pytest.mark.parametrize(
    "cell",
    [
        "=A1",
        "+cmd|' /C calc'!A0",
        "-2+3+A1",
        "@x",
        "\tx",
        "\r=x",
        "＝ＳＵＭ(1)",
        "='[1]1'!$1:$1",
        '=HYPERLINK("http://a")',
    ],
)
def test_cells_by_which_a_spreadsheet_could_run_something_are_harmless(cell):
    assert list(csv.reader(io.StringIO(to_csv(answer("text", cell)), newline="")))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["=100.00(%)", "=10个", "=", "-5", "+1", "＝1", "=278人", "－"])
def test_cells_that_can_do_nothing_are_as_printed(cell):
    assert list(csv.reader(io.StringIO(to_csv(answer("text", cell)), newline="")))[1] == [cell]


def test_negative_numbers_stay_numbers_in_csv():
    assert to_csv(answer("yuan", Decimal("-5.50"))) == "a\r\n-5.5\r\n"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_csv_reads_back(text):
    [_, row] = csv.reader(io.StringIO(to_csv(answer("text", f"x{text}")), newline=""))
    assert row == [f"x{text}"]


def test_titles_stand_in_one_order():
    assert COLUMN_TYPES["titles"]("乙\n甲") == "乙；甲"
    assert COLUMN_TYPES["titles"]("") is None


def test_codes_are_shown_by_their_names():
    [fault, *_] = view_files.load()["findings"].params
    assert fault.shown("arithmetic,AmountNotANumber") == Bilingual(
        "金额计算、金额不是数字", "Arithmetic, Amount that is not a number"
    )
    assert replace(fault, kind="iri").shown("jxi:satisfaction") == Bilingual("满意度指标", "satisfaction indicator")
    assert fault.shown("不认得的") == Bilingual("不认得的", "不认得的")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("3.其他专项类", "其他专项类"),
        ("32-专项资金项目", "专项资金项目"),
        ("（2）运转类", "运转类"),
        ("*****其他专项业务费", "其他专项业务费"),
        ("经常性项目", "经常性项目"),
        ("2.5 类", "2.5 类"),
        ("211", "211"),
    ],
)
def test_an_entry_of_a_list_is_shown_without_its_number(printed, shown):
    assert unlisted(printed) == shown
