"""Invented filings: what is known of them is what a store says, in every format, and each planted fault is found."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import filings, truth
from bench.invented import FileShape, shapes
from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.store import Store

pytestmark = pytest.mark.judge

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.txt"))


@pytest.fixture(scope="module")
def like() -> list[FileShape]:
    return shapes(EXAMPLES[2:])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, like: list[FileShape]) -> tuple[truth.Store, list[dict[str, Any]]]:
    """A store of invented filings, half of them Word and many of their projects faulty, and what is known."""
    folder = tmp_path_factory.mktemp("invented")
    records = []
    for file in filings.files(like, 110, seed=3, docx=0.5, faulty=0.5):
        (folder / file.name).write_bytes(file.content)
        records += json.loads(json.dumps(file.truth))
    store = Store.create(folder.parent / "store", "http://localhost:8000/")
    assert {outcome.status for outcome in ingest(files([folder]), store)} == {"added"}
    generation = store.current()
    assert generation
    assert {path.suffix for path in folder.iterdir()} == {".txt", ".docx"}
    return truth.Store(generation), records


def test_every_fact_is_stated_and_none_besides(made: tuple[truth.Store, list[dict[str, Any]]]) -> None:
    store, records = made
    assert [difference for record in records for difference in truth.differences(store, record)] == []
    assert any(record["bases"] for record in records)


def test_every_planted_fault_is_found(made: tuple[truth.Store, list[dict[str, Any]]]) -> None:
    store, records = made
    planted = [record for record in records if record["fault"]]
    assert {record["fault"] for record in planted} == {*filings.PLANTS, filings.TWO_TITLES}
    assert [record for record in planted if not store.findings(store.project(record), record["fault"])] == []


def test_what_is_wrong_is_told(made: tuple[truth.Store, list[dict[str, Any]]]) -> None:
    store, records = made
    record = next(record for record in records if record["bases"])
    wrong = record | {
        "amounts": record["amounts"] | {"totalAmount": "1"},
        "bases": record["bases"][1:],
        "indicators": [["没有", "≥1%"], *record["indicators"][1:]],
        "fault": "PartNotFound",
    }
    told = list(truth.differences(store, wrong))
    assert [each.partition(":")[0] for each in told] == ["totalAmount", "bases", "indicators"]
    assert not store.findings(store.project(wrong), wrong["fault"])
    assert list(truth.differences(store, record | {"name": "没有"})) == ["missing"]


def test_equal_seeds_give_equal_files(like: list[FileShape]) -> None:
    one, again, other = ([file.content for file in filings.files(like, 30, seed)] for seed in (1, 1, 2))
    assert one == again != other
