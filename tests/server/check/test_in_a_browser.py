"""A file checked in a browser: on a desktop in Chinese, on a phone in English."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.support import browsers

MANNERS = {
    "zh": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "en": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
TIME = 60_000  # milliseconds; a loaded machine takes its time

pytestmark = [pytest.mark.debian, browsers.needs_chromium]


@pytest.mark.judge
def test_a_check_shows_that_it_is_under_way(browser, exposed):
    context = browser.new_context(base_url=str(exposed.base_url))
    page = context.new_page()
    page.set_default_timeout(TIME)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/check?lang=en")
    # Without its sending, the form stays as it is while the report is awaited.
    hold = "document.querySelector('form.params').addEventListener('submit', event => event.preventDefault())"
    page.evaluate(hold)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("button", name="Checking…", exact=True)).to_be_disabled()
    expect(page.locator("form.params [role=status]")).to_contain_text("ten seconds")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()
    page.locator("select[name=format]").select_option("csv")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("form.params [role=status]")).to_contain_text("saves the report")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()
    page.goto("/check?lang=en")
    page.set_input_files("input[type=file]", {"name": "申报表.txt", "mimeType": "text/plain", "buffer": b"nothing"})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("h1")).to_contain_text("申报表.txt", timeout=TIME)
    page.go_back()
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()
    assert said == []
    context.close()


@pytest.mark.judge
@pytest.mark.parametrize("lang", MANNERS)
def test_fields_stand_below_each_other_and_pasted_text_has_a_title(lang, browser, exposed, faulty):
    page = browser.new_context(base_url=str(exposed.base_url), **MANNERS[lang]).new_page()
    page.set_default_timeout(TIME)
    page.goto(f"/check?lang={lang}")
    boxes = [
        page.locator(f"form.check {each}").bounding_box() for each in ("[type=file]", "textarea", "select", "button")
    ]
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"]
        assert abs(above["x"] - below["x"]) <= 1
    page.locator("textarea").fill(faulty.decode())
    page.locator("form.check button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text({"zh": "粘贴的文字", "en": "Pasted text"}[lang])
    beyond = page.evaluate(
        "Array.from(document.querySelectorAll('td .level'))"
        ".filter((each) => each.getBoundingClientRect().right > each.closest('td').getBoundingClientRect().right)"
        ".map((each) => each.textContent)"
    )
    assert beyond == []
    browsers.check(page)
