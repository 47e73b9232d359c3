"""Each rule is shown: pySHACL finds it in its failing example and not in its passing one; a second engine agrees.

All examples are checked in one graph, each under a base of its own: starting the engines for each takes half a minute.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, SH, SKOS, Graph, URIRef
from rdflib.term import Node

from jixiao.ontology import turtle_files
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.validate import validate

BASE = "http://localhost:8000/"
EXAMPLES = catalogue.FOLDER / "examples"
FAULTS = catalogue.faults()
FILES = sorted([*EXAMPLES.glob("*/*.ttl"), *Path(__file__).parent.glob("*.ttl")])


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for file in catalogue.turtle_files():
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def examples() -> Graph:
    graph = Graph()
    for file in FILES:
        graph.parse(data=file.read_text(encoding="utf-8").replace(BASE, _base(file)), format="turtle")
    return graph


@pytest.fixture(scope="module")
def found(examples: Graph) -> set[tuple[str, str]]:
    """Focus node and fault of each result."""
    report = validate(examples.serialize(format="nt", encoding="utf-8"))
    return {(result.focus_node, result.fault.name) for result in report.results}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_pass(fault: Fault, examples: Graph, shapes: Graph, found: set[tuple[str, str]]) -> None:
    base = _base(EXAMPLES / fault.name / "pass.ttl")
    assert [focus for focus, name in found if focus.startswith(base) and name == fault.name] == []
    # A shape whose target matches nothing passes everything.
    assert any(focus.startswith(base) for focus in _targets(shapes, examples, URIRef(fault.iri)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fail(fault: Fault, found: set[tuple[str, str]]) -> None:
    base = _base(EXAMPLES / fault.name / "fail.ttl")
    assert fault.name in {name for focus, name in found if focus.startswith(base)}


def test_a_second_engine_finds_the_same(examples: Graph, shapes: Graph, found: set[tuple[str, str]]) -> None:
    pyrudof = pytest.importorskip("pyrudof", reason="pyrudof, the second SHACL engine, has no wheel here")
    core, by_sparql = _without_sparql(shapes)
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_shacl(core.serialize(format="turtle"))
    engine.read_data(_with_concepts(examples).serialize(format="turtle"))
    second = {
        (entry.focus_node, entry.source_shape.removeprefix(catalogue.SHAPES).partition("/")[0])
        for entry in engine.validate_shacl().violations
    }
    assert second == {(focus, name) for focus, name in found if name not in by_sparql}


def _base(file: Path) -> str:
    return f"{BASE}{file.parent.name}/{file.stem}/"


def _targets(shapes: Graph, data: Graph, shape: URIRef) -> Iterator[str]:
    for target in shapes.objects(shape, SH.targetClass):
        yield from map(str, data.subjects(RDF.type, target))
    for target in shapes.objects(shape, SH.targetSubjectsOf):
        yield from map(str, data.subjects(target))


def _without_sparql(shapes: Graph) -> tuple[Graph, set[str]]:
    """Leave out SHACL-SPARQL, and name the nested property shapes after the fault that encloses them."""
    names: dict[Node, URIRef] = {}
    for fault in FAULTS:
        for number, nested in enumerate(shapes.objects(URIRef(fault.iri), SH.property)):
            names[nested] = URIRef(f"{fault.iri}/{number}")
    core = Graph()
    for subject, predicate, value in shapes:
        if predicate != SH.sparql:
            core.add((names.get(subject, subject), predicate, names.get(value, value)))
    return core, {str(shape).removeprefix(catalogue.SHAPES) for shape in shapes.subjects(SH.sparql)}


def _with_concepts(examples: Graph) -> Graph:
    vocabulary = Graph()
    for file in turtle_files():
        vocabulary.parse(file)
    concepts = Graph()
    concepts += vocabulary.triples((None, RDF.type, SKOS.Concept))
    return examples + concepts
