"""Views, sources and things over HTTP: for people and for machines."""

import re

import pytest

from jixiao.store import Store
from tests.support.pages import absent, replied
from tests.support.writing import withdraw

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
NUMBER = {"number": "松委发（2009）97号"}
PROJECT = "/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
ATTACK = '"><script>alert(1)</script>'


def test_the_mission_for_people(client, sha16):
    assert (
        absent(
            client.get("/views/projects-citing", params=NUMBER, headers=BROWSER).text,
            "3 个项目，2023 年申请 1,000,000 元",
            "2023 年申请 1,000,000 元",
            f'<a href="/source/{sha16}?lang=zh#L5">第 5 行</a>',
            "<mark>依据中共上海市松江区委员会关于人民政协工作的意见，松委发（2009）97号</mark>",
            f'<a href="{PROJECT}?lang=zh">业务培训</a>',
        )
        == []
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/views/projects-citing?number={ATTACK}",
        f"/views/projects?text={ATTACK}",
        f"/views/{ATTACK}",
        f"/views/projects?{ATTACK}=1",
        f"/lookup/basis?number={ATTACK}",
        f"/doc/{ATTACK}",
        f"/source/{ATTACK}",
        f"/{ATTACK}",
    ],
)
def test_nothing_typed_becomes_markup(path, client):
    response = client.get(path, headers=BROWSER, follow_redirects=True)
    assert response.status_code in (200, 400, 404)
    assert response.headers["content-type"].startswith("text/html")
    assert "<script>" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_source_is_shown_line_by_line_with_facts_and_without_persons_or_markup(client, sha16):
    page = client.get(f"/source/{sha16}", headers=BROWSER).text
    assert absent(page, '<tr id="L5" class="fact">', f'href="{PROJECT}?lang=zh#c1"') == []
    assert "某某" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    row = page.partition('<tr id="L13" class="person">')[2].partition("</tr>")[0]
    assert (
        absent(row, "联系人\t■■■\t年度资金申请总额\t400000.00", f'<a href="{PROJECT}?lang=zh">年度资金申请总额</a>')
        == []
    )


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        (PROJECT, "text/turtle", "/doc/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"),
        (PROJECT, "text/html", "/doc/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"),
        (
            "/lookup/basis?number=松委发【2009】97号",
            "*/*",
            "/views/projects-citing?number=%E6%9D%BE%E5%A7%94%E5%8F%91%E3%80%942009%E3%80%9597%E5%8F%B7",
        ),
    ],
)
def test_redirects_are_303_and_path_absolute(path, accept, location, client):
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, location)
    assert ("Accept" in response.headers.get("vary", "")) == (path == PROJECT)


def test_home_tells_in_one_sentence_how_much_there_is_and_of_whom(client):
    rows = client.get("/views/projects", params={"format": "json", "limit": "1000"}).json()["rows"]
    files = len({row["source"] for row in rows})
    years = sorted({row["year"] for row in rows if row["year"]})
    span = f"{years[0]}–{years[-1]}"
    for lang, wanted in (
        ("zh", f"{files} 份来源文件里的 {len(rows)} 个项目，来自 1 个省级行政区，{span} 年；只是一部分，不是全部。"),
        ("en", f"{len(rows)} projects in {files} source files from 1 province, {span}; a part, not all."),
    ):
        page = client.get(f"/?lang={lang}", headers=BROWSER).text
        assert re.findall(r'<p class="in-all">(.*?)</p>', page) == [wanted]


def test_home_has_one_box_and_leads_to_years_places_and_lists(client):
    page = client.get("/?lang=zh", headers=BROWSER).text
    assert page.count('type="search"') == 1
    rows = client.get("/views/projects", params={"format": "json", "limit": "1000"}).json()["rows"]
    for year in {row["year"] for row in rows if row["year"]}:
        number = sum(row["year"] == year for row in rows)
        assert f'<a href="/views/projects?year={year}&amp;lang=zh" aria-label="{year}：{number} 个项目">' in page
    assert '<a href="/views/projects?region=310000&amp;lang=zh" aria-label="上海市：' in page
    for path in ("/views", "/compare", "/check", "/doc/source", "/views/bodies"):
        assert f'<a href="{path}?lang=zh">' in page, path


def test_a_running_server_moves_on_with_the_store(tmp_path, songjiang, serve, filled):
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    with serve(store) as client:
        assert (client.get("/", headers=BROWSER).status_code, client.get("/health").status_code) == (200, 503)
        filled(store.path)
        assert len(client.get("/views/projects").json()["rows"]) == 3
        withdraw(store, songjiang.sha16, "重复")
        assert len(client.get("/views/projects").json()["rows"]) == 1
        for path in (f"/source/{songjiang.sha16}", f"/doc/source/{songjiang.sha16}"):
            assert "重复" in replied(410, client.get(path)).json()["detail_zh"]
