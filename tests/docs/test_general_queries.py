"""The queries in general terms of docs/linked-data.md have answers on the examples, as stored and as exported."""

import io
import re
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, QuerySolutions, QueryTriples, RdfFormat, Store as Graph

from jixiao.ontology import terms
from jixiao.store import Store
from jixiao.store.export import export

PAGE = (Path(__file__).parents[2] / "docs" / "linked-data.md").read_text("utf-8")
PARTS, *QUERIES = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def aligned(examples: Path) -> Graph:
    """The aligned export of the examples."""
    written, graph = io.BytesIO(), Graph()
    export(Store.open(examples), "ttl", written, aligned=True)
    graph.load(written.getvalue(), RdfFormat.TURTLE)
    return graph


@pytest.mark.sampled(3)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.splitlines()[0])
def test_a_question_needs_no_term_of_this_project(query: str, aligned: Graph, examples: Path) -> None:
    assert terms.PROJECT_HOME not in query
    for graph in (aligned, Store.open(examples).present().graph):  # the export, and what the endpoint answers from
        found = graph.query(query)
        assert isinstance(found, QuerySolutions)
        rows = list(found)
        assert rows
        assert all(value is not None for row in rows for value in row)


def test_the_export_has_the_parts_that_the_sample_constructs(aligned: Graph, examples: Path) -> None:
    graph = Store.open(examples).present().graph
    made = graph.query(PARTS)
    assert isinstance(made, QueryTriples)
    parts = {*made}
    stated = {
        quad.triple for quad in aligned if quad.predicate.value in (terms.DCTERMS_hasPart, terms.DCTERMS_isPartOf)
    }
    vocabulary = {each for each in stated if not each.subject.value.startswith("http://localhost")}
    assert parts == stated - vocabulary
    assert len(parts) > 1000
    flat = {quad.triple for quad in graph.quads_for_pattern(None, None, None, DefaultGraph())}
    assert flat <= {quad.triple for quad in aligned}
