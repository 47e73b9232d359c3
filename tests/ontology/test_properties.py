"""The marks of properties in the ontology: parts of a project and amounts of money, and the texts that repeat them."""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDFS, SDO, SH, SKOS, XSD, URIRef

from jixiao.ontology import terms
from jixiao.ontology.properties import amounts, parts
from jixiao.shapes.catalogue import fault

ROOT = Path(__file__).parents[2]
JX = rdflib.Namespace(terms.JX)
PARTS = {
    "Goal": ("hasGoal", "g"),
    "Indicator": ("hasIndicator", "i"),
    "Citation": ("hasCitation", "c"),
    "StatedBasis": ("hasStatedBasis", "b"),
    "NarrativeSection": ("hasSection", "s"),
    "CostItem": ("hasCostItem", "k"),
    "Inference": ("hasInference", "n"),
    "CostSubtotal": ("hasCostSubtotal", "t"),
    "Mention": ("hasMention", "m"),
    "Variant": ("hasVariant", "v"),
    "Result": ("hasResult", "e"),
    "Execution": ("hasExecution", "x"),
}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "shapes" / "document" / "graph.ttl")


def written(names: set[URIRef]) -> set[str]:
    return {str(name).removeprefix(terms.JX) for name in names}


def test_iris_of_parts_are_a_contract() -> None:
    found = {kind: (part.kind, part.property, part.letter) for kind, part in parts().items()}
    expected = {terms.JX + kind: (terms.JX + kind, terms.JX + link, it) for kind, (link, it) in PARTS.items()}
    assert found == expected


def test_projects_and_evaluations_have_these_parts_and_no_others(vocabulary: rdflib.Graph) -> None:
    leading = {
        name
        for name in vocabulary.subjects(RDFS.subPropertyOf, DCTERMS.hasPart)
        for domain in (RDFS.domain, SDO.domainIncludes)
        if {JX.Project, JX.Evaluation}.intersection(vocabulary.objects(name, domain))
    }
    assert {str(name) for name in leading} == {part.property for part in parts().values()}
    assert len({part.letter for part in parts().values()}) == len(parts()) == len(leading)


def test_the_ontology_names_each_concept_scheme_as_a_part(vocabulary: rdflib.Graph) -> None:
    whole = URIRef("https://w3id.org/jixiao/ontology")
    named = {str(scheme).rpartition("/")[2] for scheme in vocabulary.objects(whole, DCTERMS.hasPart)}
    assert named == {path.stem for path in (ROOT / "ontology").glob("*.ttl")} - {"jixiao", "retired"}


@pytest.mark.parametrize("name", ["sourceLine", "sourcePage"])
def test_each_part_has_a_place_in_its_source(name: str, vocabulary: rdflib.Graph) -> None:
    included = {str(each) for each in vocabulary.objects(JX[name], SDO.domainIncludes)}
    assert included - {str(SH.ValidationResult)} == {terms.Project, terms.Evaluation, *parts()}


def test_a_property_has_a_currency_where_its_definition_speaks_of_yuan(vocabulary: rdflib.Graph) -> None:
    in_yuan = {
        str(name)
        for name in vocabulary.subjects(RDFS.range, XSD.decimal)
        if any("in yuan" in str(text) for text in vocabulary.objects(name, SKOS.definition))
    }
    assert amounts() == in_yuan
    assert {terms.totalAmount, terms.declaredTotal, terms.itemUnitPrice, terms.printedResult} < amounts()
    assert not {terms.targetValue, terms.itemQuantity, terms.itemTimes} & amounts()
    assert set(vocabulary.objects(None, SDO.currency)) == {rdflib.Literal("CNY")}
    assert all((URIRef(name), rdflib.RDF.type, OWL.DatatypeProperty) in vocabulary for name in amounts())


def test_the_view_of_a_project_shows_every_kind_of_part() -> None:
    text = (ROOT / "server" / "views" / "project.rq").read_text(encoding="utf-8")
    of_projects = {part.property for part in parts().values()} - {terms.hasResult, terms.hasExecution}
    assert of_projects <= {terms.JX + name for name in re.findall(r"jx:(\w+)", text)}


@pytest.mark.parametrize("shape", ["WithoutSourceLine", "PartWithoutProject"])
def test_a_shape_of_parts_looks_at_every_kind(shapes: rdflib.Graph, shape: str) -> None:
    targets = written(set(shapes.objects(URIRef(f"{terms.SHAPES}#{shape}"), SH.targetClass)))
    goals = {"OverallGoal", "AnnualGoal"}  # every goal is one of the two
    assert targets - {"Project", "Evaluation"} == {kind.removeprefix(terms.JX) for kind in parts()} - {"Goal"} | goals


@pytest.mark.parametrize("shape", ["DanglingReference", "PartWithoutProject"])
def test_a_shape_of_links_looks_at_every_kind(shapes: rdflib.Graph, shape: str) -> None:
    node = URIRef(f"{terms.SHAPES}#{shape}")
    below = shapes.transitive_objects(node, None)
    followed = {path for each in below for link in (SH.path, SH.inversePath) for path in shapes.objects(each, link)}
    assert {URIRef(part.property) for part in parts().values()} <= followed
    assert {each.property for each in parts().values()} <= {*fault(str(node)).involves}
