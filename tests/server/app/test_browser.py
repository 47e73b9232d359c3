"""The mission in a real browser: ask on the home page, follow the line to the source."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support import browsers

pytestmark = [
    pytest.mark.debian,
    browsers.needs_chromium,
]


@pytest.fixture(scope="module")
def page(listener: httpx.Client) -> Iterator[Page]:
    with browsers.chromium() as browser:
        yield browser.new_page(base_url=str(listener.base_url), java_script_enabled=False, locale="zh-CN")


@pytest.mark.judge  # test_every_page.py goes the same way with keys alone
def test_from_the_number_to_the_line(page: Page, sha16: str) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto("/views")
    page.locator("#projects-citing summary").click()
    page.locator("#projects-citing").get_by_label("发文字号").fill("松委发[2009]97号")
    page.locator("#projects-citing").get_by_role("button", name="查询").click()
    expect(page.locator("tfoot")).to_contain_text("1,486,580.55")
    page.get_by_role("link", name="第 5 行").click()
    expect(page).to_have_url(re.compile(rf"/source/{sha16}\?lang=zh#L5$"))
    expect(page.locator("#L5")).to_be_in_viewport()
    expect(page.locator("#L5")).to_contain_text("松委发（2009）97号")
    assert faults == []


@pytest.mark.judge  # as is the way from the number
def test_from_the_counts_to_the_line_at_fault(page: Page, sha16: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="质量").first.click()
    page.get_by_role("heading", name="按缺陷").click()
    page.get_by_role("link", name="金额不是数字").first.click()
    expect(page).to_have_url(re.compile(r"/quality/AmountNotANumber\?lang=zh$"))
    page.get_by_role("link", name="见报告").click()
    expect(page.locator("#r1")).to_be_in_viewport()
    expect(page.locator("#r1 mark")).to_have_text("400000.00")
    page.locator("#r1").get_by_role("link", name="第 13 行", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/source/{sha16}\?lang=zh#L13$"))
