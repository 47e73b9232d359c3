"""Browsers as the tests of pages use them: languages, sizes, and the rules of accessibility."""

import atexit
import shutil
from asyncio import AbstractEventLoop, _set_running_loop, get_running_loop
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
MANNERS = {
    "zh on a desktop": {"lang": "zh", "width": 1280, "height": 800, "scheme": "light"},
    "en on a phone": {"lang": "en", "width": 390, "height": 844, "scheme": "dark"},
}
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

expect.set_options(timeout=60_000)  # milliseconds; the usual five seconds are too few on a loaded machine


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the Chromium of this process, without a window, for a block, and close its pages at the block's end.

    Inside the block, no event loop can be run, because Playwright's own loop counts as running.
    """
    browser, loop = _launched()
    _set_running_loop(loop)
    try:
        yield browser
        for context in browser.contexts:
            context.close()
    finally:
        _set_running_loop(None)


@cache
def _launched() -> tuple[Browser, AbstractEventLoop]:
    """Launch Chromium once for all tests of this process, and return it with Playwright's event loop."""
    playwright = sync_playwright().start()
    loop = get_running_loop()
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    def end() -> None:
        _set_running_loop(loop)
        browser.close()
        playwright.stop()

    atexit.register(end)
    return browser, loop


def check(page: Page) -> None:
    """Fail if axe finds anything on a page, or if the page is wider than its window."""
    found = Axe().run(page, options={"runOnly": _RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0
