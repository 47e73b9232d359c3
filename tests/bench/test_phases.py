"""bench/phases.csv, which was read by eye, says what is read of the files that are there."""

import csv

import pytest

from bench import phases
from jixiao.ontology.grouping import by_key

LISTED = by_key((line["file"], line) for line in csv.DictReader(phases.LIST.read_text(encoding="utf-8").splitlines()))


@pytest.mark.skipif(not phases.SHARED.exists(), reason="the real filings are not at hand")
@pytest.mark.sampled(20)
@pytest.mark.parametrize("file", LISTED)
def test_each_project_has_the_listed_phase(file: str) -> None:
    assert list(phases.lines(phases.SHARED / file, phases.SHARED)) == LISTED[file]


@pytest.mark.skipif(not phases.SHARED.exists(), reason="the real filings are not at hand")
@pytest.mark.judge
def test_no_file_with_projects_is_missing() -> None:
    paths = phases.paths(phases.SHARED)
    assert {line["file"] for path in paths for line in phases.lines(path, phases.SHARED)} == set(LISTED)
