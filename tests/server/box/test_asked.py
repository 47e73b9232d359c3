"""Questions that were written beforehand, over the real filings outside the project: the conditions they become."""

import json
import os
import time
from pathlib import Path

import pytest

from jixiao.ontology.text.yaml_text import load
from jixiao.server.box.reading import Reader
from jixiao.store import Store
from tests.server.box.conftest import counting
from tests.support.writing import whole_vocabulary

SHARED = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[4] / "shared"))
ASKED = load(Path(__file__).with_name("asked.yaml").read_text(encoding="utf-8"))
MOST_SECONDS = 0.05
"""Seconds of this process's time that a reading takes on average, once names and words are in memory."""


@pytest.fixture(scope="module")
def over_filings(tmp_path_factory, run):
    path = tmp_path_factory.mktemp("filings") / "store"
    with whole_vocabulary():
        done = run("ingest", *(SHARED / each for each in ("seeds", "filings", "evaluations")), "--store", path)
    assert path.is_dir(), done.stderr  # of the files, some are no filings and refused
    return Reader(Store.open(path).present().index, counting(path))


@pytest.mark.judge
@pytest.mark.skipif(not (SHARED / "asked").is_dir(), reason="the questions are not there")
def test_questions_written_beforehand_become_the_right_conditions(over_filings):
    asked = json.loads((SHARED / "asked" / "questions.json").read_text(encoding="utf-8"))["questions"]

    def read(each):
        reading = over_filings.read(each["question"], each["after"] or "")
        given = {name: [*typed] if isinstance(typed, tuple) else typed for name, typed in reading.given.items()}
        return {"table": reading.table.name, "given": given}

    found = {each["id"]: read(each) for each in asked}
    assert {each: found[each] for each in ASKED} == ASKED
    start = time.process_time()
    for each in asked:
        over_filings.read(each["question"])
    assert time.process_time() - start < MOST_SECONDS * len(asked)
