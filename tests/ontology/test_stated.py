"""Compare the terms of the ontology with the graphs that state them: readings of the cases, examples, rules."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import rule_files, terms, turtle_files
from jixiao.shapes.catalogue import example, faults

ROOT = Path(__file__).parents[2]
KINDS = {terms.OWL_Class, terms.OWL_ObjectProperty, terms.OWL_DatatypeProperty}
# Properties of which a subject may well have several values, though none has in a case.
SEVERAL = {
    terms.breaksOffAt: "of a filing, one for each of its files",
    terms.nameVariant: "one for each name that is printed in two ways",
    terms.setting: "one for each setting of a sentence and a clause",
    **dict.fromkeys(
        (terms.thing, terms.comparableValue, terms.comparableUnit), "derived for rules, in two ways at times"
    ),
}
# Terms that neither a reading of a case nor an example has, and the file that writes them.
WRITTEN = {
    # Bodies whose names tell where they are: a store's other sources decide.
    "ingest/emitting/emit.py": ["Place", "placeLevel"],
    "shapes/document/graph.ttl": [
        "received",
        "achievedUpper",
        "achievedOperator",
        "achievedQualifier",
    ],  # rare in self-evaluations
    "ingest/certainty/weighing.py": ["recognisedBy"],  # scans and photographs
    "shapes/findings/rdf.py": ["difference", "findingGroup"],  # graphs of reports
    "store/commit/derive.py": ["amount", "amountSource", "department", "possiblySame"],  # the default graph
    "store/commit/upcoming.py": ["Origin", "origin", "retrieved", "linkedFrom"],  # sources with an address
    "store/decisions/effects.py": ["acceptedBy"],  # findings that a decision accepts
    "jixiao/stewarding.py": ["decidedBy"],  # decisions whose steward is named
    "jixiao/commands/registry.py": ["acceptedGroup"],  # accepted groups of findings
    "jixiao/cube.py": ["countedProjects", "ofBody", "sumOfMoney"],  # the data cube
}


def read(paths: Iterable[Path]) -> Iterator[list[ox.Triple]]:
    return parsed(path.read_text(encoding="utf-8") for path in paths)


def parsed(texts: Iterable[str]) -> Iterator[list[ox.Triple]]:
    for text in texts:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://localhost:8000/")
        yield [quad.triple for quad in quads]


@pytest.fixture(scope="module")
def readings() -> list[list[ox.Triple]]:
    return list(read((ROOT / "tests/ingest/cases").glob("*/expected.ttl")))


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    return list(chain.from_iterable(read(turtle_files())))


def stated(triples: Iterable[ox.Triple]) -> set[str]:
    """Give the properties and classes that triples use; a class is in use if a narrower one is."""
    used = {terms.RDF_type, terms.RDFS_subClassOf}
    return {each.predicate.value for each in triples} | {t.object.value for t in triples if t.predicate.value in used}


def with_mentions(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Give triples and the mentions of their texts, which only a graph that is validated has."""
    given = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return [each.triple for each in ox.parse(enriched(given), format=ox.RdfFormat.N_TRIPLES)]


def test_the_shapes_mark_what_has_one_value(readings: list[list[ox.Triple]]) -> None:
    rules = list(chain.from_iterable(read(rule_files())))
    one = {each.subject for each in rules if each.predicate.value == terms.SH_maxCount and each.object.value == "1"}
    marked = {each.object.value for each in rules if each.predicate.value == terms.SH_path and each.subject in one}
    counted = [Counter((each.subject, each.predicate.value) for each in triples) for triples in readings]
    names = {name for _, name in chain.from_iterable(counted) if name.startswith(terms.JX)}
    several = {name for each in counted for (_, name), number in each.items() if number > 1}
    assert names - several - marked == SEVERAL.keys()


def test_each_term_is_stated(readings: list[list[ox.Triple]], ontology: list[ox.Triple]) -> None:
    retired = {each.subject.value for each in ontology if each.predicate.value == terms.OWL_deprecated}
    own = {
        each.subject.value for each in ontology if each.predicate.value == terms.RDF_type and each.object.value in KINDS
    }
    examples = map(with_mentions, parsed(example(each.name, which) for each in faults() for which in ("pass", "fail")))
    unstated = own - retired - stated([*chain(*examples, *read(rule_files()), *readings), *ontology])
    assert unstated == {terms.JX + name for name in chain.from_iterable(WRITTEN.values())}
    for file, names in WRITTEN.items():
        text = (ROOT / file).read_text(encoding="utf-8")
        assert [name for name in names if f"terms.{name}" not in text and f"jx:{name}" not in text] == [], file
