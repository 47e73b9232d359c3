"""The real filings and self-evaluations outside the project: what holds for the graph of each of them."""

import pytest
from test_seeds import SEEDS

from jixiao.ingest.document import read_document
from tests.support.defined import undefined

FILES = sorted(
    path for folder in ("filings", "evaluations", "seeds") for path in (SEEDS.parent / folder).rglob("*.txt")
)


@pytest.mark.judge
@pytest.mark.skipif(not FILES, reason="the filings are not there")
def test_graphs_use_terms_of_the_ontology_alone():
    undefined_in = {path.name: undefined(read_document(path.read_bytes(), path.name, "https://x/")) for path in FILES}
    assert {name: found for name, found in undefined_in.items() if found} == {}
