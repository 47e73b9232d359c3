"""The figures that goals and sections of the five real filings state, against a list made by reading (figures.json).

The list has, by file and project, what is measured or counted, the words, their values and the lines on which they
stand; projects without any are there, too. Left out on purpose: years, dates, money, ordinals, what is so much for each
(每期, 每名), parts of the text itself (3个部分), what is in brackets or quotation marks, and 分2批.
"""

import json

import pytest
from test_seeds import HERE, SEEDS

from jixiao.ingest.extract import extract
from jixiao.ingest.readers import read

WANTED = json.loads((HERE / "figures.json").read_text(encoding="utf-8"))


def number(value):
    return None if value is None else float(value)


@pytest.mark.parametrize("name", WANTED)
def test_figures_are_those_that_a_reader_finds(name):
    path = SEEDS / name
    if not path.is_file():
        pytest.skip(f"the filing is not there: {path}")
    wanted = [
        (int(ordinal), line, f["label"], f["text"], f["operator"], number(f["value"]), number(f["upper"]), f["unit"])
        for ordinal, figures in WANTED[name].items()
        for f in figures
        for line in f["lines"]
    ]
    found = [
        (project.ordinal, f.places[0].line, f.label, t.text, t.operator, number(t.value), number(t.upper), t.unit)
        for project in extract(read(path.read_bytes())).projects
        for f in project.figures
        for t in (f.target,)
    ]
    assert sorted(found, key=str) == sorted(wanted, key=str)
