"""The search box suggests names in a real browser, and works by keyboard alone."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.support import browsers

pytestmark = [
    pytest.mark.debian,
    browsers.needs_chromium,
]


def test_suggestions_are_chosen_by_keyboard(listener: httpx.Client) -> None:
    with browsers.chromium() as browser:
        page = browser.new_page(base_url=str(listener.base_url), locale="en", viewport={"width": 390, "height": 800})
        faults: list[str] = []
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
        page.get_by_role("link", name="3 projects cite it").click()
        expect(page).to_have_url(re.compile("/views/projects-citing"))
        page.goto("/?lang=en")
        page.get_by_role("main").get_by_role("combobox").press_sequentially("学员")
        expect(page.get_by_role("option")).to_contain_text("学员满意度")
        assert faults == []
