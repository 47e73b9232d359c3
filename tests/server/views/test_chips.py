"""Chips: the conditions in an address of a view, each to take away or to change, and others to add."""

from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from jixiao.server.views import view_files
from tests.support import browsers
from tests.support.pages import page, replied, words

MINHANG = "上海市闵行区人民政府办公室"
CHIPS = "//ul[@class='chips']"
CHIP = f"{CHIPS}/li[@class='chip']"


def asked(link):
    return {name: value for name, value in parse_qsl(urlsplit(unescape(link.get("href"))).query) if name != "lang"}


def test_each_condition_is_taken_away_by_its_own_link(client):
    shown = page(client, "/views/projects", department=MINHANG, year="2023", sort="-amount", offset="0")
    assert words(shown.xpath(f"{CHIP}//summary")) == [f"机构 是 {MINHANG}", "年度 是 2023"]
    assert [asked(link) for link in shown.xpath(f"{CHIP}/a[@class='remove']")] == [
        {"year": "2023", "sort": "-amount"},
        {"department": MINHANG, "sort": "-amount"},
    ]
    assert not page(client, "/views/projects").xpath(CHIP)


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        ("/tables/projects?roles.body.is=x", "机构 是 x", "Body is x"),
        (
            "/tables/projects?texts.text.contains=培训",
            "名称、目标、说明等文字含 培训",
            "Names, goals and other texts contain 培训",
        ),
        ("/tables/indicators?texts.text.contains=培训", "文字 含 培训", "Texts contains 培训"),
        (
            "/tables/projects?citations.numberYear.isNot=2009",
            "引用：文号年份 不是 2009",
            "Citations: Year of the number is not 2009",
        ),
        (
            "/tables/projects?group=locations.place,project&measure=sum_amount&figure=rank&rank_sum_amount.most=1",
            "每个地区里的前 1",
            "First within each Place 1",
        ),
        ("/tables/projects?one.year.is=2022&measure=rows", "年度（一方） 是 2022", "Year (one) is 2022"),
    ],
)
def test_conditions_are_called_as_in_views(client, address, zh, en):
    path, _, query = address.partition("?")
    for lang, said in (("zh", zh), ("en", en)):
        assert words(page(client, path, lang, **dict(parse_qsl(query))).xpath(f"{CHIP}//summary")) == [said]


def test_words_groups_order_and_number_of_rows_are_taken_away(client):
    given = {"words": ["培训", "meeting:会议"], "sort": "-amount,name", "limit": "2"}
    shown = page(client, "/tables/projects", **given)
    shape = shown.xpath(f"{CHIPS}/li[@class='chip shape']")
    assert [words(each.xpath("span|strong")) for each in shape] == [
        ["先列提到", "培训"],
        ["先列提到", "meeting: 会议"],
        ["排序", "金额，从大到小；项目名称，从小到大"],
        ["前", "2 行"],
    ]
    assert asked(shape[0].xpath("a[@class='turn']")[0])["texts.text.contains"] == "培训"
    assert asked(shape[0].xpath("a[@class='remove']")[0])["words"] == "meeting:会议"
    assert [
        name for each in shape[2:] for name in given.keys() - asked(each.xpath("a[@class='remove']")[0]).keys()
    ] == [
        "sort",
        "limit",
    ]
    by = {"group": "year,body", "measure": "rows", "figure": "rank", "rank_rows.most": "1", "year.is": "2022"}
    shape = page(client, "/tables/projects", **by).xpath(f"{CHIPS}/li[@class='chip shape']")
    assert [words(each.xpath("span|strong")) for each in shape] == [["按", "年度"], ["按", "责任部门"]]
    left = asked(shape[0].xpath("a[@class='remove']")[0])
    assert left == {"group": "body", "measure": "rows", "year.is": "2022"}
    shape = page(client, "/tables/projects", **left).xpath(f"{CHIPS}/li[@class='chip shape']")
    assert asked(shape[0].xpath("a[@class='remove']")[0]) == {"year.is": "2022"}


def test_one_of_several_values_is_taken_away_and_a_required_one_is_not(client):
    shown = page(client, "/views/projects", year=["2022", "2023"])
    assert words(shown.xpath(f"{CHIP}//summary")) == ["年度 是 2022或2023"]
    assert [asked(link) for link in shown.xpath(f"{CHIP}//p/a")] == [{"year": "2023"}, {"year": "2022"}]
    assert [asked(link) for link in shown.xpath(f"{CHIP}/a[@class='remove']")] == [{}]
    shown = page(client, "/views/projects-citing", number="松委发〔2009〕97号")
    assert len(shown.xpath(CHIP)) == 1
    assert not shown.xpath(f"{CHIP}/a[@class='remove']")


@pytest.mark.parametrize(
    ("address", "opposite", "rows"),
    [
        ("/views/projects?year=2022", "/tables/projects?year.isNot=2022", 1),
        ("/tables/projects?year.isNot=2022&sort=-amount", "/tables/projects?year.is=2022&sort=-amount", 2),
        ("/tables/projects?amount.least=1&year.is=2022", "/tables/projects?year.is=2022&amount.below=1", 0),
    ],
)
def test_a_condition_is_turned_round_by_one_link(client, address, opposite, rows):
    path, _, query = address.partition("?")
    first, *_ = page(client, path, **dict(parse_qsl(query))).xpath(f"{CHIP}/a[@class='invert']")
    wanted = dict(parse_qsl(urlsplit(opposite).query))
    assert (urlsplit(first.get("href")).path, asked(first)) == (urlsplit(opposite).path, wanted)
    assert client.get(urlsplit(opposite).path, params={**wanted, "format": "json"}).json()["whole"]["rows"] == rows


