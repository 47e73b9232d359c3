"""Fixtures of the ingest room's tests: one small whole filing as text. Add one only when two test modules need it."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def filing() -> str:
    """A filing of one project with its narrative: a document in 立项依据, blank amounts, four indicators."""
    return (Path(__file__).parent / "whole-filing.txt").read_text(encoding="utf-8")
