"""Costs of commits: each kind of change makes a version, and the store stays whole."""

from pathlib import Path

import pytest

from bench import commits
from jixiao.ingest.writing import CorpusRules
from jixiao.ontology.identity import Iris
from jixiao.store import Store
from jixiao.store.maintenance.checking import check_store
from tests.support import corpus


@pytest.mark.judge
def test_filings_come_change_and_go(tmp_path: Path) -> None:
    store = corpus.make(tmp_path / "store", 20)
    costs = commits.measure(tmp_path / "store", 3)
    assert [cost.kind.partition(" ")[2] for cost in costs] == ["new", "changed", "withdrawn"]
    assert all(cost.cpu > 0 for cost in costs)
    now = Store.open(tmp_path / "store").current()
    assert now.number == store.number + 3
    assert now.manifest.checksum == store.manifest.checksum
    assert sorted(record.status for record in now.sources.values())[-2:] == ["replaced", "withdrawn"]
    rules = CorpusRules(Iris(now.manifest.base_iri))
    assert not list(check_store(Store.open(tmp_path / "store"), rules, lambda _: None))
