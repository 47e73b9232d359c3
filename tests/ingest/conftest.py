"""Fixtures of the ingest room's tests: a small whole filing as text, and files read together.

Add one only when two test modules need it.
"""

from pathlib import Path

import pytest

from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.result import Document
from tests.support.warmed import warm


@pytest.fixture(scope="session")
def filing() -> str:
    """A filing of one project with its narrative: a document in 立项依据, blank amounts, four indicators."""
    return (Path(__file__).parent / "whole-filing.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readings(request: pytest.FixtureRequest) -> dict[Path, Reading]:
    """Readings of each `path` that tests of the module are given; judging files together takes half the time."""
    items = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    paths = list(dict.fromkeys(path for item in items if (path := item.callspec.params.get("path"))))
    contents = [Document(path.read_bytes(), path.name) for path in paths]
    return dict(zip(paths, read_documents(contents, "http://localhost:8000/"), strict=True))


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Let the processes that read for tests be forked from one that has read."""
    warm()
