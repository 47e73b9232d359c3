"""The ontology's page in a real browser: from the drawing to a term, from there to its rules and to the data."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.support import browsers

pytestmark = [
    pytest.mark.debian,
    browsers.needs_chromium,
]


@pytest.mark.judge
def test_from_the_drawing_to_a_term_a_rule_and_the_data(listener: httpx.Client) -> None:
    with browsers.chromium() as browser:
        page = browser.new_page(base_url=str(listener.base_url), java_script_enabled=False, locale="zh-CN")
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.goto("/")
        page.get_by_role("link", name="本体").first.click()
        page.get_by_role("link", name="类与属性的关系图").click()
        page.locator("svg.diagram").get_by_role("link", name="绩效指标 jx:Indicator").click()
        expect(page).to_have_url(re.compile(r"/ontology(\?lang=zh)?#Indicator$"))
        term = page.locator("#Indicator")
        expect(term).to_be_in_viewport()
        term.get_by_role("link").click()
        term.get_by_text("条").click()
        term.locator("details a").first.click()
        expect(page).to_have_url(re.compile(r"/shapes\?only=\w+&lang=zh$"))
        page.locator(".definition").get_by_role("link", name=re.compile("jx:")).first.click()
        expect(page).to_have_url(re.compile(r"/ontology(\?lang=zh)?#\w+$"))
        page.goto("/ontology?only=Project")
        example = page.locator('#Project a[href^="/id/project/"]')
        name = example.inner_text()
        example.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        assert faults == []
