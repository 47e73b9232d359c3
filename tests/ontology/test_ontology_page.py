"""The page for query authors: its queries run and answer, its prefixes are the vocabulary's."""

import re
from pathlib import Path

import pyoxigraph
import pytest

from jixiao.ontology import terms, turtle_files

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "ontology.md").read_text("utf-8")
BLOCKS = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
PREFIXES, QUERIES = BLOCKS[0], BLOCKS[1:]


def test_prefixes() -> None:
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", PREFIXES))
    assert declared
    assert declared.items() <= terms.PREFIXES.items()


def test_every_prefix_that_the_page_uses_is_declared() -> None:
    written = set(re.findall(rf"[` /|]({'|'.join(terms.PREFIXES)}):\w", PAGE))
    assert {"org", "schema"} <= written
    assert [prefix for prefix in sorted(written) if f"PREFIX {prefix}: <" not in PREFIXES] == []


def test_bodies_of_one_printed_name_are_two_rows() -> None:
    store = pyoxigraph.Store()
    projects = "".join(
        f"<x:p{n}> a jx:Project ; jx:department <x:b{n}> ."
        f' <x:b{n}> rdfs:label "区林业局"@zh ; jx:fullName "{name}"@zh .'
        for n, name in enumerate(("甲市乙区林业局", "丙市丁区林业局"))
    )
    store.update(PREFIXES + f"INSERT DATA {{ {projects} }}")
    answer = store.query(PREFIXES + QUERIES[2])
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    assert len(list(answer)) == 2


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
