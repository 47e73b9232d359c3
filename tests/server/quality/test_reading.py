"""Completeness of readings: marks in lists, banners and columns."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from jixiao.ontology import terms
from jixiao.store import Store
from tests.server.conftest import BASE, HTML, serving_one
from tests.support.forms import form
from tests.support.pages import absent, markup
from tests.support.writing import stored

TORN = "/doc/project/bdd7i7amlc5hg/2022/drt3w5eppcz32"
WHOLE = "/doc/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
FILING = "/doc/filing/bdd7i7amlc5hg/2022"
MARK = "部分读取"
NARRATED = "/doc/project/gt23udzopnn5r/2025/a"


def page(client, path):
    """The text of a page, without its markup."""
    shown = re.sub(r"<(head|script).*?</\1>|<[^>]*>", "", markup(client, path), flags=re.DOTALL)
    return " ".join(unescape(shown).split())


@pytest.fixture(scope="module")
def of_narratives(tmp_path_factory, deposits, serve):
    """A client of a server over narratives without forms."""
    store = stored(Store.create(tmp_path_factory.mktemp("narratives") / "store", BASE), deposits("narratives"))
    with serve(store) as client:
        yield client


@pytest.mark.parametrize("path", [TORN, "/views/project?project=/id/project/bdd7i7amlc5hg/2022/drt3w5eppcz32"])
def test_a_project_read_in_part_says_what_is_withheld_and_where_to_look(path, client, sha16):
    assert "部分读取：没有读到，或没有读全的：绩效目标、绩效指标、印出的标题。" in page(client, path)
    links = client.get(path, headers=HTML).text.partition("哪一行、为什么")[2].partition("</div>")[0]
    assert absent(links, f'href="/source/{sha16}?lang=zh#L8"', f'href="/quality/filing/{sha16}?lang=zh"') == []


@pytest.mark.parametrize(
    ("path", "marked", "unmarked"),
    [
        ("/doc/project", "政协会议", "业务培训"),
        ("/doc/filing", "中国人民政治协商会议上海市松江区委员会办公室", "上海市闵行区人民政府办公室"),
        (FILING, "政协会议", "业务培训"),
        ("/doc/org/bdd7i7amlc5hg", "政协会议", "业务培训"),
        ("/source/{}", "政协会议", "业务培训"),
        ("/views/projects", "政协会议", "业务培训"),
        ("/views/projects-citing?number=松委发〔2009〕97号", "政协会议", "业务培训"),
        ("/views/department?department=/id/org/bdd7i7amlc5hg", "政协会议", "业务培训"),
    ],
)
def test_lists_mark_what_was_read_in_part(path, marked, unmarked, client, sha16):
    path = path.format(sha16)
    text = page(client, path)
    assert re.search(rf"{re.escape(marked)} {MARK}", text)
    assert not re.search(rf"{re.escape(unmarked)} {MARK}", text)
    assert 'class="partial" title="' in client.get(path, headers=HTML).text


def test_a_list_as_data_states_the_reading(client):
    assert f"drt3w5eppcz32> <{terms.readingStatus}> <{terms.readPartial}>" in client.get("/doc/project.nt").text


def test_money_of_narratives_is_counted_and_their_filer_knows_its_projects(of_narratives):
    def rows(view, **given):
        return json.loads(of_narratives.get(f"/views/{view}", params={**given, "format": "json"}).text)["rows"]

    (spent,) = rows("spending")
    assert (spent["department"], spent["projects"]) == ("北溪区商务中心", 2)
    sums = {name: value for name, value in spent.items() if name.startswith("sum_")}
    assert sums == {"sum_amount_narrativeAmount": 30001200.5}
    assert spent["with_amount_narrativeAmount"] == 2
    projects = rows("department", department="北溪区商务中心")
    assert [(each["name"], each["role"]) for each in projects] == [
        ("商圈巡查", "department filedBy"),
        ("夜市照明", "department filedBy"),
    ]
    assert [each["amountSource"] for each in rows("projects", least="2000万")] == ["narrativeAmount"]


def test_a_project_of_a_narrative_alone_says_that_it_has_no_form(of_narratives):
    page, english = (
        of_narratives.get(f"/doc/project/gt23udzopnn5r/2025/a?lang={language}", headers=HTML).text
        for language in ("zh", "en")
    )
    assert absent(page, "文字说明全部读取；没有见到这个项目的申报表", "没有读到所引的文件") == []
    assert "没有读到绩效指标" not in page
    for path in ("/views/projects?without=hasIndicator", "/tables/projects?indicators.name.containsNot=培训"):
        found = of_narratives.get(f"{path}&lang=zh", headers=HTML).text
        assert "其中已知没有的 0 个；不明的 2 个" in found, path
    assert (
        absent(
            english, "Its narrative was read whole; no form of it was met", "no line known: its line was not recorded"
        )
        == []
    )
    department = page.partition("<dt>申报单位</dt>")[2].partition("</div>")[0]
    assert 'class="line"' in department or "没有行号" in department


def test_a_narrative_that_breaks_off_is_not_said_to_be_read(tmp_path):
    narrative = (
        "东山市图书馆2023年项目及绩效目标情况\n1.古籍保护\n1)项目概述。修复古籍,办好展览,推进古籍的普查和保护工作。\n"
        "2)立项依据。《中华人民共和国公共图书馆法》。\n3)实施主体。东山市图书馆。\n"
        "4)起止时间。2023年1月1日至2023年12月31日。\n5)项目内容。1.修复馆藏古籍; 2.申报下一年度专项\n"
    )
    with serving_one(tmp_path, narrative) as client:
        (row,) = client.get("/views/projects").json()["rows"]
        address = row["project"].replace("/id/", "/doc/").removeprefix(BASE.rstrip("/"))
        english = client.get(address, params={"lang": "en"}, headers=HTML).text
    assert "in whole or in part; its indicators" in english


def test_an_end_that_was_not_seen_is_a_quiet_mark_of_its_own(tmp_path):
    text = form().partition("满意度指标")[0]
    with serving_one(tmp_path, text) as client:
        told = client.get("/views/projects").json()
        assert [(row["readingStatus"], row["lastLine"]) for row in told["rows"]] == [("partial", 8)]
        assert told["whole"]["partial"] == 0, "its money was read"
        listed = page(client, "/views/projects")
        shown = page(client, told["rows"][0]["project"].removeprefix(BASE.rstrip("/")).replace("/id/", "/doc/"))
        ledger = page(client, f"/source/{told['rows'][0]['source'].rpartition('/')[2]}")
    assert absent(listed, "渡口修缮 末尾未见") == []
    assert "末尾未见：读到第 8 行为止，复制的文字可能到此为止，后面可能还有指标。" in shown
    assert f"渡口修缮 {MARK}" not in listed
    assert f"{MARK}：" not in shown
    assert absent(ledger, "末尾未见：复制的文字可能到此为止", "没有看到表的末尾。") == []


def test_a_narrative_that_was_read_in_part_may_have_a_form(tmp_path, deposits, serve):
    found = deposits("narratives")
    part = found.source_triples.replace(b"reading-status/whole", b"reading-status/partial")
    with serve(stored(Store.create(tmp_path / "store", BASE), replace(found, source_triples=part))) as client:
        text = page(client, "/doc/project/gt23udzopnn5r/2025/a")
    assert "绩效指标、项目资金总额和年度资金申请总额没有读到" in text


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        ("/quality", "本站没有读准的另列，不是申报单位的过失", "it is no fault of the body"),
        ("/views/bodies", "没有读到金额的", "Amount not read"),
        ("/views/names", "没有读到责任部门的项目不在内", "Projects whose department was not read are left out"),
        ("/doc/org", "没有读到责任部门的项目不在内", "Projects whose department was not read are left out"),
        ("/search", "结果数，不是项目数", "numbers of results, not of projects"),
    ],
)
def test_a_page_says_what_it_counts(address, zh, en, client):
    for lang, said in (("zh", zh), ("en", en)):
        page = client.get(
            address,
            params={"lang": lang} | ({"q": "满意度", "ask": "no"} if address == "/search" else {}),
            headers=HTML,
            follow_redirects=True,
        )
        assert said in page.text, address


@pytest.mark.parametrize(
    ("served", "path", "said", "unsaid"),
    [
        pytest.param("client", WHOLE, ["读取状态 全部读取"], ["部分读取"], id="a project read whole has no banner"),
        pytest.param(
            "client",
            "/doc/filing/5kejufee62q5e/2023",
            [],
            ["部分读取"],
            id="without a lack no banner",
        ),
        pytest.param("client", "/quality", ["不一定就是申报的"], [], id="a body may not be the one that filed"),
        pytest.param("of_narratives", "/views/projects", ["30,000,000 说明所称金额"], [], id="origin of an amount"),
        pytest.param("of_narratives", NARRATED, ["3,000 万元 说明所称金额"], [], id="on the page of the project, too"),
    ],
)
def test_a_page_says_how_much_of_it_was_read(  # noqa: PLR0917 - a case and two fixtures
    served, path, said, unsaid, request, sha16
):
    text = page(request.getfixturevalue(served), path.format(sha16))
    assert (absent(text, *said), absent(text, *unsaid)) == ([], unsaid)
