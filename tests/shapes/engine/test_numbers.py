"""Numbers in RDF of others: forms that their datatype does not have, and more digits than Oxigraph calculates with."""

import gc
import sys
import threading

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Exact
from jixiao.shapes.engine.sparql import rows_of
from jixiao.shapes.validate import Validation
from tests.support.pyshacl_judge import JudgedValidation

PROJECT = """@prefix jx: <https://w3id.org/jixiao/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://data.example.org/> .
:ferry a jx:Project ; rdfs:label "渡口修缮"@zh ;
    jx:startDate "2024-05-01"^^xsd:date ; jx:endDate "2024-04-30"^^xsd:date ;
"""


def triples(said: str) -> bytes:
    parsed = ox.parse(PROJECT + said + " .", format=ox.RdfFormat.TURTLE)
    return "".join(f"{quad.triple} .\n" for quad in parsed).encode()


def found(said: str, engine: type[Validation] = Validation) -> set[str]:
    return {one.fault.name for one in engine(triples(said)).report().results}


@pytest.mark.parametrize("datatype", ["decimal", "integer"])
@pytest.mark.parametrize(
    "form",
    [
        "3E5",
        "3e5",
        "300_000",
        "３０００００",
        "٣٠٠",
        " 300000",
        "300000 ",
        "300 000",
        "300,000",
        "Infinity",
        "NaN",
        "-",
        ".",
        "",
    ],
)
def test_a_form_outside_its_datatype_is_no_number_and_costs_no_other_finding(form: str, datatype: str) -> None:
    names = found(f'jx:annualRequest 400000 ; jx:totalAmount "{form}"^^xsd:{datatype}')
    assert {"AmountNotANumber", "PeriodReversed"} <= names
    assert "AnnualRequestExceedsTotal" not in names


@pytest.mark.parametrize("form", ["300000.", "+300000", "0300000.00", "300000.0000000000000000000000001"])
def test_each_form_of_a_decimal_is_a_number(form: str) -> None:
    names = found(f'jx:annualRequest 400000 ; jx:totalAmount "{form}"^^xsd:decimal')
    assert {"AnnualRequestExceedsTotal", "PeriodReversed"} <= names
    assert "AmountNotANumber" not in names


@pytest.mark.parametrize("datatype", ["float", "double"])
@pytest.mark.parametrize("form", ["NaN", "INF", "-INF", "3E5"])
def test_a_number_of_another_datatype_costs_no_other_finding(form: str, datatype: str) -> None:
    names = found(f'jx:annualRequest 0.3333333333333333333333 ; jx:totalAmount "{form}"^^xsd:{datatype}')
    assert {"AmountNotANumber", "PeriodReversed"} <= names


@pytest.mark.parametrize("form", ["2024-05-01T00:00:00", "２０２４-05-01", "2024-W18-1", "20240501", "2024-5-1"])
def test_a_form_outside_its_datatype_is_no_date(form: str) -> None:
    assert "DateNotADate" in found(f'jx:endDate "{form}"^^xsd:date')


LONG = {
    "a third": ("jx:annualRequest 400000 ; jx:totalAmount 333333.3333333333333333333333", "AnnualRequestExceedsTotal"),
    "one more in the last place": (
        "jx:annualRequest 300000.0000000000000000000002 ; jx:totalAmount 300000.0000000000000000000001",
        "AnnualRequestExceedsTotal",
    ),
    "the same": ("jx:annualRequest 300000.0000000000000000001 ; jx:totalAmount 300000.0000000000000000001", None),
    "sum": (
        "jx:totalAmount 3.00000000000000000003 ; jx:fiscalFunds 1.00000000000000000001 ; "
        "jx:otherFunds 2.00000000000000000002",
        None,
    ),
    "wrong sum": (
        "jx:totalAmount 3.00000000000000000003 ; jx:fiscalFunds 1.00000000000000000001 ; "
        "jx:otherFunds 2.00000000000000000001",
        "TotalDiffersFromFunds",
    ),
    "large": ("jx:annualRequest 999999999999999999999999 ; jx:totalAmount 300000", "AnnualRequestExceedsTotal"),
    "item without an IRI": (
        'jx:hasCostItem [ a jx:CostItem ; rdfs:label "石料"@zh ; jx:itemQuantity 3.0000000000000000000001 ; '
        "jx:itemUnitPrice 100 ; jx:itemAmount 400 ]",
        "QuantityTimesPriceDiffers",
    ),
}


@pytest.mark.parametrize(("said", "expected"), LONG.values(), ids=LONG)
@pytest.mark.parametrize("engine", [Validation, pytest.param(JudgedValidation, marks=pytest.mark.judge)])
def test_numbers_of_any_length_are_compared(said: str, expected: str | None, engine: type[Validation]) -> None:
    of_money = {"AnnualRequestExceedsTotal", "TotalDiffersFromFunds", "QuantityTimesPriceDiffers", "AmountNotANumber"}
    assert found(said, engine) & of_money == ({expected} if expected else set())


def test_an_ill_typed_number_beside_a_long_one_is_not_calculated_with() -> None:
    names = found('jx:annualRequest "4E5"^^xsd:decimal ; jx:totalAmount 333333.3333333333333333333333')
    assert names & {"AmountNotANumber", "AnnualRequestExceedsTotal"} == {"AmountNotANumber"}


def test_a_document_with_long_numbers_is_judged_as_alone_among_others() -> None:
    documents = [triples(said) for said, _ in LONG.values()]
    together = Validation.of_many((each, None) for each in documents)
    assert [each.report() for each in together] == [Validation(each).report() for each in documents]


def test_equal_values_are_found_at_each_property() -> None:
    results = (
        Validation(triples('jx:totalAmount "待定" ; jx:annualRequest "待定" ; jx:otherFunds "无"')).report().results
    )
    told = [(one.path, one.value) for one in results if one.fault.name == "AmountNotANumber"]
    assert sorted(told) == sorted(
        [(terms.totalAmount, "待定"), (terms.annualRequest, "待定"), (terms.otherFunds, "无")]
    )


def test_no_result_of_a_query_outlives_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: lost.append(found.exc_value))
    gc.disable()
    long = Quad(
        NamedNode("urn:a"),
        NamedNode("urn:b"),
        Literal("1." + "3" * 20, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    )
    assert list(
        rows_of(Exact([long]), "SELECT ?s { ?s <urn:b> ?o OPTIONAL { ?o <urn:c> ?c } FILTER(?o > 1 && !BOUND(?c)) }")
    )
    collecting = threading.Thread(target=gc.collect)
    collecting.start()
    collecting.join()
    gc.enable()
    assert lost == []
