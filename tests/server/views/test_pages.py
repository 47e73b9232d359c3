"""The page of a view: its form, filters in force, orders, pages, ways to take it away, and answers without rows.

In frames of other sites: of those that the setting names, and no others; nothing else of the site.
"""

import csv
import io
import re
from pathlib import Path

import lxml.html
import pytest

from jixiao.server.settings import read
from jixiao.server.views import view_files
from jixiao.server.words import WORDS
from tests.server.conftest import CASES, MINHANG, NUMBER, serving_files, serving_one
from tests.support.pages import absent, page, replied, words

MAIN = "//*[@class='params main']"


def test_programs_are_shown_the_paths_of_things(client):
    """The base of IRIs is another address than that of this site."""
    [row, *_] = client.get("/views/projects?format=json").json()["rows"]
    for path, given in (("/views/projects", {"department": row["departmentIri"]}), (row["project"], {})):
        shown = page(client, path.replace("http://localhost:8000/id/", "/doc/"), **given)
        programs = " ".join(
            words(shown.xpath("//section[@class='take']//pre[contains(., 'curl') or contains(., 'pandas')]"))
        )
        assert "%2Fid%2F" in programs
        assert "localhost" not in programs


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_offers_known_values(client, lang):
    unnarrowed = page(client, "/views/projects", lang)
    [department] = unnarrowed.xpath(f"{MAIN}//input[@name='department']")
    options = unnarrowed.xpath("//datalist[@id=$id]/option", id=department.get("list"))
    assert MINHANG in [option.get("value") for option in options]
    assert words(unnarrowed.xpath(f"{MAIN}//select[@name='year']/option")) == [
        {"zh": "不限", "en": "any"}[lang],
        {"zh": "2023 (1 个项目)", "en": "2023 (1 project)"}[lang],
        {"zh": "2022 (2 个项目)", "en": "2022 (2 projects)"}[lang],
    ]
    # Numbers of all projects are not those of an answer under conditions.
    shown = page(client, "/views/projects", lang, department=MINHANG)
    assert words(shown.xpath(f"{MAIN}//select[@name='year']/option"))[1:] == ["2023", "2022"]
    lists = [each.get("id") for each in shown.xpath("//datalist")]
    assert len(lists) == len(set(lists)) < len(shown.xpath("//input[@list]"))
    assert not page(client, "/views/legal-bases", lang).xpath("//select[@name='issued']"), "years of projects"


def numbered(client, name):
    """Compare each number beside a value of a view's form and facets with its answer; return how many are in each."""
    shown, found = page(client, f"/views/{name}"), {"facets": 0}
    for field in shown.xpath("//*[contains(@class, 'params')]//*[@name]"):
        options = field.xpath("option | //datalist[@id=$id]/option", id=field.get("list"))
        counted = [(each.get("value"), re.findall(r"([\d,]+) 个项目", each.text_content())) for each in options]
        for value, [number] in [each for each in counted if each[1]]:
            told = client.get(f"/views/{name}", params={field.get("name"): value, "format": "json"}).json()
            projects = {row["project"] for row in told["rows"]} if "project" in told["rows"][0] else ()
            assert number == str(len(projects) or sum(row["projects"] for row in told["rows"])), (
                field.get("name"),
                value,
            )
            found[field.get("name")] = found.get(field.get("name"), 0) + 1
    for number in shown.xpath("//details[contains(@class, 'facets')]//small"):
        narrowed = client.get(f"{number.getprevious().get('href')}&format=json").json()
        assert narrowed["whole"]["rows"] == int(number.text)
        found["facets"] += 1
    return found


def test_numbers_beside_values_are_those_of_the_answers(client):
    assert numbered(client, "projects") == {"year": 2, "fault": 1, "facets": 2}
    for name in [name for name, view in view_files.load().items() if not any(each.required for each in view.params)]:
        numbered(client, name)


