"""The layout of answers in a browser: the table in sight on a desktop and no wider, a page on a phone not endless.

Lengths are in CSS pixels.
"""

import re

import pytest
from playwright.sync_api import expect

from jixiao.server.linked_data import kinds
from jixiao.server.views import view_files
from jixiao.server.views.published import ROWS
from jixiao.store import Store
from tests.server.conftest import BASE, WHOLE_FILING as FORM, filed
from tests.support import browsers

LONG = "历史文化名城古籍善本书库恒温恒湿设备更新改造及配套消防安防设施提升"
NAMES = [name for name, view in view_files.load().items() if not any(each.required for each in view.params)]
WITHOUT_ROWS = ("findings-by-body",)  # the filings here were not validated
ADDRESSES = [
    *(f"/views/{name}" for name in NAMES if name not in WITHOUT_ROWS),
    "/views/projects?year=2023&text=古籍",
    "/views/department?department=图书馆",
    *(f"/doc/{kind.name}" for kind in kinds.KINDS),
    *(f"/tables/{name}" for name in ("projects", "indicators", "evaluations")),
    *(f"/ask?q={q}" for q in ("所有项目的总金额", "2023年哪个项目的金额最大", "2023年第100图书馆有哪些项目")),
]

OTHERS = [
    *("/", "/quality", "/ontology", "/shapes", "/vocab", "/charts", "/check", "/dataset", "/help/glossary"),
    *("/dataset/changes", "/views/indicator-library", "/quality/findings"),
]

pytestmark = [pytest.mark.debian, browsers.needs_chromium]
SOME, ALL = slice(3, None, 8), slice(None)
"""Pages that `make test` looks at: one of each kind; and those of `make judge`."""
per_lot = pytest.mark.parametrize(
    ("lot", "lang"),
    [
        (SOME, "en"),
        pytest.param(ALL, "zh", marks=pytest.mark.judge),
        pytest.param(ALL, "en", marks=pytest.mark.judge),
    ],
    ids=["some-en", "all-zh", "all-en"],
)


@pytest.fixture(scope="module")
def client(tmp_path_factory, listen, deposits):
    """A client of a server over more filings than a page has rows, with long names, and over self-evaluations."""
    store = Store.create(tmp_path_factory.mktemp("long") / "store", BASE)
    with store.writing() as batch:
        for number in range(100, 101 + ROWS):
            told = FORM.replace("古籍修复", f"{LONG}{number}").replace("临江市图书馆", f"临江市第{number}图书馆")
            batch.add(filed(told.replace("6号", f"{number}号"), f"{number}.txt"))
        batch.add(deposits("evaluations"))
        batch.commit()
    with listen(store) as answering:
        yield answering


def opened(browser, client, width, height):
    return browser.new_page(base_url=str(client.base_url), viewport={"width": width, "height": height})


@per_lot
def test_the_table_of_an_answer_is_in_sight_and_as_wide_as_the_window(browser, client, lang, lot):
    page, faults = opened(browser, client, 1280, 900), {}
    for address in ADDRESSES[lot]:
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.locator("table.rows").count(), (address, page.locator("main").inner_text())
        top = page.evaluate("document.querySelector('table.rows').getBoundingClientRect().top + scrollY")
        right = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, ...Array.from(document.querySelectorAll('table.rows *'),"
            " each => each.getBoundingClientRect().right))"
        )
        if top > 500 or right > 1280:
            faults[address] = top, right
    page.close()
    assert faults == {}


def test_the_link_to_the_content_does_not_paint_the_page(browser, client):
    page = opened(browser, client, 1280, 900)
    page.goto("/views/projects?lang=en")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('main').matches(':target')")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.close()


@per_lot
def test_a_page_on_a_phone_is_not_endless(browser, client, lang, lot):
    page, faults, most = opened(browser, client, 390, 844), {}, 0
    for address in (*ADDRESSES[lot], *OTHERS[lot]):
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        long, wide = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        most = max(most, page.locator("table.rows > tbody > tr").count() if address in ADDRESSES else 0)
        if long > 6000 or wide > 390:
            faults[address] = long, wide
    page.close()
    assert faults == {}
    assert most == ROWS


def test_filters_are_folded_above_the_rows_on_a_phone(browser, client):
    """Forms of their own follow the rows, and the links that sort say that they do."""
    page = opened(browser, client, 360, 800)
    for address in ("/views/projects?year=2023", "/views/indicator-library", "/tables/projects", "/quality/findings"):
        page.goto(f"{address}{'&' if '?' in address else '?'}lang=zh")
        box = page.locator("table.rows").bounding_box()
        for fields in page.locator("main > .params").all():
            assert fields.bounding_box()["y"] > box["y"] + box["height"] - 1, address
        for folded in page.locator("main .filter, main .facets, .chip").all():
            place = folded.bounding_box()
            assert (place["y"] + place["height"] < box["y"], place["height"] < 50) == (True, True), address
    page.goto("/views/projects?year=2023&lang=zh")
    head = page.locator("table.rows > thead > tr")
    assert head.evaluate("row => getComputedStyle(row, '::before').content") == '"排序："'
    page.close()


def test_fields_left_blank_are_not_in_the_address(browser, client):
    page = opened(browser, client, 1280, 900)
    page.goto("/views/projects?year=2022,2023&lang=zh")
    page.locator(".main input[name=text]").fill("古籍")
    page.locator(".filter button").click()
    expect(page).to_have_url(re.compile(r"text="))
    assert sorted(re.findall(r"[?&](\w+)=", page.url)) == ["lang", "text", "year"]
    page.close()


def test_a_field_lists_twenty_values_and_others_while_somebody_types(browser, client):
    page = opened(browser, client, 1280, 900)
    page.goto("/views/projects?lang=zh")
    field = page.locator(".main input[name=department]")
    listed = page.locator(f"datalist#{field.get_attribute('list')} option")
    expect(listed).to_have_count(20)
    field.press_sequentially("第120图书馆")
    expect(listed.first).to_have_attribute("value", re.compile("第120图书馆"))
    field.fill("")
    expect(listed).to_have_count(20)
    page.close()
