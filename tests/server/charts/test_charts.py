"""Charts have the figures that the triples have, never add amounts that contain each other, and say what they omit."""

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import charts, drawings, targets, tiles
from tests.server.conftest import BASE, HTML, deposit, serving_one
from tests.support.pages import absent

MINHANG = "上海市闵行区人民政府办公室"
KINDS = charts.kinds(BASE)
ASKED = {
    "spending": "by=body",
    "provinces": "year=2022",
    "targets": "text=满意",
    "citations": "document=松委发〔2009〕97号",
    "network": "",
    "reached": "",
}


def answering(name: str, client: httpx.Client, of_evaluated: httpx.Client) -> tuple[httpx.Client, str]:
    """The client of a server with something to draw, and the version of its dataset."""
    return (of_evaluated, "000002") if name == "reached" else (client, "000001")


@pytest.fixture(scope="module")
def triples() -> dict[str, dict[str, set[str]]]:
    """The triples of the examples by property and subject, counted without any query."""
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in ("songjiang", "minhang"):
        for triple in parse(deposit(name).source_triples, format=RdfFormat.N_TRIPLES):
            said[triple.predicate.value][str(triple.subject.value)].add(triple.object.value)  # type: ignore[union-attr]
    return said


@pytest.fixture(scope="module")
def projects(triples: dict[str, dict[str, set[str]]]) -> set[str]:
    return {iri for iri, kinds in triples[terms.RDF_type].items() if terms.Project in kinds}


def one(said: dict[str, set[str]], iri: str) -> str | None:
    return min(said[iri]) if iri in said else None


def amount(triples: dict[str, dict[str, set[str]]], project: str) -> Decimal | None:
    """A project's one amount: the annual request, else the total, else the narrative's."""
    for name in (terms.annualRequest, terms.totalAmount, terms.narrativeAmount):
        if (found := one(triples[name], project)) is not None:
            return Decimal(found)
    return None


def rows(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_float=Decimal)["rows"]


def page(client: httpx.Client, address: str, lang: str = "zh") -> str:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}", headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def drawn(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="chart-data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def test_money_by_year_is_that_of_the_triples(
    client: httpx.Client, triples: dict[str, dict[str, set[str]]], projects: set[str]
) -> None:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for project in projects:
        sums[int(one(triples[terms.year], project) or 0)] += amount(triples, project) or 0
    found = rows(client, "/charts/spending?by=year")
    assert {row["year"]: row["amount"] for row in found} == dict(sums)
    assert sum(row["projects"] for row in found) == len(projects)


def test_money_by_body_adds_up_to_the_money_by_year(client: httpx.Client) -> None:
    by_body, by_year = (rows(client, f"/charts/spending?by={by}") for by in ("body", "year"))
    for name in ("projects", "withoutAmount", "partial", "amount"):
        assert sum(row[name] or 0 for row in by_body) == sum(row[name] or 0 for row in by_year)
    assert [row["amount"] or 0 for row in by_body] == sorted((row["amount"] or 0 for row in by_body), reverse=True)
    assert len({row["departmentIri"] for row in by_body}) == len(by_body)


@pytest.mark.parametrize("of", ["year", "total"])
def test_sources_are_parts_of_one_total_which_is_not_drawn(
    of: str, client: httpx.Client, triples: dict[str, dict[str, set[str]]], projects: set[str]
) -> None:
    parts = {
        "year": ("currentYearAppropriation", "carriedOver", "annualOtherFunds"),
        "total": ("fiscalFunds", "otherFunds"),
    }[of]
    found = rows(client, f"/charts/spending?by=source&of={of}")
    for part in parts:
        stated = [one(triples[terms.JX + part], project) for project in projects]
        assert sum(row[part] or 0 for row in found) == sum(Decimal(each) for each in stated if each), part
    text = page(client, f"/charts/spending?by=source&of={of}", "en")
    drawing = drawn(text)["drawing"]
    assert len(drawing["series"]) == len(parts)
    assert drawing["sums"] is None
    some = {project for part in parts for project in triples[terms.JX + part] if project in projects}
    total = {"year": "annual request", "total": "total amount"}[of]
    assert f"Projects: {len(projects)}. With at least one source of the {total}, and in the chart: {len(some)}." in text