@pytest.mark.usefixtures("every_rule")
def test_values_that_mean_more_than_their_word_have_no_number(tmp_path):
    """A category that is also a nature, a body that also carries out, two words for one unit, a part of a name."""
    filing = (
        "项目支出绩效目标申报表\n（{year}年度）\n项目名称 | {name}\n主管部门 | {body}\n实施单位 | 松江区体育局\n"
        "{category}\n年度资金总额 | 100万元\n年度目标 | 完成场馆维修。\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
        "成本指标 | 经济成本指标 | {prefix}维修费 | ≤{target}\n注：本表一式两份。\n"
    )
    made = [
        filing.format(
            year=2023, name="场馆维修", body="松江区体育局", category="项目类别 | 经常性项目", prefix="", target="9%"
        ),
        filing.format(
            year=2024,
            name="器材更新",
            body="松江区财政局",
            category="项目性质 | 其他经常性项目",
            prefix="年",
            target="8百分比",
        ),
    ]
    with serving_files(tmp_path, {f"{number}.txt": text for number, text in enumerate(made)}) as client:
        assert numbered(client, "projects") == {"year": 2, "fault": 2, "facets": 2}
        assert numbered(client, "indicators") == {"facets": 2}
        assert client.get("/views/projects", params={"category": "经常性项目"}).json()["whole"]["projects"] == 2


def test_rows_are_narrowed_sorted_and_paged_by_links(client):
    shown = page(client, "/views/projects", limit="1", sort="-amount")
    assert words(shown.xpath("//details[contains(@class, 'facets')]//a")) == [
        "中国人民政治协商会议上海市松江区委员会办公室",
        MINHANG,
        "2023",
        "2022",
    ]
    [amount] = shown.xpath("//th[@aria-sort]")
    assert (amount.get("aria-sort"), words([amount])) == ("descending", ["金额（元）"])
    assert "sort=amount" in amount.xpath("a")[0].get("href")
    assert words(shown.xpath("//nav[@class='pager']"))[0] == "下一页 → 末页 第 1–1 行，共 3 行"
    [last, *_] = shown.xpath("//nav[@class='pager']/a[@rel='last']")
    end = lxml.html.fromstring(client.get(last.get("href"), headers={"Accept": "text/html"}).text)
    assert words(end.xpath("//nav[@class='pager']"))[0] == "首页 ← 上一页 第 3–3 行，共 3 行"


def test_a_fault_stands_above_the_open_form(client):
    answer = client.get("/views/projects?region=安xx&lang=zh", headers={"Accept": "text/html"})
    [form] = lxml.html.fromstring(answer.text).xpath("//main/form[@class='params']")
    assert "行政区划" in form.getprevious().getprevious().text_content()


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "zh",
            [
                "3 个项目，2023 年申请 1,000,000 元（1 个）；2022 年申请 400,000 元（1 个），"
                "申请 86,580.55 元（全部年度，一年或几年）（1 个）",
                "1 个部分读取（只是末尾未见的不算）。",
            ],
        ),
        (
            "en",
            [
                "3 projects, 2023: 1,000,000 yuan requested (1); 2022: 400,000 yuan requested (1),"
                " 86,580.55 yuan requested (whole term, of one year or several) (1)",
                "Read in part, not counting those of which only the end was not seen: 1.",
            ],
        ),
    ],
)
def test_a_page_begins_with_its_answer_and_with_what_that_leaves_out(client, lang, told):
    for more in ({}, {"limit": "1"}, {"limit": "1", "offset": "2"}):
        shown = page(client, "/views/projects", lang, **more)
        assert words(shown.xpath("//main/h1/following-sibling::p")[:2]) == told
        assert shown.xpath("//p[@class='answer']/following-sibling::div//form"), "before the filters"


OF_2022 = "2022: 400,000 yuan requested (1), 86,580.55 yuan requested (whole term, of one year or several) (1)"


def test_an_answer_counts_what_its_rows_are(client):
    said = {
        name: words(page(client, f"/views/{name}", "en", year="2022").xpath("//p[@class='answer']"))[0]
        for name in ("bodies", "indicators", "by-year", "legal-bases")
    }
    assert said == {
        "bodies": f"1 department, 2 projects, {OF_2022}",
        "indicators": "2 indicators",
        "by-year": f"1 year, 2 projects, {OF_2022}",
        "legal-bases": "2 cited documents",
    }


