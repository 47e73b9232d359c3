"""bench/reading.py measures what jixiao.ingest reads: the same projects in every format, a time for every step."""

from pathlib import Path

import pytest

from bench import reading
from jixiao.ingest.document import read_document

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-jiguangongwei-2022.txt"


def test_versions_hold_what_the_text_holds() -> None:
    wanted = read_document(EXAMPLE.read_bytes(), EXAMPLE.name, reading.BASE)
    found = {form: read_document(content, "a", reading.BASE) for form, content in reading.versions(EXAMPLE)}
    assert found.keys() == {"txt", *reading.OTHERS}
    for form, each in found.items():
        assert (each.projects, each.indicators, each.citations) == (
            wanted.projects,
            wanted.indicators,
            wanted.citations,
        ), form


@pytest.mark.parametrize(("form", "unit"), [("docx", "project"), ("txt", "project")])
def test_cost_is_of_every_step(form: str, unit: str) -> None:
    content = dict(reading.versions(EXAMPLE))[form]
    cost = reading.measured(EXAMPLE.name, form, content, repeats=1)
    assert (cost.unit, cost.count) == (unit, 4)
    assert all(cost.steps[step] > 0 for step in reading.STEPS)
    head, line = reading.figures([cost])
    assert line.split()[:4] == [form, "1", "4", "projects"]
    assert head.split()[-5:] == [*reading.STEPS, "other"]
    assert all(share.endswith("%") for share in line.split()[-5:])