def test_targets_are_counted_by_unit_and_operator(
    client: httpx.Client, triples: dict[str, dict[str, set[str]]]
) -> None:
    counted: Counter[tuple[str | None, Decimal | None, str | None]] = Counter()
    for indicator, names in triples[terms.RDFS_label].items():
        if terms.Indicator in triples[terms.RDF_type].get(indicator, ()) and any("满意" in name for name in names):
            value, sign = one(triples[terms.targetValue], indicator), one(triples[terms.targetOperator], indicator)
            unit = one(triples[terms.targetUnit], indicator)
            counted[unit, None if value is None else Decimal(value), sign and sign.rpartition("#")[2]] += 1
    assert counted
    found = rows(client, "/charts/targets?text=满意")
    assert {(row["unit"], row["target"], row["operator"]): row["indicators"] for row in found} == counted
    drawing = drawn(page(client, "/charts/targets?text=满意"))["drawing"]
    values = [value for series in drawing["series"] for value in series["values"] if value is not None]
    assert sum(values) == sum(n for (unit, value, _), n in counted.items() if unit == "%" and value is not None)


def test_citations_are_counted_by_the_year_of_projects(
    client: httpx.Client, triples: dict[str, dict[str, set[str]]], projects: set[str]
) -> None:
    [document] = [iri for iri, numbers in triples[terms.documentNumber].items() if numbers == {"松委发〔2009〕97号"}]
    citing = {project for project in projects if document in triples[terms.cites].get(project, ())}
    years = Counter(int(one(triples[terms.year], project) or 0) for project in citing)
    for given in ("松委发〔2009〕97号", "松委发(2009)97号", document, document.partition("8000")[2]):
        assert {row["year"]: row["projects"] for row in rows(client, f"/charts/citations?document={given}")} == years
        assert (
            "松委发〔2009〕97号" in re.findall(r"<h1[^>]*>.*", page(client, f"/charts/citations?document={given}"))[0]
        )


