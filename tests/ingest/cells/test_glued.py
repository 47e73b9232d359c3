"""Forms whose cells run together: each cut of the text gives no fact that the whole text does not give."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.result import Document
from jixiao.ontology import terms

APART = (terms.sha256, terms.DCTERMS_extent, terms.sourceLine, terms.ordinal)
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


@pytest.mark.parametrize("step", [28, pytest.param(7, marks=pytest.mark.judge)])
@pytest.mark.parametrize("path", FILES, ids=[path.parent.name for path in FILES])
def test_a_cut_gives_no_fact_that_the_whole_does_not_give(path: Path, step: int) -> None:
    text = path.read_text(encoding="utf-8")
    cuts = [text[:end] for end in range(40, len(text), step)]
    contents = [Document(each.encode(), "filing.txt") for each in (text, *cuts)]
    whole, *parts = map(facts, read_documents(contents, "http://localhost:8000/"))
    for cut, part in zip(cuts, parts, strict=True):
        assert part <= whole, cut[-40:]
