"""The editor of /sparql in a browser: a query written with completion, its link, and the page without scripts."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support import browsers
from tests.support.browsers import MANNERS, needs_chromium

pytestmark = [pytest.mark.debian, needs_chromium]

WRITTEN = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX jx: <https://w3id.org/jixiao/ontology#>
SELECT ?project ?name {
  ?project a jx:Project ; jx:year ?year ; rdfs:label ?name }"""


def opened(browser, listener, manner):
    """A page in a context of its own, and the list to which it adds complaints and requests to other servers."""
    looks = MANNERS[manner]
    page = browser.new_page(
        base_url=str(listener.base_url),
        viewport={"width": looks["width"], "height": looks["height"]},
        color_scheme=looks["scheme"],
        is_mobile=looks["lang"] == "en",
        has_touch=looks["lang"] == "en",
    )
    said = []
    ours = listener.base_url.netloc.decode()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if urlsplit(request.url).netloc != ours else None)
    return page, said


def editor(page, lang):
    """Open the page with its editor, completions loaded and nothing written."""
    with page.expect_response("**/sparql/terms") as loaded:
        page.goto(f"/sparql?lang={lang}")
    loaded.value.finished()
    page.get_by_role("button", name={"zh": "清空", "en": "Clear"}[lang]).click()


def complete(page, typed, choice):
    """Type the beginning of a term and take it from the list."""
    page.keyboard.type(typed)
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text(choice)
    page.keyboard.press("Enter")


def text(page):
    return page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


@pytest.mark.judge
@pytest.mark.parametrize("manner", MANNERS)
def test_a_query_is_written_with_completion_and_its_link_opens_elsewhere(manner, browser, listener):
    lang = str(MANNERS[manner]["lang"])
    page, said = opened(browser, listener, manner)
    editor(page, lang)
    page.keyboard.type("SELECT ?project ?name {\n?project a ")
    page.keyboard.type("jx:Proj")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    browsers.check(page)
    page.keyboard.press("Enter")
    page.keyboard.type(" ; ")
    complete(page, {"zh": "年度", "en": "jx:yea"}[lang], "jx:year")
    page.keyboard.type(" ?year ; ")
    complete(page, "rdfs:la", "rdfs:label")
    page.keyboard.type(" ?name }")
    assert text(page) == WRITTEN
    page.keyboard.press("Control+Enter")
    expect(page.locator("td .name").first).to_be_visible()
    browsers.check(page)
    link = page.get_by_label({"zh": "永久链接", "en": "Permanent link"}[lang]).input_value()
    assert said == []
    page.close()

    elsewhere, said = opened(browser, listener, next(name for name in MANNERS if name != manner))
    elsewhere.goto(link)
    expect(elsewhere.locator("td .name").first).to_be_visible()
    assert text(elsewhere) == WRITTEN
    assert said == []
    elsewhere.close()


@pytest.mark.judge
def test_values_of_a_property_and_words_within_names_are_listed(browser, listener):
    page, said = opened(browser, listener, "zh on a desktop")
    editor(page, "zh")
    page.keyboard.type("SELECT * { ?indicator ")
    complete(page, "jx:oper", "jx:targetOperator")
    page.keyboard.type(" ")
    page.get_by_role("button", name="列出可用的词").click()
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("jx:eq")
    page.keyboard.press("Escape")
    page.keyboard.type('?x ; rdfs:label "jx:y')
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_role("button", name="列出可用的词").click()
    expect(page.locator("#query-state")).to_contain_text("没有可列的词")
    assert said == []
    page.close()


@pytest.mark.judge
def test_an_error_has_its_line_and_the_keyboard_leaves_the_editor(browser, listener):
    page, said = opened(browser, listener, "zh on a desktop")
    editor(page, "zh")
    page.keyboard.type("SELECT *\n{ ?s ? }")
    expect(page.locator("#query-state")).to_contain_text("第 2 行")
    browsers.check(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.locator("details.example summary").first.click()
    page.get_by_role("button", name="放入编辑器").first.click()
    expect(page.locator("#query-state")).to_be_hidden()
    assert "PREFIX" in text(page)
    assert said == []
    page.close()
