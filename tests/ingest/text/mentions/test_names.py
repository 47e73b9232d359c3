"""The names of organs in a text are quoted without words behind them."""

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms

HEADER = "@base <http://x/> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in terms.PREFIXES.items())
PROJECT = '<p> a jx:Project ; rdfs:label "%s"@zh ; jx:year 2024 .'


@pytest.mark.parametrize(
    ("name", "organ"), [("图书馆总分馆制建设", "图书馆"), ("区人大代表视察", "区人大"), ("政协全会保障", "政协全会")]
)
def test_an_organ_ends_where_its_own_words_do(name: str, organ: str) -> None:
    given = serialize(parse(HEADER + PROJECT % name, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
    quads = list(parse(enriched(given or b""), format=RdfFormat.N_TRIPLES))
    organs = {quad.subject for quad in quads if quad.predicate.value.endswith("#organKind")}
    quoted = [quad.object.value for quad in quads if quad.subject in organs and quad.predicate.value.endswith("Text")]
    assert quoted == [organ]
