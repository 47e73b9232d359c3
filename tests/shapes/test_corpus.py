"""Rules over the whole store are queries; one that is none is refused and not passed over."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from rdflib import Graph

from jixiao.shapes import corpus
from jixiao.shapes.engine.compiled import compile_shapes
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

RULES = """
@prefix : <https://w3id.org/jixiao/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <e:> .
:query a sh:NodeShape ; sh:targetClass e:T ; sh:sparql [ sh:select "SELECT $this WHERE { $this <e:p> 1 }" ] .
"""
CORE = ":core a sh:PropertyShape ; sh:targetClass e:T ; sh:path e:p ; sh:minCount 1 ."


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    corpus._queries.cache_clear()
    yield
    corpus._queries.cache_clear()


def test_a_core_rule_over_the_whole_store_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = compile_shapes(Graph().parse(data=RULES, format="turtle"))
    monkeypatch.setattr(corpus, "rules", lambda _scope: rules)
    assert corpus.judge(ox.Store()) == {}
    corpus._queries.cache_clear()
    with_core = compile_shapes(Graph().parse(data=RULES + CORE, format="turtle"))
    monkeypatch.setattr(corpus, "rules", lambda _scope: with_core)
    with pytest.raises(UnsupportedShapeError, match="Core constraint"):
        corpus.judge(ox.Store())
