"""Fixtures of the tests of ingest: a small whole filing as text, files read together, a folder and a store.

Add one only when two test modules need it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.result import Document
from jixiao.store import Store
from tests.support import writing
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


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that holds nothing yet."""
    return Store.create(tmp_path / "store", "https://data.example.org/")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, filing: str) -> Path:
    """Eight filings and a file that is none, which comes third; do not write to it."""
    path = tmp_path_factory.mktemp("in")
    for number in range(8):
        (path / f"{number:02}.txt").write_text(filing.replace("古籍修复", f"古籍修复{number}"), encoding="utf-8")
    (path / "02-letter.txt").write_text("全年修复善本两百册。\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Let the processes that read for tests be forked from one that has read."""
    warm()


@pytest.fixture
def reading_apart() -> Iterator[None]:
    """Read the files of a test in processes of their own, as commands do."""
    with writing.reading_apart():
        yield
