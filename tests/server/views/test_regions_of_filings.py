"""Regions on real filings, which lie beside the repository: a province's projects, and bodies of one short name."""

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FILINGS = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[4] / "shared")) / "filings"
ANHUI = "34"

pytestmark = [pytest.mark.judge, pytest.mark.skipif(not FILINGS.exists(), reason="needs the real filings")]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory, run: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """A function that answers a view of a store of the page texts among the filings."""
    store = tmp_path_factory.mktemp("filings") / "store"
    run("ingest", FILINGS / "texts", "--store", store)

    def answer(name: str, **asked: str) -> dict[str, Any]:
        typed = [f"{parameter}={value}" for parameter, value in asked.items()]
        done = run("view", name, *typed, "--store", store, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return answer


def _filed_in(province: str) -> list[dict[str, Any]]:
    truth = json.loads((FILINGS / "truth.json").read_text(encoding="utf-8"))["files"]
    return [
        project
        for filing in truth
        if filing["file"].startswith("texts/") and (filing.get("place") or "").startswith(province)
        for project in filing["projects"]
    ]


def test_a_province_has_the_projects_of_its_filings_and_their_sum(view: Callable[..., dict[str, Any]]) -> None:
    filed = _filed_in(ANHUI)
    for typed in ("安徽", "安徽省", "Anhui", "340000"):
        found = view("projects", region=typed)
        assert found["whole"]["projects"] == len(filed) > 1
        assert Decimal(found["whole"]["sums"]["amount"]) == sum(each["amount_yuan"] or 0 for each in filed)
    within = [view("projects", region=each)["whole"]["projects"] for each in ("六安市", "淮北", "亳州", "宣城")]
    assert sum(within) == len(filed)


def test_forestry_bureaus_of_two_districts_are_two_bodies(view: Callable[..., dict[str, Any]]) -> None:
    both = [view("projects", department="林业局", region=region) for region in ("荣昌区", "巴南区")]
    meant = {each["label"] for each in both[0]["resolved"]}
    assert {"重庆市荣昌区林业局", "重庆市巴南区林业局"} <= meant
    first, second = ({row["project"] for row in answer["rows"]} for answer in both)
    assert first
    assert second
    assert not first & second