def test_columns_of_little_use_are_shown_when_asked_for(client):
    plain = page(client, "/views/indicators")
    assert "比较符" not in words(plain.xpath("//th"))
    boxes = {each.get("value"): each.get("checked") for each in plain.xpath("//form[@class='choice']//label/input")}
    assert (boxes["name"], boxes["operator"]) == ("checked", None)
    asked = page(client, "/views/indicators", columns="name,operator", year="2022", sort="-year")
    assert words(asked.xpath("//th")) == ["三级指标", "比较符"]
    links = asked.xpath("//thead//a | //ul[@class='chips']//a[@class='remove']")
    assert links
    assert all("columns=name&columns=operator" in each.get("href") for each in links)
    assert asked.xpath("//form[@class='choice']/input[@name='year']/@value") == ["2022"]
    assert "比较符" in words(page(client, "/views/indicators", operator="≥").xpath("//th"))
    replied(
        400, client.get("/views/indicators?columns=zzz&lang=zh", headers={"Accept": "text/html"}), "没有 zzz 这一列"
    )


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "2023年金额（申请）（元）"), ("en", "Amount in 2022 (requested) (yuan)")]
)
def test_columns_are_headed_by_the_years_asked_for(client, lang, said):
    assert said in words(page(client, "/views/years", lang, first="2022", second="2023").xpath("//th"))


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "是不是要找：松委发〔2009〕97号？"), ("en", f"Did you mean: {NUMBER}?")]
)
def test_an_empty_page_leads_on(client, lang, said):
    shown = page(client, "/views/projects-citing", lang, number="松委发〔2010〕97号")
    assert said in words(shown.xpath("//div[@class='empty']/p"))
    [link] = shown.xpath("//div[@class='empty']//a")
    assert "业务培训" in client.get(link.get("href"), headers={"Accept": "text/html"}).text


def test_a_title_in_place_of_a_number_offers_documents(client):
    answer = replied(
        400, client.get("/views/projects-citing?number=信息公开规定&lang=zh", headers={"Accept": "text/html"})
    )
    [link] = lxml.html.fromstring(answer.text).xpath("//ul[@class='near']//a")
    assert link.text == "上海市人民政府令第35号"
    assert "政协会议" in client.get(link.get("href"), headers={"Accept": "text/html"}).text


def test_what_is_offered_to_programs_runs(client):
    shown = page(client, "/views/projects-citing", number=NUMBER)
    curl, python = (each.text_content() for each in shown.xpath("//section[@class='take']/details[1]/pre"))
    compile(python, "snippet", "exec")
    [plain] = re.findall(rf"'{str(client.base_url).rstrip('/')}(/\S+)'", curl)
    [whole] = re.findall(rf'"{str(client.base_url).rstrip("/")}(/\S+)"', python)
    for address, how in ((plain, {"Accept": "text/csv"}), (whole, {})):
        rows = list(csv.DictReader(io.StringIO(client.get(address, headers=how).text)))
        assert [row["name"] for row in rows] == ["业务培训", "政协会议", "办公用房维修"]


def test_iris_and_codes_are_shown_by_name(client):
    typed = {"department": "/id/org/bdd7i7amlc5hg", "operator": "ge"}
    found = page(client, "/views/indicators", **typed)
    assert words(found.xpath("//ul[@class='chips']//strong")) == ["≥", "中国人民政治协商会议上海市松江区委员会办公室"]
    found = page(client, "/views/projects", department=typed["department"], year="2022")
    assert found.xpath("//li[@class='chip']//label/input[@name='department']/@value") == [typed["department"]]
    assert "http" not in " ".join(words(found.xpath("//details[contains(@class, 'facets')]")))


def test_the_views_are_cards_with_a_form_where_a_view_needs_a_value(client):
    shown = page(client, "/views")
    for name, view in view_files.load().items():
        required = any(each.required for each in view.params)
        assert bool(shown.xpath(f"//details[@id='{name}']/form")) == required
        assert len(shown.xpath(f"//h2/a[starts-with(@href, '/views/{name}?')]")) == (not required)


def test_every_group_of_a_project_has_an_english_heading():
    folder = Path(view_files.__file__).parent
    groups = set(re.findall(r'\(\d+ "([^"]+)" jx:', (folder / "project.rq").read_text(encoding="utf-8")))
    assert groups
    assert groups <= WORDS["field"].keys()


