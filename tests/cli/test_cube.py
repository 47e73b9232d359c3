"""The cube of money is whole by the W3C's integrity constraints, and its sums are those of the flat properties."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store as Quads, serialize

from jixiao import cube
from jixiao.ontology import terms
from jixiao.viewing import Viewing

CONSTRAINTS = sorted((Path(__file__).parent / "integrity").glob("*.rq"))
SHORT = f"PREFIX qb: <{terms.QB}> PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> PREFIX skos: <{terms.SKOS}> "
SHORT += f"PREFIX owl: <{terms.OWL}> PREFIX jxf: <{terms.JXF}> PREFIX jxp: <{terms.JXP}> "


@pytest.fixture(scope="module")
def observed(examples):
    """The cube of the examples as N-Triples."""
    return serialize(cube.triples(Viewing.open(examples)), format=RdfFormat.N_TRIPLES) or b""


def loaded(content):
    graph = Quads()
    graph.load(io.BytesIO(content), RdfFormat.N_TRIPLES)
    return graph


@pytest.mark.sampled(4)
@pytest.mark.parametrize("file", CONSTRAINTS, ids=lambda file: file.stem)
def test_integrity_constraint(file, observed):
    """Each query finds nothing in the cube, and finds the fault that its file adds to it."""
    query, graph = file.read_text("utf-8"), loaded(observed)
    held = graph.query(query)
    assert isinstance(held, QueryBoolean)
    assert not held
    graph.update(SHORT + query.partition("#! ")[2].partition("\n")[0])
    assert graph.query(query)


def test_each_body_place_year_phase_fund_and_period_is_in_a_code_list_with_labels(observed):
    """A value without a concept, or a concept without a label, cannot be chosen in a tool for cubes."""
    graph = loaded(observed)
    for dimension in (
        "jx:ofBody",
        "<http://purl.org/linked-data/sdmx/2009/dimension#refArea>",
        "<http://purl.org/linked-data/sdmx/2009/dimension#refPeriod>",
        "jx:inPhase",
        "jx:ofFund",
        "jx:forPeriod",
    ):
        missing = (
            f"ASK {{ ?o a qb:Observation ; {dimension} ?value . {dimension} qb:codeList ?list"
            " FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list ; rdfs:label|skos:prefLabel ?label } }"
        )
        assert not graph.query(SHORT + missing), dimension
        assert graph.query(f"{SHORT} ASK {{ {dimension} qb:codeList [ a skos:ConceptScheme ] }}"), dimension


def test_sums_are_those_of_the_flat_properties(observed, examples):
    flat = Viewing.open(examples).generation.graph
    for name, fund, period in (
        ("amount", "all", "project-amount"),
        ("annualRequest", "all", "year"),
        ("carriedOver", "carried-over", "year"),
        ("totalAmount", "all", "term"),
        ("fiscalFunds", "fiscal", "term"),
        ("otherFunds", "other", "term"),
    ):
        asked = (
            f"SELECT (SUM(?sum) AS ?all) {{ ?o jx:ofFund jxf:{fund} ; jx:forPeriod jxp:{period} ; jx:sumOfMoney ?sum }}"
        )
        stated = f"SELECT (SUM(?value) AS ?all) {{ ?project jx:{name} ?value }}"
        sums = []
        for graph, query in ((loaded(observed), asked), (flat, stated)):
            found = graph.query(SHORT + query)
            assert isinstance(found, QuerySolutions)
            sums += [Decimal(row["all"].value) for row in found]
        assert sums[0] == sums[1] >= 0, name
