"""Options of all tests. Fixtures stand beside the tests that need them; one goes here only when two folders need it."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate` rewrites what tests/ingest/cases expect; the rewrite is then reviewed as a diff."""
    parser.addoption("--regenerate", action="store_true", help="rewrite the expectations of tests/ingest/cases")
