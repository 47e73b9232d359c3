"""The page for query authors: its queries run and answer, its prefixes are the vocabulary's."""

import re
from pathlib import Path

import pyoxigraph
import pytest

from jixiao.ontology import terms, turtle_files

HERE = Path(__file__).parent
BLOCKS = re.findall(r"```sparql\n(.*?)```", (HERE.parents[1] / "docs" / "ontology.md").read_text("utf-8"), re.DOTALL)
PREFIXES, QUERIES = BLOCKS[0], BLOCKS[1:]


def test_prefixes() -> None:
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", PREFIXES))
    assert declared
    assert declared.items() <= terms.PREFIXES.items()


@pytest.mark.parametrize("query", QUERIES, ids=["citing", "satisfaction", "spending"])
def test_queries_answer(query: str) -> None:
    store = pyoxigraph.Store()
    for path in [*turtle_files(), HERE / "sample.ttl"]:
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    rows = list(answer)
    assert len(rows) == 1
    assert all(value is not None for value in rows[0])