def test_the_documents_cited_most_have_bars(
    client: httpx.Client, triples: dict[str, dict[str, set[str]]], projects: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cited = [document for each in projects for document in triples[terms.cites].get(each, ())]
    assert {row["basis"]: row["projects"] for row in rows(client, "/charts/network")} == Counter(cited)
    monkeypatch.setitem(KINDS["network"][0].stated, "limit", 1)
    text = page(client, "/charts/network", "en")
    assert len(drawn(text)["drawing"]["places"]) == 1
    assert f"In the chart: the documents cited most, 1 of {len(set(cited))}." in text


@pytest.mark.parametrize(
    ("figures", "limit", "bars"), [([3, 2, 1, 1, 1], 4, [3, 2]), ([3, 1], 4, [3, 1]), ([1, 1, 1], 2, [1, 1])]
)
def test_of_documents_cited_alike_all_have_a_bar_or_none(figures: list[int], limit: int, bars: list[int]) -> None:
    stated = {"bars": ["projects"], "limit": limit}
    rows = charts.apart([{"projects": each} for each in figures], stated, cut=False)
    assert [row["projects"] for row in rows] == bars


def test_the_list_of_charts_shows_one(client: httpx.Client) -> None:
    text = page(client, "/charts")
    assert [each["name"] for each in drawn(text)["drawing"]["places"]] == ["2022", "2023"]
    assert text.count('<ul class="cards">') == 1


def test_provinces_are_tiles_with_their_projects_and_money(client: httpx.Client) -> None:
    shanghai, *others = rows(client, "/charts/provinces")
    assert shanghai["code"] == "310000"
    text = page(client, "/charts/provinces", "en")
    tile = re.search(r'<a href="([^"]*)" aria-label="Shanghai: (\d+) projects">', text)
    assert int(tile[2]) == shanghai["projects"]
    answer = client.get(unescape(tile[1]), headers={"Accept": "application/json"}).json()
    assert answer["whole"]["rows"] == shanghai["projects"]
    assert text.partition('<ul class="shades"')[0].count("<rect ") == 34
    saved = drawn(text)  # the picture has bars alone
    assert "tiles" not in saved["head"][0]
    amounts = [row["amount"] for row in (shanghai, *others) if row["code"]]
    assert len(saved["drawing"]["places"]) == len(amounts) - amounts.count(None)
    every = rows(client, "/charts/spending?by=year")
    assert sum(row["projects"] for row in (shanghai, *others)) == sum(row["projects"] for row in every)


def test_bodies_beyond_the_largest_are_told(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(client, "/charts/spending")
    monkeypatch.setitem(KINDS["spending"][0].stated, "limit", 1)
    assert rows(client, "/charts/spending") == whole
    text = page(client, "/charts/spending", "en")
    assert len(drawn(text)["drawing"]["places"]) == 1
    assert any(f"not in it: {len(whole) - 1};" in each for each in drawn(text)["foot"])


@pytest.mark.parametrize(
    ("lang", "sums", "scale", "unit"),
    [
        ("zh", ["0.01472", "2.261", ""], 10**8, "亿元"),
        ("en", ["1.472", "226.1", ""], 10**6, "million yuan"),
    ],
)
def test_bars_of_money_have_short_figures_beside_them_in_the_unit_of_the_axis(
    lang: str, sums: list[str], scale: int, unit: str
) -> None:
    amounts = (Decimal(1_472_000), Decimal(226_145_100), None)
    bars = drawings.Bars((drawings.Mark(""),) * 3, ((drawings.YUAN, amounts),), drawings.YUAN, read_off=True)

    drawing = drawings.to_json(bars, lang, str)

    assert (drawing["sums"], drawing["scale"], drawing["axis"]) == (sums, scale, unit)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_says_all_that_is_drawn(
    name: str, lang: str, client: httpx.Client, of_evaluated: httpx.Client
) -> None:
    client, version = answering(name, client, of_evaluated)
    text = page(client, f"/charts/{name}?{ASKED[name]}", lang)
    body = re.sub(r"<script.*?</script>|<[^>]*>", " ", text.partition("</figure>")[2], flags=re.DOTALL)
    data = drawn(text)
    drawing = data["drawing"]
    shown = [each["name"] for each in drawing["places"]]
    shown += [figure for series in drawing["series"] for figure in series["shown"] if len(drawing["series"]) == 1]
    assert shown
    assert [each for each in shown if each not in body] == []
    assert all(each["href"] is None or f"lang={lang}" in each["href"] for each in drawing.get("places", ()))
    said = " ".join([data["title"], *data["head"], *data["foot"]])
    assert absent(said, version, f"/charts/{name}") == []
    assert 'id="chart-tools" hidden' in text, "readers without scripts have no use for it"
    assert re.search(r"\d{4}-\d{2}-\d{2}", said)


@pytest.mark.parametrize("name", KINDS)
def test_tables_are_taken_away_as_csv_and_spreadsheets(
    name: str, client: httpx.Client, of_evaluated: httpx.Client
) -> None:
    client, _ = answering(name, client, of_evaluated)
    asked = f"/charts/{name}?{ASKED[name]}"
    assert len(list(csv.DictReader(io.StringIO(client.get(f"{asked}&format=csv").text)))) == len(rows(client, asked))
    assert client.get(f"{asked}&format=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/charts/spending?by=colour", 400),
        ("/charts/spending?by=source&of=month", 400),
        ("/charts/spending?colour=red", 400),
        ("/charts/spending?limit=5", 400),
        ("/charts/citations?document=", 200),
        ("/charts/targets", 200),
        ("/charts/none", 404),
    ],
)
def test_a_page_that_cannot_be_drawn_says_why(path: str, status: int, client: httpx.Client) -> None:
    for lang in ("zh", "en"):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML)
        assert answer.status_code == status
        assert "echarts.js" not in answer.text
        assert ('class="fault"' in answer.text) == (status != 200)


