"""Search over HTTP: JSON by the contract, pages in one language, suggestions, and answers where nothing is found.

In a browser, names are suggested and chosen by keyboard alone.
"""

import html
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.server.conftest import NUMBER, serving_one
from tests.support import browsers
from tests.support.pages import absent, replied

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ATTACK = '"><script>alert(1)</script>'


def found(client, text, **more):
    return replied(200, client.get("/search", params={"q": text, **more})).json()


def page(client, text, language="zh", **more):
    response = replied(200, client.get("/search", params={"q": text, "lang": language, **more}, headers=BROWSER))
    assert response.headers["content-language"] == {"zh": "zh-CN", "en": "en"}[language]
    return response.text


def test_json_has_the_members_of_the_contract(client, sha16):
    answer = found(client, "政協會議")
    assert (answer["q"], answer["total"]) == ("政協會議", sum(group["count"] for group in answer["groups"]))
    (project,) = next(group for group in answer["groups"] if group["kind"] == "project")["hits"]
    assert {"iri", "label", "page", "snippet", "source", "line"} <= project.keys()
    assert (project["label"], project["page"], project["line"]) == ("政协会议", None, 8)
    assert project["source"].endswith(f"/id/source/{sha16}")
    assert [project["snippet"][start:end] for start, end in project["marks"]] == ["政协会议"]


@pytest.mark.parametrize("typed", [NUMBER, "松委发(2009)97号", "松委發【２００９】97 號"])
def test_a_number_in_any_form_leads_to_its_document_and_the_projects_that_cite_it(client, typed):
    assert [(each["label"], each["projects"]) for each in found(client, typed)["documents"]] == [(NUMBER, 3)]
    plain = page(client, typed, "en", ask="no")
    assert re.search(r'class="citing" href="/views/projects-citing\?number=[^"]+&amp;lang=en">3 projects', plain)
    assert absent(page(client, typed), '<p class="answer">3 个项目', ">业务培训</a>") == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("typed", "table"),
    [
        ("满意度低于90%的指标有哪些？", "indicators?indicatorType.is="),
        ("哪些项目引用了松委发〔2009〕97号？", "projects?numbers.number.is=松委发〔2009〕97号"),
        ("satisfaction targets below 90%", "indicators?indicatorType.is="),
        ("松江区2022年的项目", "projects?locations.place.is=310117&year.is=2022"),
        ("projects in Songjiang in 2022", "projects?locations.place.is=310117&year.is=2022"),
        ("Songjiang", "projects?locations.place.is=310117"),
    ],
)
def test_a_text_that_names_values_is_answered_by_a_table(client, typed, table):
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert unquote(answer["table"]).startswith(f"/tables/{table}")
    rows = client.get(answer["table"], headers={"Accept": "application/json"}).json()["whole"]["rows"]
    assert (answer["understood"], answer["whole"]["rows"]) == (True, rows)
    for shown in (page(client, typed), client.get("/ask", params={"q": typed, "lang": "zh"}, headers=BROWSER).text):
        assert absent(shown, f'<p class="answer">{rows} ', 'aria-label="各表"') == []
    assert f'<p class="answer">{rows} ' not in page(client, typed, ask="no")


@pytest.mark.parametrize("typed", ["青海省的项目", "projects in Qinghai"])
def test_a_region_without_filings_is_told(client, typed):
    assert "库中没有已知是青海省的申报" in page(client, typed)
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert (answer["understood"], answer["rows"]) == (True, [])


@pytest.mark.parametrize("typed", ["水库的项目", "谁的月亮最贵？", "Who paid for the moon?"])
def test_words_alone_that_occur_nowhere_have_no_rows(client, typed):
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert answer["unused"]
    assert (answer["understood"], answer["view"], answer["rows"]) == (False, None, [])
    for shown in (page(client, typed), client.get("/ask", params={"q": typed, "lang": "zh"}, headers=BROWSER).text):
        assert absent(shown, "未用：") == []
        assert '<p class="answer">' not in shown


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("哪些机构只在2022年有项目", "只在"),
        ("Which bodies have projects in both 2022 and 2024?", "both"),
        ("松江写明年度的月亮项目", "月亮"),
    ],
)
def test_words_that_are_not_applied_are_named_above_the_rows(client, typed, word):
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert word in " ".join(answer["unused"])
    assert answer["rows"]
    shown = page(client, typed)
    assert shown.index("未用：") < shown.index('<p class="answer">')


