"""A server over two of the example filings, and over one of them once more as that of the next year, changed."""

from pathlib import Path

import pytest

from jixiao.store import Store
from tests.server.conftest import filed
from tests.support.shared import made_once
from tests.support.writing import ALL, commit, rules, violations

EXAMPLES = Path("examples")
CHANGES = {
    "2022": "2023",
    ">=90%": ">=92%",
    "专题调研": "专项调研",
    "增强责任意识": "第一季度用款计划20万元，第二季度用款计划20万元",
}
"""The next year of a filing: targets raised, a project with another name."""
MISCOUNTED = {"2022": "2024", "400000": "300000", "400,000": "300,000", ">=90%": "=90%", "=100%": "100次"}
"""A year whose cover declares more than its projects ask for, with targets of other signs and units."""


def filings():
    """Give the files with their names."""
    for name in ("songjiang-zhengxie-2022.txt", "songjiang-renda-2022.txt"):
        yield (EXAMPLES / name).read_bytes(), name
    text = (EXAMPLES / "songjiang-zhengxie-2022.txt").read_text(encoding="utf-8-sig")
    for year, changes in ((2023, CHANGES), (2024, MISCOUNTED)):
        changed = text
        for before, after in changes.items():
            changed = changed.replace(before, after)
        yield changed.encode(), f"songjiang-zhengxie-{year}.txt"
    undated = (EXAMPLES / "songjiang-renda-2022.txt").read_text(encoding="utf-8-sig").replace("2022", "")
    yield undated.encode(), "songjiang-renda.txt"


def about_covers(scope):
    """The rules that keep facts out, and those that compare covers with what was read."""
    return (*violations(scope), *(rule for rule in ALL(scope) if rule.iri.rpartition("#")[2].startswith("Cover")))


@pytest.fixture(scope="session")
def years(tmp_path_factory):
    """The store; do not write to it."""

    def make(place):
        store = Store.create(place / "store", "http://localhost:8000/")
        with rules(about_covers):
            commit(store, *(filed(content, name) for content, name in filings()))

    return Store.open(made_once(tmp_path_factory, "years", make) / "store")


@pytest.fixture(scope="module")
def comparing(years, serve):
    """A client of a server over the store."""
    with serve(years) as client:
        yield client
