"""The filing of a body that its source does not name has words on the page of its project, and no bare path."""

import re
from pathlib import Path

import pytest

from jixiao.ingest.load import ingest
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.server.conftest import running
from tests.support.pages import absent

FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
年度资金总额 | 100万元
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


def test_a_filing_without_a_body_is_named_in_words(tmp_path: Path) -> None:
    path = tmp_path / "filing.txt"
    path.write_text(FILING, encoding="utf-8")
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    assert [outcome.status for outcome in ingest([path], store)] == ["added"]
    [project] = store.sources()[0].projects
    with running(Settings(store=store.path)) as client:
        address = project.replace("http://localhost:8000/id/", "/doc/")
        source = f"/doc/source/{store.sources()[0].sha16}"
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
            '<strong>1 million yuan</strong> <span class="of">1 project, 2022</span>',
        )
        == []
    )
    assert ">Filing of a body that was not read (2022)</a>" in told
    assert "部分" not in pages[0]
    assert "完整" not in pages[0]
    assert absent(pages[1], ">body not read</a>", "<strong>1</strong>") == []
    assert not any(">/id/" in each.partition('<section class="take">')[0] for each in (page, *pages))


@pytest.mark.judge
@pytest.mark.usefixtures("every_rule")
def test_the_projects_of_no_body_are_no_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.server.apps.charts.spending.MOST", 1)
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    paths = []
    for place, most in (("", 100), ("项目单位 | 松江区体育局\n", 9), ("项目单位 | 闵行区体育局\n", 8)):
        paths.append(tmp_path / f"{most}.txt")
        paths[-1].write_text(
            FILING.replace("100万元", f"{most}万元").replace("年度资金", f"{place}年度资金").replace("≥12次", "若干次"),
            encoding="utf-8",
        )
    assert [outcome.status for outcome in ingest(paths, store)] == ["added"] * 3
    with running(Settings(store=store.path)) as client:
        page = client.get("/charts/spending", params={"lang": "en"}, headers={"Accept": "text/html"}).text
        asked = client.get("/ask?q=谁的钱最多&lang=zh", headers={"Accept": "text/html"}).text
        first = client.get("/ask?q=金额最大的一个机构", headers={"Accept": "application/json"}).json()
        named = {
            lang: client.get(
                "/views/findings", params={"fault": "all", "lang": lang}, headers={"Accept": "text/html"}
            ).text
            for lang in ("zh", "en")
        }
        compared = client.get("/views/years?first=2022&second=2023", headers={"Accept": "application/json"}).json()
    assert (
        absent(
            asked,
            "上海市松江区体育局，金额 9 万元",
            "“没有读到机构”的另有金额 1,000,000 元，不在次序之内，次序可能因此不同。",
            ">没有读到机构<",
        )
        == []
    )
    assert "1 个项目中 1 个有金额，合计 90,000 元" in first["reading"]["zh"], "the money of no body is left out"
    assert ">上海市松江区体育局2022年度绩效目标申报</a>" in named["zh"]
    assert ">上海市松江区体育局 (2022)</a>" in named["en"]
    assert "绩效目标申报</a>" not in named["en"]
    assert page.index("上海市松江区体育局</a>") < page.index(">body not read<"), "what is no body comes last"
    assert {row["department"] for row in compared["rows"]} == {"上海市松江区体育局", "上海市闵行区体育局"}
    assert (
        "the 1 with most; not in it: 1, with 80,000 yuan together; projects without a body have a bar besides" in page
    )


@pytest.mark.judge
def test_years_of_different_bodies_have_no_difference(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    paths = []
    for place, year in (("松江区体育局", 2022), ("松江区文化馆", 2024)):
        paths.append(tmp_path / f"{year}.txt")
        form = FILING.replace("2022年度", f"{year}年度").replace("年度资金", f"项目单位 | {place}\n年度资金")
        paths[-1].write_text(form.replace("100万元", f"{year}万元"), encoding="utf-8")
    assert [outcome.status for outcome in ingest(paths, store)] == ["added"] * 2
    with running(Settings(store=store.path)) as client:
        in_one, in_all = (
            client.get("/ask", params={"q": q}, headers={"Accept": "application/json"}).json()["reading"]
            for q in ("松江区2024年比2022年的钱增加了吗", "2024年比2022年增加了多少钱")
        )
    assert "2024：20,240,000 元" in in_one["zh"]
    assert "No body was read that answers for projects with amounts in both years, so" in in_one["en"]
    assert "没有读到两年都作为责任部门、都写有金额的机构，差额说明不了增减。" in in_all["zh"]
    assert not any("difference of" in each["en"] or "相差" in each["zh"] for each in (in_one, in_all))


@pytest.mark.judge
def test_the_home_page_asks_for_no_money_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "filing.txt"
    body = "项目单位 | 松江区体育局\n年度资金总额 | \n"
    path.write_text(FILING.replace("年度资金总额 | 100万元\n", body), encoding="utf-8")
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    assert [outcome.status for outcome in ingest([path], store)] == ["added"]
    with running(Settings(store=store.path)) as client:
        page = client.get("/", params={"lang": "zh"}, headers={"Accept": "text/html"}).text
    assert "申请了多少钱" not in page
    assert "满意度目标低于90%" not in page