@pytest.mark.parametrize(
    ("typed", "name", "kept", "gone"),
    [
        ("松江金额最大的3个项目", "limit", "从大到小", "<strong>3 行</strong>"),
        ("松江金额最大的3个项目", "locations.place.is", "<strong>3 行</strong>", "<strong>松江区</strong>"),
    ],
)
def test_a_chip_is_taken_away_and_the_question_stays(client, typed, name, kept, gone):
    shown = client.get("/ask", params={"q": typed, "lang": "zh"}, headers=BROWSER).text
    addresses = [html.unescape(each) for each in re.findall('href="([^"]*without=[^"]*)"', shown)]
    assert gone in shown
    fewer = client.get(next(each for each in addresses if f"{name}" in each), headers=BROWSER).text
    assert absent(fewer, f"<h1>{typed}</h1>", kept) == []
    assert gone not in fewer


def test_what_filings_do_not_state_is_refused_and_the_nearest_offered(client):
    typed = "松江有多少人口"
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert (answer["understood"], answer["rows"]) == (False, [])
    assert absent(page(client, typed), "申报表不载人口", "最近的、能答的是") == []


def test_a_word_that_occurs_nowhere_offers_no_rows_and_leads_to_help(client):
    """Rows without a condition match everything; a word of the help names the guides that have it."""
    for typed, guides in (("嵌入", {"/help/take-away?lang=zh"}), ("月球", set())):
        shown = page(client, typed)
        assert ('class="kinds"' in shown, "未用：" in shown) == (False, True)
        assert {*re.findall(r'<a href="(/help/take-away[^"]*)"', shown.partition('class="empty"')[2])} == guides


def test_without_rows_the_rows_that_each_condition_leaves_out_are_counted(client):
    typed = "松江区2030年的项目"
    answer = client.get("/ask", params={"q": typed}, headers={"Accept": "application/json"}).json()
    assert (answer["understood"], answer["rows"]) == (True, [])
    (without,) = answer["suggestions"]
    assert without["without"] == "2030年"
    assert html.escape(without["address"]) in page(client, typed)
    shown = client.get(without["address"], headers={"Accept": "application/json"}).json()
    assert 0 < shown["whole"]["rows"] == without["rows"]


def test_a_text_that_follows_another_replaces_its_conditions_of_the_same_kind(client):
    asked = {"q": "那2024年呢", "after": "松江区2022年的项目"}
    answer = client.get("/ask", params=asked, headers={"Accept": "application/json"}).json()
    assert (answer["view"], answer["params"]) == ("projects", {"region": "310117", "year": "2024"})
    page = client.get("/ask", params={"q": "松江区2022年的项目", "lang": "zh"}, headers=BROWSER).text
    assert '<input type="hidden" name="after" value="松江区2022年的项目">' in page


def test_bodies_of_nothing_come_last(of_evaluated):
    answer = of_evaluated.get("/search", params={"q": "松江区", "kind": "org", "format": "json"}).json()
    hits = answer["groups"][0]["hits"]
    known = [(bool(each["projects"] or each["evaluations"]), each["projects"]) for each in hits]
    assert len(known) > 1
    assert known == sorted(known, reverse=True)


@pytest.mark.parametrize("typed", ["yewupeixun", "yewu peixun", "Yewu Pei Xun", "lanxi lu"])
def test_pinyin_is_searched_for_with_and_without_blanks(client, typed):
    shown = page(client, typed)
    assert "没有找到" in shown
    assert (">业务培训</a>" in shown) == (typed != "lanxi lu")


def test_all_links_of_a_plain_search_are_plain(client):
    pages = page(client, "培训", ask="no", limit="1"), page(client, "培训", kind="indicator", limit="1")
    links = [link for shown in pages for link in re.findall(r'href="(/search\?q=[^"]+)"', shown.partition("<main")[2])]
    assert links
    assert [link for link in links if "ask=no" not in link] == []


