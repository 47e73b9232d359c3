"""Forms whose cells run together: each cut of the text gives no fact that the whole text does not give."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ingest.cells.run_together import glued_form
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.result import Document
from jixiao.ontology import terms

APART = (terms.breaksOffAt, terms.sha256, terms.DCTERMS_extent, terms.sourceLine, terms.ordinal)
CASES = Path(__file__).parents[1] / "cases"
FILES = [
    CASES / name / "filing.txt"
    for name in ("cells-that-run-together-in-one-line", "cells-that-run-together-line-by-line")
]


def facts(reading: Reading) -> set[tuple[str, str]]:
    """Return properties with their literals: a body that is cut off changes the IRIs of all that belongs to it."""
    if not reading.deposit:
        return set()
    triples = parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)
    return {
        (triple.predicate.value, triple.object.value)
        for triple in triples
        if isinstance(triple.object, Literal)
        and triple.predicate.value not in APART
        and ".txt" not in triple.subject.value
    }


@pytest.mark.parametrize("step", [42, pytest.param(7, marks=pytest.mark.judge)])
@pytest.mark.parametrize("path", FILES, ids=[path.parent.name for path in FILES])
def test_a_cut_gives_no_fact_that_the_whole_does_not_give(path: Path, step: int) -> None:
    text = path.read_text(encoding="utf-8")
    cuts = [text[:end] for end in range(40, len(text), step)]
    contents = [Document(each.encode(), "filing.txt") for each in (text, *cuts)]
    whole, *parts = map(facts, read_documents(contents, "http://localhost:8000/"))
    for cut, part in zip(cuts, parts, strict=True):
        assert part <= whole, cut[-40:]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        pytest.param("柳溪县渡口保鲜库建设", [], id="may-go-on"),
        pytest.param("柳溪县渡口修缮补助资金", ["柳溪县渡口修缮补助资金"], id="whole"),
        pytest.param("柳溪县渡口保鲜库建设项目", ["柳溪县渡口保鲜库建设项目"], id="twice"),
    ],
)
def test_a_label_may_begin_with_the_last_word_of_a_name(name: str, names: Sequence[str]) -> None:
    """The label of a department is printed with 项目 or without it."""
    form = f"项目名称{name}项目主管部门柳溪县交通局项目属性新增项目项目期1年"
    found = glued_form.rows(Stream.of([Row((Cell(((1, form),)),))]))
    assert [row.cells[1].text for row in found if len(row.cells) > 1 and row.cells[0].text == "项目名称"] == names
