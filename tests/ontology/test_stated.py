"""Compare the terms of the ontology with the graphs of the cases that state them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from jixiao.ontology import terms

ROOT = Path(__file__).parents[2]
# Properties of which a subject may well have several values, though none has in a case.
SEVERAL = {
    terms.markupRemains: "one for each kind of mark-up",
    terms.entityRemains: "one for each kind of entity",
    terms.nameVariant: "one for each name that is printed in two ways",
    terms.hasVariant: "a part",
}


def read(paths: Iterable[Path]) -> Iterator[list[ox.Triple]]:
    for path in paths:
        yield [
            quad.triple
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri="http://localhost:8000/")
        ]


@pytest.fixture(scope="module")
def readings() -> list[list[ox.Triple]]:
    return list(read((ROOT / "tests/ingest/cases").glob("*/expected.ttl")))


def marked() -> set[str]:
    """Give the properties that some rule allows one value of."""
    own = list(chain.from_iterable(read(path for path in (ROOT / "shapes").glob("*/*.ttl"))))
    single = {each.subject for each in own if each.predicate.value == terms.SH_maxCount and each.object.value == "1"}
    return {each.object.value for each in own if each.predicate.value == terms.SH_path and each.subject in single}


def test_the_shapes_mark_what_has_one_value(readings: list[list[ox.Triple]]) -> None:
    several: set[str] = set()
    seen: set[str] = set()
    for triples in readings:
        counted = Counter((each.subject, each.predicate.value) for each in triples)
        seen |= {name for _, name in counted}
        several |= {name for (_, name), number in counted.items() if number > 1}
    single = {name for name in seen - several if name.startswith(terms.JX)}
    assert single - marked() - SEVERAL.keys() == set()
