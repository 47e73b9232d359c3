"""Fixtures of the tests of `jixiao review`: a store with a scan and a PDF, and a client that opened the address."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from jixiao.ingest.writing import writing
from jixiao.review.app import Review
from jixiao.review.guard import Guard
from jixiao.store import Deposit, Store
from tests.support import markup, scanned_forms
from tests.support.scanned_forms import ROWS

BASE = "http://localhost:8000/"
PORT = 8123
HERE = f"http://127.0.0.1:{PORT}"
MONTH = ("计划开始日期", "2023年1月", "计划完成日期", "2023-12-31")


@pytest.fixture(scope="session")
def scan() -> Deposit:
    """A scan with two withheld amounts, a withheld target, and a date that was inferred; its name would be a script."""
    form = scanned_forms.form([*ROWS[:2], MONTH, ROWS[3]])
    seen = scanned_forms.recognised(form, 2.0, second={"≥200册": "≥260册"})
    return scanned_forms.scanned(form, "<script>a.png", BASE, 2.0, seen)


@pytest.fixture(scope="session")
def pdf() -> Deposit:
    """A PDF with the same amounts withheld, and a date that was inferred."""
    rows = [ROWS[0], ("主管部门", "临江市体育局", "实施单位", "临江市体育馆"), MONTH, ROWS[3]]
    return scanned_forms.read(scanned_forms.form(rows), "b.pdf", BASE)


@pytest.fixture(scope="session")
def filled(scan: Deposit, pdf: Deposit, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store that no test changes."""
    store = Store.create(tmp_path_factory.mktemp("review") / "store", BASE)
    with writing(store) as batch:
        batch.add(scan)
        batch.add(pdf)
        batch.commit()
    return store


@pytest.fixture
def store(filled: Store, tmp_path: Path) -> Store:
    """A copy of it, to decide on."""
    return Store.open(shutil.copytree(filled.path, tmp_path / "store"))


Opening = Callable[[Store], TestClient]


@pytest.fixture(scope="session")
def opening() -> Opening:
    """Returns a client over a store, whose browser opened the address."""

    def opened(store: Store) -> TestClient:
        guard = Guard(Review(store, "预算科").application(), PORT)
        client = TestClient(guard, base_url=HERE, headers={"Accept-Language": "en"})
        assert client.get(guard.address.removeprefix(HERE)).status_code == 200
        return client

    return opened


@pytest.fixture(scope="session")
def looking(filled: Store, opening: Opening) -> TestClient:
    """A client over the store that no test changes."""
    return opening(filled)


@pytest.fixture
def client(store: Store, opening: Opening) -> TestClient:
    """A client over the copy."""
    return opening(store)


def assert_refused(answer: httpx.Response, told: str, store: Store) -> None:
    """Assert that an answer is a page that tells the caller's fault, and that nothing is stored."""
    assert answer.status_code == 400
    assert told in re.sub(r"\s+", " ", answer.text)
    assert markup.faults(answer.text) == []
    assert not (store.path / "registry.ttl").exists()