def test_the_page_quotes_and_marks_in_one_language(client, sha16):
    shown = page(client, "培训")
    assert absent(shown, "业务<mark>培训</mark>", f'href="/source/{sha16}?lang=zh#L', ">项目 <span") == []
    assert "Projects" not in shown
    assert ">Projects <span" in page(client, "培训", "en")
    assert 'value="培训"' in shown


def test_one_kind_has_pages(client):
    (group,) = found(client, "业务", kind="project", limit="50")["groups"]
    one_by_one = [
        found(client, "业务", kind="project", limit="1", offset=str(n))["groups"][0]["hits"][0]["iri"]
        for n in range(group["count"])
    ]
    assert one_by_one == [hit["iri"] for hit in group["hits"]]
    assert ('rel="next"' in page(client, "业务", kind="project", limit="1")) == (group["count"] > 1)


def test_a_number_that_is_not_found_is_told_to_need_its_unit(client):
    assert absent(page(client, "226,145,107"), "不查金额", 'href="/ask?q=226%2C145%2C107%E5%85%83') == []
    assert "English words are searched for as they are typed" in page(client, "zyxwv", "en")
    assert "English words" not in page(client, "松委发〔2010〕97号", "en")


def test_nothing_found_offers_near_names(client):
    answer = found(client, "松委发〔2010〕97号")
    assert (answer["total"], answer["groups"], answer["near"][0]["label"]) == (0, [], NUMBER)
    shown = page(client, "松委发〔2010〕97号", ask="no")
    assert "自评的指标、自评所写的目标和完成情况里没有找到；没有查原文的每一行。" in shown
    assert "Nothing was found in bodies, cited documents, projects," in page(
        client, "松委发〔2010〕97号", "en", ask="no"
    )
    assert f">{NUMBER}</a>" in shown
    assert "没有可找的字" in page(client, "？！")


def test_typed_text_is_never_markup_or_syntax(client):
    assert "<script>alert" not in page(client, ATTACK)
    for text in ('"', "*", "a OR", "{own} : x", "NEAR(a b)", "培训\0", "%", "_", "的" * 500):
        assert client.get("/search", params={"q": text}).status_code == 200
    assert client.get("/search", params={"q": "٣٤", "lang": "zh"}, headers=BROWSER).status_code == 200


def test_suggestions_continue_what_was_typed(client):
    answer = client.get("/search/suggest", params={"q": "学員滿意"}).json()
    assert ("学员满意度", "indicator-name") in [(each["label"], each["kind"]) for each in answer["suggestions"]]
    assert client.get("/search/suggest", params={"q": ""}).json() == {"q": "", "suggestions": []}
    (first, *_) = client.get("/search/suggest", params={"q": "松委发(2009)97"}).json()["suggestions"]
    assert (first["label"], first["kindLabel"]) == (NUMBER, {"zh": "依据文件", "en": "cited document"})


def test_a_field_of_a_form_is_given_values_of_its_kind(client):
    given = client.get("/search/suggest", params={"q": "松江区委员会", "kind": "org"}).json()["suggestions"]
    assert [(each["label"], each["projects"]) for each in given] == [
        ("中国人民政治协商会议上海市松江区委员会办公室", 2)
    ]
    assert client.get("/search/suggest", params={"q": "松江", "kind": "nothing"}).status_code == 400


def test_a_store_that_lost_its_index_says_so(own, serve):
    (own.current().path / "index" / "index.json").unlink()
    with serve(own) as client:
        assert client.get("/search", params={"q": "培训"}).status_code == 503
        assert client.get("/search/suggest", params={"q": "培训"}).status_code == 503


def test_an_indicator_leads_to_those_of_its_name(client):
    (group,) = [group for group in found(client, "满意度")["groups"] if group["kind"] == "indicator"]
    assert [(hit["label"], hit["projects"]) for hit in group["hits"]] == [("学员满意度", 1)]
    assert "同名的指标" not in page(client, "满意度")