@pytest.mark.parametrize(
    "path",
    [
        *("spending", "spending?by=year&year=2022", "spending?by=source&department=闵行", "provinces?region=上海市"),
        *("citations?document=松委发〔2009〕97号", "network?year=2022", "reached"),
    ],
)
def test_the_number_of_each_row_is_that_of_the_rows_behind_it(
    path: str, client: httpx.Client, of_evaluated: httpx.Client
) -> None:
    client, _ = answering(path, client, of_evaluated)
    found = re.findall(r'href="(/tables/[^"]*)">([\d,]+)</a>', page(client, f"/charts/{path}"))
    assert found
    for address, number in found:
        answer = client.get(unescape(address), headers={"Accept": "application/json"}).json()
        assert answer["whole"]["rows"] == int(number.replace(",", "")), address


def test_a_chart_is_cited_with_its_filters(client: httpx.Client) -> None:
    assert "/charts/spending?by=year" in client.get("/dataset/cite.txt?of=/charts/spending?by=year").text


def test_pages_lead_to_their_charts(client: httpx.Client) -> None:
    for path, chart in {
        "/": "/charts",
        "/views/spending?year=2022": "/charts/spending?year=2022",
        "/views/indicators?text=满意": "/charts/targets?text=",
        "/views/legal-bases": "/charts/network",
        "/views/projects-citing?number=松委发〔2009〕97号": "/charts/citations?document=",
    }.items():
        assert f'href="{chart}' in page(client, path), path
    assert "/charts/targets?" not in page(client, "/views/indicators?text=&year=2022")  # which needs words to look for


@pytest.mark.parametrize(
    ("amounts", "wanted"),
    [
        ((430_000_000, 73_000_000, 5_000_000, 900_000), (1_000_000, 10_000_000, 100_000_000)),
        ((9_000_000, 3_000_000, 1_500_000), (2_000_000, 5_000_000)),
        ((900, 20, 0), (50, 100, 200, 500)),
        ((500,), ()),
        ((), ()),
    ],
)
def test_shades_of_provinces_stand_for_round_amounts(amounts: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert tiles.limits([Decimal(each) for each in amounts]) == list(wanted[1 - tiles.SHADES :])


def test_places_below_provinces_have_bars_and_no_map(client: httpx.Client) -> None:
    text = page(client, "/charts/provinces?level=县级", "en")
    assert "by place" in text
    assert 'class="tiles"' not in text
    assert "no project known to be there" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_of_provinces_says_what_its_shades_mean(lang: str, client: httpx.Client) -> None:
    text = page(client, "/charts/provinces", lang)
    legend = text.partition('<ul class="shades"')[2].partition("</ul>")[0]
    on_map = set(re.findall(r'<a [^>]*><title>[^<]*</title><rect class="(shade-\d)"', text))
    assert on_map
    assert set(re.findall(r'class="(shade-\d)"', legend)) == on_map
    assert len(set(re.findall(r"</svg> ([^<]+)</li>", legend))) == len(on_map) + 1


@pytest.mark.parametrize(
    ("path", "lang", "title", "finding"),
    [
        ("targets?text=满意", "zh", "指标目标值的分布：满意", None),
        ("spending?by=year", "zh", "项目的资金，按年度", None),  # several kinds of money
        ("spending", "en", "Money of projects, by body", None),
        ("spending?by=year&year=2023", "zh", "项目的资金，按年度", "收录的项目里，2023年最多：100 万元"),
        (
            "spending?year=2023",
            "en",
            "Money of projects, by body",
            f"Of the projects here, most for {MINHANG}: 1 million yuan",
        ),
    ],
)
def test_a_chart_is_titled_by_its_finding(
    path: str, lang: str, title: str, finding: str | None, client: httpx.Client
) -> None:
    text = page(client, f"/charts/{path}", lang)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text) == [title]
    assert re.findall(r'<p class="answer"><strong>(.*?)</strong></p>', text) == ([finding] if finding else [])
    assert drawn(text)["title"] == (finding or title)
    assert title in [drawn(text)["title"], *drawn(text)["head"]]


