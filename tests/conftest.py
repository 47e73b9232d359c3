"""Options of all tests. Fixtures stand beside the tests that need them; one goes here only when two folders need it."""

import os
from collections.abc import Generator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate` rewrites what tests expect and docs list; the rewrite is then reviewed as a diff."""
    parser.addoption("--regenerate", action="store_true", help="rewrite what tests expect")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where Debian's packages must be (JIXIAO_REQUIRE_DEBIAN, set by .ci/run), a test skipped for want of one fails."""
    report = yield
    if report.skipped and item.get_closest_marker("debian") and os.environ.get("JIXIAO_REQUIRE_DEBIAN"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a Debian package that is not here: {report.longrepr}"
    return report