def test_hits_are_counted_and_filtered_by_the_region_of_their_project(client):
    whole = found(client, "培训")
    [shanghai] = whole["regions"]
    assert (shanghai["code"], shanghai["label"]) == ("310000", {"zh": "上海市", "en": "Shanghai"})
    inside = found(client, "培训", region="上海")
    assert inside["total"] == shanghai["count"] == sum(each["count"] for each in inside["regions"])
    assert inside["counts"] == whole["counts"], "bodies and documents are of the regions of their projects"
    for each in inside["regions"]:
        one = found(client, "培训", region=each["code"])
        groups = [group for group in one["groups"] if group["kind"] != "basis"]
        departments = {hit["department"] or hit["label"] for group in groups for hit in group["hits"]}
        assert one["total"] == each["count"]
        assert all(each["label"]["zh"].removeprefix("上海市") in department for department in departments)
        bodies = [group for group in found(client, "办公室", region=each["code"])["groups"] if group["kind"] == "org"]
        assert all(each["label"]["zh"] in hit["label"] for group in bodies for hit in group["hits"])
        assert bodies
    shown = page(client, "培训", "en", region="310117", kind="indicator")
    assert 'href="/search?q=%E5%9F%B9%E8%AE%AD&amp;ask=no&amp;kind=indicator&amp;lang=en">all regions' in shown
    assert "没有找到" in page(client, "培训", region="青海")


def test_a_body_is_not_called_by_its_own_name_again(tmp_path):
    filing = (
        "项目支出绩效目标申报表\n（2022年度）\n项目名称 | 河道清理\n主管部门 | 安溪县水利局\n年度资金总额 | 100万元\n"
        "年度目标 | 河道畅通。\n一级指标 | 二级指标 | 三级指标 | 指标值\n产出指标 | 数量指标 | 清理次数 | ≥12次\n"
    )
    with serving_one(tmp_path, filing) as client:
        shown = page(client, "水", "en")
    assert "泉州市安溪县" in shown
    assert "also:" not in shown


@pytest.mark.parametrize(
    ("typed", "kind", "label", "line"),
    [
        ("图书借阅 图书馆", "evaluation", "图书借阅", 17),
        ("闭馆维修", "result", "借阅人次", 19),
        ("9000人次", "result", "借阅人次", 19),
        ("办了四期", "done", "办了四期培训", 6),
        ("全年办两期", "done", "全年办两期培训", 6),
    ],
)
def test_self_evaluations_are_found_by_their_names_and_texts(of_evaluated, typed, kind, label, line):
    [group] = [each for each in found(of_evaluated, typed)["groups"] if each["kind"] == kind]
    [hit] = group["hits"]
    assert (hit["label"], hit["line"], hit["year"]) == (label, line, 2022)
    assert "/id/evaluation/" in hit["iri"]
    assert hit["department"].startswith(("上海市松江区", "中国人民政治协商会议上海市松江区"))
    assert f'href="/id/{hit["project"].partition("/id/")[2]}' in page(of_evaluated, typed, "en", kind=kind)


@pytest.mark.debian
@browsers.needs_chromium
def test_suggestions_are_chosen_by_keyboard(listener):
    with browsers.chromium() as browser:
        page = browser.new_page(base_url=str(listener.base_url), locale="en", viewport={"width": 390, "height": 800})
        faults = []
        page.on("console", lambda message: faults.append(message.text))
        page.goto("/views?lang=en")
        box = page.get_by_role("combobox", name="Search or ask")
        box.press_sequentially("松委发")
        expect(page.get_by_role("option")).to_have_count(1)
        expect(box).to_have_attribute("aria-expanded", "true")
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        box.press("ArrowDown")
        expect(page.get_by_role("option")).to_have_count(1)
        box.press("ArrowDown")
        expect(page.get_by_role("option", selected=True)).to_contain_text("松委发〔2009〕97号")
        expect(box).to_have_attribute("aria-activedescendant", "q-suggestion-0")
        box.press("Enter")
        expect(page).to_have_url(re.compile(r"/search\?.*lang=en"))
        expect(page.get_by_role("main")).to_contain_text("3 projects")
        page.goto("/?lang=en")
        page.get_by_role("main").get_by_role("combobox").press_sequentially("学员")
        expect(page.get_by_role("option")).to_contain_text("学员满意度")
        assert faults == []
