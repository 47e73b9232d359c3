"""`jixiao review` as a steward uses it: start the command, open the address, confirm a fact, correct another."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from jixiao.ontology import terms
from jixiao.store import Deposit, Store
from tests.support import browsers

TIME = 60_000  # milliseconds; a loaded machine takes its time


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    """The address that the command prints; at the end it is stopped as by Ctrl+C."""
    command = [sys.executable, "-m", "jixiao", "review", "--store", str(store.path), "--by", "预算科"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    told = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/start/\S+", told)
    assert found, told
    yield found[0]
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert "Ctrl+C" in rest
    assert "Traceback" not in rest


@pytest.mark.judge  # test_review.py asks for the same pages, tests/cli/test_cli_working_directory.py starts the command
@pytest.mark.debian
@browsers.needs_chromium
def test_a_steward_reads_lines_confirms_a_fact_and_corrects_another(address: str, store: Store, scan: Deposit) -> None:
    with browsers.chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", locale="en")
        page.set_default_timeout(TIME)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        browsers.check(page)
        page.get_by_role("link", name="<script>a.png").click()
        browsers.check(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("link", name="中文").click()
        read_the_lines(page)
        confirm_the_date(page)
        correct_the_amount(page)
        assert said == []
    made = {each.kind: each for each in store.registry().decisions.all}
    assert made.keys() == {terms.Transcription, terms.Acceptance, terms.Correction}
    assert made[terms.Correction].text(terms.correctedValue) == "128000"
    assert made[terms.Correction].text(terms.decidedBy) == "预算科"


def read_the_lines(page: Page) -> None:
    """Confirm one line with the button, and correct the other with the keyboard."""
    page.get_by_role("link", name="≥200册").click()
    expect(page.locator("svg.strip image")).to_have_count(1)
    browsers.check(page)
    page.get_by_role("button", name="图像上就是这样").click()
    expect(page.get_by_role("status")).to_contain_text("决定 1 已记入登记簿")
    expect(page.get_by_label("图像上写着")).to_have_value("约十二万")
    page.get_by_label("图像上写着").fill("约十三万")
    page.get_by_label("图像上写着").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("决定 2 已记入登记簿")


def confirm_the_date(page: Page) -> None:
    page.get_by_role("link", name="计划开始日期").click()
    expect(page.locator("svg.strip image")).to_have_count(1)
    browsers.check(page)
    page.get_by_role("button", name="确认读数").click()
    expect(page.get_by_role("status")).to_contain_text("决定 3 已记入登记簿")


def correct_the_amount(page: Page) -> None:
    """Use the keyboard alone: skip to the annual request, type it in 万元, and press Enter."""
    if "年度资金申请总额" not in page.locator("h1").inner_text():
        page.get_by_role("link", name="先跳过").press("Enter")
    expect(page.locator("h1")).to_contain_text("年度资金申请总额")
    page.get_by_label("正确的值").press_sequentially("12.8")
    page.get_by_label("正确的值").press("Tab")
    expect(page.get_by_label("单位")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.get_by_label("正确的值").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("决定 4 已记入登记簿")