def test_links_of_an_answer_that_cites_a_version_cite_it_too(client):
    shown = page(client, "/views/projects", version="000001", limit="1")
    links = shown.xpath("//thead//a | //nav[@class='pager']//a | //details//p/a[not(contains(@href, '/help/'))]")
    links += shown.xpath("//section[@class='take']/p[1]/a")
    assert len(links) > 8
    assert [each.get("href") for each in links if "version=000001" not in each.get("href")] == []
    assert set(shown.xpath("//form[@class='narrowing']/input[@name='version']/@value")) == {"000001"}
    assert not any("version" in each for each in page(client, "/views/projects", limit="1").xpath("//thead//a/@href"))


@pytest.mark.parametrize(("typed", "status"), [({}, 200), ({"first": "2022"}, 400), ({"region": "松江区"}, 400)])
def test_a_view_whose_lists_offer_what_it_needs_opens_with_them(client, typed, status):
    answer = replied(status, client.get("/views/years", params=typed, headers={"Accept": "text/html"}))
    shown = lxml.html.fromstring(answer.text)
    assert len(shown.xpath("//select[@name='first' or @name='second']")) == 2
    assert bool(shown.xpath("//*[@role='alert']")) == (status == 400)
    assert client.get("/views/years", params={**typed, "format": "json"}).status_code == 400


@pytest.mark.parametrize("path", ["/views/projects", "/doc/project"])
def test_a_page_on_paper_says_where_it_is_and_which_rows_it_has(client, path):
    [said] = page(client, path, "en", year="2022", limit="1").xpath("//p[@class='on-paper']")
    assert said.text.endswith(f"{path}?year=2022")
    assert "Rows 1–1 of 2 are printed here" in said.text_content()
    [all_rows] = page(client, path, "en", year="2022").xpath("//p[@class='on-paper']")
    assert "printed here" not in all_rows.text_content()


