"""Charts have the figures that the triples have, draw money of one kind and year alone, and say what they omit."""

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from html import unescape

import lxml.html
import pytest

from jixiao.server.apps.charts import bars, charts, tiles
from tests.server.conftest import BASE, HTML, serving_one
from tests.support.pages import absent, markup as page, replied, words

KINDS = charts.kinds(BASE)
ASKED = {"targets": "?text=满意", "citations": "?document=松委发〔2009〕97号"}
"""The parameters that charts need, by the name of the chart."""


def rows(client, address):
    answer = replied(200, client.get(address, headers={"Accept": "application/json"}))
    return json.loads(answer.text, parse_float=Decimal)["rows"]


def table(text):
    """The heading and the rows of the table from which a page draws its chart."""
    return [words(row.xpath("th | td")) for row in lxml.html.fromstring(text).xpath("//*[@id='chart-table']//tr")]


def data(text):
    found = re.search(r'<script type="application/json" id="chart-data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


CITED = "basis/fldlhlcahtirw-2009-97"
OF_TERM, OF_YEAR = "全部年度（一年或几年）", "本预算年度"
NUMBERS = {
    "/charts/spending-by-year": (
        ("year", "amountKind", "period", "projects", "amount"),
        [
            (2022, "requested", OF_TERM, 1, Decimal("86580.55")),
            (2022, "requested", OF_YEAR, 1, 400000),
            (2023, "requested", OF_YEAR, 1, 1000000),
        ],
    ),
    "/charts/spending-by-source": (
        ("year", "period", "fund", "amount"),
        [
            (2022, OF_TERM, "财政资金", 400000),
            (2022, OF_TERM, "其他资金", 100000),
            (2023, OF_YEAR, "上年结转资金", 20000),
        ],
    ),
    "/charts/network": (("number", "projects"), [("松委发〔2009〕97号", 3), ("上海市人民政府令第35号", 1)]),
    f"/charts/citations?document=/id/{CITED}": (("year", "projects"), [(2022, 2), (2023, 1)]),
}
"""Columns and rows of charts, as the documents state them."""


@pytest.mark.parametrize("address", NUMBERS)
def test_numbers_are_those_that_the_documents_state(address, client):
    names, stated = NUMBERS[address]
    assert [tuple(row[name] for name in names) for row in rows(client, address)] == stated


def test_of_sources_those_of_one_period_are_drawn(client):
    for period, year in ((OF_TERM, "2022"), (OF_YEAR, "2023")):
        _, *drawn = table(page(client, f"/charts/spending-by-source?of={period},requested"))
        assert {row[0] for row in drawn} == {year}


@pytest.mark.parametrize(
    ("lengths", "limit", "drawn"), [([3, 2, 1, 1, 1], 4, 2), ([3, 1], 4, 2), ([1, 1, 1], 2, 2), ([3, 2], 2, 2)]
)
def test_of_bars_alike_all_are_drawn_or_none(lengths, limit, drawn, client, monkeypatch):
    assert bars._longest(Counter({str(n): each for n, each in enumerate(lengths)}), limit) == [*map(str, range(drawn))]


def test_bars_beyond_the_longest_are_told(client, monkeypatch):
    every = len(table(page(client, "/charts/network"))) - 1
    cited = sum(row["projects"] for row in rows(client, "/charts/network"))
    monkeypatch.setitem(vars(KINDS["network"]), "limit", 1)
    text = page(client, "/charts/network", "en")
    assert len(table(text)) == 2
    shown = int(table(text)[1][1])
    assert f"In the chart: {shown} bases of projects; left out: {cited - shown} " in data(text)["foot"][0]
    assert f"In the chart: the longest 1 bars; the spreadsheet has {every - 1} more." in data(text)["foot"]


@pytest.mark.parametrize(
    ("chart", "other"),
    [
        ("spending", "other year, other period of amount"),
        ("spending-by-year", "other period of amount"),
    ],
)
def test_money_of_other_kinds_and_years_is_told_and_offered(chart, other, client):
    every = {(row["year"], row["period"]): row["projects"] for row in rows(client, f"/charts/{chart}")}
    text = page(client, f"/charts/{chart}", "en")
    [shown, left] = map(
        int, re.findall(r"In the chart: (\d+) projects?; left out: (\d+) project", data(text)["foot"][0])[0]
    )
    assert shown + left == sum(row["projects"] for row in rows(client, f"/charts/{chart}"))
    assert f" ({other})." in data(text)["foot"][0]
    assert text.count(f"/charts/{chart}?of=") >= len({each[1] for each in every if each[1]}) - 1


def test_reasons_for_what_is_left_out_are_those_that_hold(client):
    """Money of one year is left out for its phase or period, not for its year."""
    for year in ("2022", "2023"):
        assert "other year" not in data(page(client, f"/charts/spending?year={year}", "en"))["foot"][0]


def test_notes_on_more_than_is_drawn_say_so(client):
    """The projects without an amount are not among those in the chart."""
    shown = page(client, "/charts/spending", "en")
    drawn, wider, *others = re.findall(r"left-out\">(.*?)</p>|<li>(.*?)</li>", shown.partition('class="narrowing"')[0])
    assert "In the chart:" in drawn[0]
    assert "not what is drawn alone" in wider[1]
    assert others


def test_provinces_are_tiles_with_their_projects_and_money(client):
    text = page(client, "/charts/provinces?year=2022", "en")
    [heading, [name, cell]] = table(text)
    tile = re.search(r'<a href="([^"]*)" aria-label="Shanghai: (\d+) projects?, [\d.,]+ (?:million )?yuan">', text)
    assert (heading[1], name, cell.split()[1]) == ("Amount (yuan)", "Shanghai", tile[2])
    answer = client.get(unescape(tile[1]), headers={"Accept": "application/json"}).json()
    assert answer["whole"]["rows"] == int(tile[2])
    assert text.partition('<ul class="shades"')[0].count("<rect ") == 34
    assert data(text)["title"] == "Money of projects, by place", "two projects are no trend"


@pytest.mark.parametrize("name", KINDS)
def test_a_chart_is_drawn_from_its_table_and_taken_away(name, client, of_evaluated):
    """Test pages, the words in pictures, the rows behind each number, and files."""
    client, version = (of_evaluated, "000002") if name == "reached" else (client, "000001")
    asked = f"/charts/{name}{ASKED.get(name, '')}"
    text = page(client, asked)
    said = data(text)
    assert absent(" ".join([said["title"], *said["head"], *said["foot"]]), version) == []
    assert said["address"].startswith(f"/charts/{name}")
    assert 'id="chart-tools" hidden' in text, "readers without scripts have no use for it"
    counts = re.findall(r'href="(/tables/[^"]*)">([\d,]+)', text)
    assert counts
    for address, number in counts:
        answer = client.get(unescape(address), headers={"Accept": "application/json"}).json()
        assert answer["whole"]["rows"] == int(number.replace(",", "")), address
    sign = "&" if "?" in asked else "?"
    content = client.get(f"{asked}{sign}format=csv").text
    assert len(list(csv.DictReader(io.StringIO(content)))) == len(rows(client, asked))
    assert client.get(f"{asked}{sign}format=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("spending?of=2022", 400),
        ("spending?colour=red", 400),
        ("spending?by=colour", 404),
        ("citations?document=", 400),
        ("targets", 400),
        ("none", 404),
    ],
)
def test_a_page_that_cannot_be_drawn_says_why(path, status, client):
    for lang in ("zh", "en"):
        answer = replied(
            status,
            client.get(f"/charts/{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML, follow_redirects=True),
        )
        assert "echarts.js" not in answer.text


def test_charts_are_found_and_cited(client):
    assert page(client, "/charts").count('<a href="/charts/') >= len(KINDS) - len(ASKED)
    assert "/charts/spending?year=2022" in client.get("/dataset/cite.txt?of=/charts/spending?year=2022").text
    for path, chart in {
        "/": "/charts",
        "/views/spending?year=2022": "/charts/spending?year=2022",
        "/views/indicators?text=满意": "/charts/targets?text=",
        "/views/legal-bases": "/charts/network",
        "/views/projects-citing?number=松委发〔2009〕97号": "/charts/citations?document=",
        "/charts/spending?year=2022": "/charts/spending-by-year?year=2022",
    }.items():
        assert f'href="{chart}' in page(client, path), path
    assert "/charts/targets?" not in page(client, "/views/indicators?text=&year=2022")  # which needs words to look for
    assert client.get("/charts/spending?version=000001&lang=en", headers=HTML).status_code == 200
    moved = client.get("/charts/spending?by=year&year=2022", headers=HTML, follow_redirects=False)
    assert moved.headers["location"] == "/charts/spending-by-year?year=2022"


def test_places_below_provinces_have_bars_and_no_map(client):
    text = page(client, "/charts/provinces?level=县级", "en")
    assert "by place" in text
    assert 'class="tiles"' not in text


@pytest.mark.parametrize(
    ("amounts", "shades"),
    [((500, 7, 40, 90_000), [3, 1, 2, 4]), ((5, 5, 9), [1, 1, 3]), ((1,), [1]), ((), [])],
)
@pytest.mark.parametrize("by", ["count", "amount"])
def test_shades_of_provinces_follow_their_figures(amounts, shades, by):
    provinces = {str(110000 + 10000 * n): {"count": 1, "address": "/", by: each} for n, each in enumerate(amounts)}
    made = {each["address"] and each["figure"]: each["shade"] for each in tiles.tiles(provinces) or ()}
    assert made == dict(zip(amounts, shades, strict=True)) | {None: 0}
    assert tiles.tiles({"310100": {"count": 1}}) is None, "a place below provinces"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/charts/provinces", "/"])
def test_a_map_says_what_its_shades_mean(path, lang, client):
    text = page(client, path, lang)
    legend = text.partition('<ul class="shades"')[2].partition("</ul>")[0]
    on_map = set(re.findall(r'<a [^>]*><title>[^<]*</title><rect class="(shade-\d)"', text))
    assert on_map
    assert set(re.findall(r'class="(shade-\d)"', legend)) == on_map
    assert len(set(re.findall(r"</svg> ([^<]+)</li>", legend))) == len(on_map) + 1


@pytest.mark.parametrize(
    ("path", "lang", "title", "finding"),
    [
        ("targets?text=满意", "zh", "指标目标值的分布：满意", None),
        (
            "spending-by-year?year=2023",
            "zh",
            "项目的资金，按年度",
            None,
        ),
        (
            "spending?year=2023",
            "en",
            "Money of projects, by department",
            None,
        ),
        ("network", "en", "Documents cited most", "Of 4 bases of projects, most cite 松委发〔2009〕97号: 3 projects"),
    ],
)
def test_a_chart_is_titled_by_its_finding(path, lang, title, finding, client):
    text = page(client, f"/charts/{path}", lang)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text) == [title]
    assert re.findall(r'<p class="answer"><strong>(.*?)</strong></p>', text) == ([finding] if finding else [])
    assert data(text)["title"] == (finding or title)


FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
项目单位 | 安徽省林业局
年度资金总额（万元） | 100
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥95%
满意度指标 | 服务对象满意度指标 | 职工满意度 | ≥95%
满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥95百分比
满意度指标 | 服务对象满意度指标 | 村民满意度 | ≥90百分比
"""


def test_words_for_one_unit_are_one_unit_and_what_is_left_out_is_told(tmp_path):
    with serving_one(tmp_path, FILING) as client:
        times, satisfaction = (page(client, f"/charts/targets?text={each}") for each in ("次数", "度&of=%25"))
    assert absent(times, "图中是 1 条指标。", "（次）") == []
    assert (table(satisfaction)[1:], absent(satisfaction, "图中是 4 条指标")) == ([["90", "1"], ["95", "3"]], [])


def test_results_are_counted_by_type_and_outcome(of_evaluated):
    found = {(row["type"], row["outcome"]): row["results"] for row in rows(of_evaluated, "/charts/reached")}
    assert [found["数量指标", each] for each in ("missed", "met", "exceeded")] == [1, 1, 1]
    assert (found["经济成本指标", "within"], found["社会效益指标", None]) == (1, 1)
    assert sum(found.values()) == 11
    drawn = [int(cell) for row in table(page(of_evaluated, "/charts/reached"))[1:] for cell in row[1:] if cell != "—"]
    assert sum(drawn) == 11, "what has no type has a bar, too"
    assert table(page(of_evaluated, "/charts/reached"))[0] == [
        "指标类型",
        "未达到",
        "正好达到",
        "超过",
        "限度内",
        "不能判断",
    ]


def test_the_chart_of_results_takes_the_filters_of_their_view(of_evaluated, client):
    assert sum(row["results"] for row in rows(of_evaluated, "/charts/reached?project=图书")) == 3
    assert 'href="/charts/reached?' in of_evaluated.get("/views/results?project=图书", headers=HTML).text
    assert "没有读到符合条件的自评" in page(client, "/charts/reached")