def test_a_finding_names_known_places_that_others_do_not_equal() -> None:
    def found(*figures: int | None, names: tuple[drawings.Words, ...] = ("甲", "乙")) -> Bilingual | None:
        places = tuple(map(drawings.Mark, names))
        most = Bilingual("{}最多", "Most, {}")
        return drawings.Bars(places, ((drawings.YUAN, figures),), drawings.YUAN, most=most).found()

    assert found(20_000, 30_000) == Bilingual("乙最多：3 万元", "Most, 乙: 30,000 yuan")
    assert found(30_000, 30_000) is None
    assert found(3, 3, 2, names=("甲", "乙", "丙")) == Bilingual("甲、乙最多：3 元", "Most, 甲, 乙: 3 yuan")
    assert found(None, 0) is None
    unread = Bilingual("没有读到", "not read")
    assert found(2, 30_000, names=("甲", unread)) == Bilingual("甲最多：2 元", "Most, 甲: 2 yuan")


def test_a_chart_has_its_conditions_as_chips(client: httpx.Client) -> None:
    text = page(client, "/charts/spending?by=year&year=2022", "en")
    [remove] = re.findall(r'<a class="remove"[^>]* href="([^"]*)"', text)
    assert remove == "/charts/spending?by=year&amp;lang=en"
    assert '<input type="hidden" name="by" value="year">' in text


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


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_one(tmp_path_factory.mktemp("units"), FILING) as client:
        yield client


@pytest.mark.parametrize("unit", ["", "%", "百分比"])
def test_words_for_one_unit_are_one_unit(served: httpx.Client, unit: str) -> None:
    given = {"text": "满意度"} | ({"unit": unit} if unit else {})
    page = served.get("/charts/targets", params=given, headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    assert absent(page, "目标值计量单位为“%”的指标数", "图中 4 个指标。不在图中的：0 个用别的计量单位") == []


def test_the_rarer_of_many_targets_are_told_and_not_drawn(
    served: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "MOST", 1)
    text = page(served, "/charts/targets?text=满意度", "en")
    assert [each["name"] for each in drawn(text)["drawing"]["places"]] == ["95"]
    assert "indicators with rarer ones: 1." in text


def test_results_are_counted_by_type_and_outcome(of_evaluated: httpx.Client) -> None:
    found = {row["type"]: row for row in rows(of_evaluated, "/charts/reached")}
    assert (found["数量指标"]["missed"], found["数量指标"]["met"], found["数量指标"]["exceeded"]) == (1, 1, 1)
    assert (found["数量指标"]["twofold"], found["数量指标"]["middle"]) == (1, 100)
    assert found["经济成本指标"] | {"results": 1, "within": 1, "judged": 1, "middle": None} == found["经济成本指标"]
    assert (found["社会效益指标"]["judged"], found["社会效益指标"]["unknown"]) == (0, 1)
    assert sum(row["results"] for row in found.values()) == 11
    assert {row["judged"] > 2 for row in found.values() if row["middle"] is not None} == {True}
    text = page(of_evaluated, "/charts/reached")
    told = "11 个自评的指标中能判断 8 个：未达到 2 个，正好达到 3 个，超过 2 个（其中一倍以上 1 个），在限度之内 1 个"
    assert absent(text, told, f"{len(found) - (None in found)} 种指标类型") == []
    english = page(of_evaluated, "/charts/reached", "en")
    assert (
        "8 can be judged: 2 missed, 3 met exactly, 2 exceeded (1 of them twofold or more), 1 within a limit" in english
    )


def test_the_chart_of_results_takes_the_filters_of_their_view(of_evaluated: httpx.Client, client: httpx.Client) -> None:
    assert sum(row["results"] for row in rows(of_evaluated, "/charts/reached?project=图书")) == 3
    assert 'href="/charts/reached?' in of_evaluated.get("/views/results?project=图书", headers=HTML).text
    assert "没有读到符合条件的自评" in page(client, "/charts/reached")