@pytest.mark.parametrize("view", ["projects", "indicators", "bodies", "legal-bases"])
def test_examples_in_forms_are_values_of_the_dataset(view, client):
    shown = page(client, f"/views/{view}", "en")
    for name in ("department", "basis"):
        for field in shown.xpath(f"//input[@name='{name}']"):
            example = field.get("placeholder").removeprefix("e.g. ")
            assert example in {each.get("value") for each in shown.xpath("//datalist/option")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_examples_of_known_words_are_in_the_language_of_the_page_and_are_understood(client, lang):
    view = view_files.load()["projects"]
    shown = page(client, "/views/projects", lang)
    for parameter in view.params:
        if parameter.kind in ("fund", "part", "level", "indicator-type", "category"):
            [typed, *_] = shown.xpath(f"//*[@name='{parameter.name}']/@placeholder") or [parameter.example]
            example = typed.removeprefix("如：").removeprefix("e.g. ")
            assert lang == "zh" or typed == parameter.example or example.isascii()
            assert parameter.terms(example, view.base_iri), parameter.name


def test_names_in_traditional_characters_are_said_to_be_simplified(tmp_path):
    printed = (CASES / "page-in-traditional-characters" / "filing.txt").read_text(encoding="utf-8")
    with serving_one(tmp_path, printed) as client:
        names = [row["name"] for row in client.get("/views/names").json()["rows"]]
        for view in ("names", "projects"):
            assert client.get(f"/views/{view}", params={"text": "渠道管護專項"}).json()["rows"]
        told = {lang: page(client, "/views/names", lang).text_content() for lang in ("zh", "en")}
    assert names
    assert not any(name in printed for name in names)
    assert "繁体字写作简体" in told["zh"]
    assert "traditional characters as simplified ones" in told["en"]


FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
项目单位 | 安徽省林业局
年度资金总额 | 100
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of one filing, whose amount has no unit and was therefore not taken in."""
    with serving_one(tmp_path_factory.mktemp("nothing"), FILING) as client:
        yield client


def test_an_amount_printed_and_not_taken_in_is_told(served):
    found = served.get("/views/projects", params={"without": "项目金额", "format": "json"}).json()
    assert [row["unknown"] for row in found["rows"]] == ["amount annualRequest hasIndicator"]
    page = served.get("/views/projects", params={"without": "项目金额"}, headers={"Accept": "text/html"}).text
    told = (
        "不明的（没有读准，没有读全，写在说明里，或没有见到申报表）",
        "年度资金申请总额",
        "其中已知没有的 0 个；不明的 1 个",
    )
    assert absent(page, *told) == []
    assert "<tfoot>" not in page, "no column that is shown is added up"
    body, _, name = found["rows"][0]["project"].split("/")[-3:]
    page = served.get(f"/doc/series/{body}/{name}?lang=en", headers={"Accept": "text/html"}).text
    assert "“—”" not in page, "the table of the series has no column of amounts"
    # All views agree on which projects are without an amount.
    (province,) = served.get("/views/provinces", params={"format": "json"}).json()["rows"]
    assert province["withoutAmount"] == len(found["rows"])
    found = served.get("/views/projects", params={"text": "没有", "format": "json"}).json()
    assert found["message"] == {
        "zh": "读到的里面没有符合条件的；没有入库的、没有读到的可能有。",
        "en": "Nothing that was read matches; what is not stored, or was not read, may.",
    }


def test_an_unknown_body_is_not_said_to_have_no_projects(served):
    iri = f"http://localhost:8000/id/org/{'a' * 13}"
    found = served.get("/views/department", params={"department": iri, "format": "json"}).json()
    assert "no project" in found["message"]["en"]


def test_a_province_whose_money_is_unknown_has_no_zero(served):
    page = served.get("/charts/provinces", params={"lang": "en"}, headers={"Accept": "text/html"}).text
    assert absent(page, "There is nothing to draw.", "Projects of which no amount was read: 1.") == []
    assert "0 yuan" not in page


@pytest.mark.usefixtures("every_rule")
def test_a_target_that_is_perhaps_misread_has_a_note_wherever_it_is_shown(tmp_path):
    accept = {"Accept": "text/html"}
    with serving_one(tmp_path, FILING.replace("火灾起数 | ≤2起", "验收合格率 | 292%")) as client:
        listed = client.get("/views/indicators", params={"text": "合格率", "lang": "en"}, headers=accept).text
        (row,) = client.get("/views/indicators", params={"text": "合格率", "format": "json"}).json()["rows"]
        page = client.get(f"{row['project'].replace('/id/', '/doc/')}?lang=en", headers=accept).text
    assert row["doubt"].endswith("#SignPerhapsMisread")
    [cell] = lxml.html.fromstring(listed).xpath("//td[contains(., '292')]")
    assert words([cell]) == ["292% ≥ perhaps misread as 2"]
    assert re.search(r"292%[^\n]*perhaps misread as 2", page)


SITE = "https://news.example.org"


@pytest.fixture(scope="module")
def opened(store, serve):
    settings = read(None, {"store": store.path, "embed_from": f"{SITE}, http://localhost:8080", "quick_seats": 1})
    with serve(settings) as client:
        yield client


def test_a_view_stands_in_frames_of_the_sites_named(opened):
    page = replied(200, opened.get("/embed/projects?lang=en"))
    assert f"frame-ancestors {SITE} http://localhost:8080" in page.headers["Content-Security-Policy"]
    assert "<form" not in page.text
    assert "<script" not in page.text
    assert 'href="/views/projects' in page.text
    assert "业务培训" in page.text or "政协会议" in page.text
    assert "The first 1 row" in opened.get("/embed/projects?limit=1&lang=en").text


def test_no_other_page_stands_in_a_frame(opened):
    for address in ("/views/projects", "/", "/sparql"):
        policy = opened.get(address, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("nothing", 404),
        ("projects?colour=red", 400),
        ("projects-citing", 400),
        ("projects-citing?number=松委发〔1999〕97号&lang=en", 200),
    ],
)
def test_faults_are_told(asked, status, opened):
    assert opened.get(f"/embed/{asked}").status_code == status


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "要管理这个站的人先设 embed_from"), ("en", "once the operator of the site sets embed_from")],
)
def test_pages_of_a_site_without_embedding_say_what_to_do_instead(client, lang, told):
    [part] = page(client, "/views/projects", lang, year="2022").xpath("//details[contains(., 'embed_from')]")
    assert told in part.text_content()
    assert client.get(part.xpath(".//code")[0].text_content()).headers["Content-Type"].startswith("text/csv")


def test_embedding_is_off_unless_it_is_set(client):
    replied(404, client.get("/embed/projects"), "does not allow")