def test_a_condition_beside_one_that_a_table_does_not_take_is_not_turned_round(client):
    """The view takes rules and `own` by name, and the table takes IRIs of rules alone."""
    for fault in ("own", "CellBlank"):
        shown = page(client, "/views/findings", fault=fault, year="2022")
        assert not shown.xpath(f"{CHIP}/a[@class='invert']")
    assert page(client, "/views/projects", text="会", year="2022").xpath(f"{CHIP}/a[@class='invert']")


def test_many_values_have_no_link_each(client):
    """The links of all values would grow with their square."""
    texts = [f"字{number}" for number in range(20)]
    shown = page(client, "/views/projects", text=texts)
    assert not shown.xpath(f"{CHIP}//p/a")
    assert [each.get("value") for each in shown.xpath(f"{CHIP}//div//input[@name='text']")] == texts
    assert shown.xpath(f"{CHIP}/a[@class='remove']")


def test_many_values_are_one_chip_that_names_the_first(client):
    kinds = {"indicators.indicatorType.is": ["satisfaction", "jxi:output-quantity"]}
    shown = page(client, "/tables/projects", **kinds)
    assert [each.rpartition(" ")[2] for each in words(shown.xpath(f"{CHIP}//summary"))] == ["满意度指标或数量指标"]
    shown = page(client, "/tables/projects", "en", **{"name.contains": ["a", "b", "c", "d", "e"]})
    assert words(shown.xpath(f"{CHIP}//summary/strong")) == ["a or b or 3 others"]


def test_a_condition_without_a_facet_has_a_field_that_keeps_the_others(client):
    shown = page(client, "/views/projects", region="松江区", year="2022", sort="-amount")
    assert shown.xpath(f"{CHIP}//div[@class='params']//input[@name='region']/@value") == ["松江区"]
    [form] = shown.xpath("//form[@class='narrowing']")
    kept = {name: value for name, value in form.form_values() if value}
    assert kept == {"lang": "zh", "region": "松江区", "year": "2022", "sort": "-amount"}


def test_other_conditions_are_added_to_those_in_force(client):
    [form] = page(client, "/views/projects", year="2022").xpath("//form[@class='narrowing']")
    assert form.xpath(".//input[@name='year']/@value") == ["2022"]
    [main] = form.xpath(".//div[@class='params main']")
    assert main.xpath("label/*[@name]/@name") == ["department", "region", "text"]
    offered = form.xpath(".//label/*[@name]/@name")
    assert sorted([*offered, "year"]) == sorted(each.name for each in view_files.load()["projects"].params)


def test_conditions_to_add_stand_in_groups_with_money_first(client):
    shown = page(client, "/views/projects")
    groups = {
        words([each.find("legend")])[0]: each.xpath("label/*[@name]/@name")
        for each in shown.xpath(f"{CHIPS}/li[@class='add']//fieldset")
    }
    assert list(groups) == ["金额", "时间", "地区和机构", "文字和类别", "数目和其他", "不要的"]
    assert groups["金额"] == ["fund", "period", "least", "most", "above", "below"]
    assert {"outside", "notYear", "lacks", "without"} < {*groups["不要的"]}


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", {"名称含此", "同一机构"}), ("en", {"contains it", "same organisation"})]
)
def test_a_chip_tells_the_things_that_a_name_was_taken_for(client, lang, said):
    shown = page(client, "/views/projects", lang, department="闵行区人民政府办公室", year="2023")
    told = words(shown.xpath(f"{CHIP}//ul[@class='meant']//small"))
    assert told
    assert {*told} <= said
    [*_, leave_out] = shown.xpath(f"{CHIP}//ul[@class='meant']//a[@rel='nofollow']")
    replied(200, client.get(leave_out.get("href"), headers={"Accept": "text/html"}), "办公用房维修")


@pytest.mark.parametrize(("lang", "own"), [("zh", "文件本身的问题"), ("en", "What the filing gets wrong")])
def test_all_rules_of_projects_are_those_on_what_filings_get_wrong(client, lang, own):
    """A failure to read is no fault of a project; a rule that is named counts all the same."""
    [summary] = words(page(client, "/views/projects", lang, fault="all").xpath(f"{CHIP}//summary"))
    assert summary.endswith(own)
    [fault] = [each for each in view_files.load()["projects"].params if each.name == "fault"]
    said = {each: {*fault.terms(each, "")} for each in ("all", "own", "unread", "FormBreaksOff")}
    assert said["all"] == said["own"]
    assert said["all"].isdisjoint(said["unread"])
    assert said["FormBreaksOff"] < said["unread"]


@pytest.mark.debian
@browsers.needs_chromium
def test_an_open_chip_stays_within_a_phone_and_closes_with_escape(listener):
    with browsers.chromium() as running:
        phone = running.new_page(base_url=str(listener.base_url), viewport={"width": 390, "height": 844})
        phone.goto("/views/projects?year=2022&region=松江区&text=培训&lang=zh")
        for chip in phone.locator(".chip summary").all():
            chip.click()
            assert phone.locator(".chip details[open]").count() == 1
            assert phone.evaluate("document.documentElement.scrollWidth") == 390
        phone.keyboard.press("Escape")
        assert phone.locator(".chip details[open]").count() == 0
        phone.close()
