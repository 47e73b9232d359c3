"""Amounts, weights and sums are confirmed by what else is printed, and by nothing less."""

from decimal import Decimal

import pytest

from jixiao.ingest.certainty import confirming
from jixiao.ingest.certainty.confirming import Confirming, Stated
from jixiao.ingest.certainty.scores import Scores
from jixiao.ingest.facts import Fact, decimal, iri
from jixiao.ingest.rendition import Place
from jixiao.ontology import terms

PROJECT = "https://example.org/p"


def number(node: str, name: str, value: str, line: int) -> Fact:
    return Fact(node, name, decimal(Decimal(value)), (Place(line, 0),))


def of(node: str, kind: str) -> Fact:
    return Fact(node, terms.RDF_type, iri(kind))


def confirmed(*facts: Fact, texts: dict[int, str] | None = None) -> dict[tuple[str, str], str]:
    stated = Stated.of([of(PROJECT, terms.Project), *facts])
    return dict(Confirming(stated, texts or {}, Scores({})).confirmed())


def weights(*values: str) -> list[Fact]:
    nodes = [f"{PROJECT}#i{n}" for n in range(len(values))]
    found = [number(node, terms.weight, value, n) for n, (node, value) in enumerate(zip(nodes, values, strict=True))]
    return [*(of(node, terms.Indicator) for node in nodes), *found]


def test_weights_that_add_up_to_a_hundred_are() -> None:
    assert set(confirmed(*weights("50", "30", "20")).values()) == {confirming.WEIGHTS}
    assert confirmed(*weights("50", "30", "26")) == {}
    assert confirmed(*weights("100")) == {}


def test_a_sum_in_the_text_confirms_the_request_that_it_adds_up_to() -> None:
    parts = [of(f"{PROJECT}#m1", terms.Calculation), number(f"{PROJECT}#m1", terms.computedValue, "100000", 9)]
    request = number(PROJECT, terms.annualRequest, "100000", 3)
    assert set(confirmed(*parts, request)) == {(f"{PROJECT}#m1", terms.computedValue), (PROJECT, terms.annualRequest)}
    assert confirmed(*parts, number(PROJECT, terms.annualRequest, "100008", 3)) == {}


@pytest.mark.parametrize(("result", "holds"), [("100000", True), ("100400", True), ("108000", False)])
def test_a_calculation_holds_to_its_last_digit(result: str, holds: bool) -> None:
    node = f"{PROJECT}#m1"
    values = ((terms.computedValue, "100000"), (terms.printedResult, result), (terms.roundedTo, "1000"))
    found = confirmed(of(node, terms.Calculation), *(number(node, name, value, 9) for name, value in values))
    assert bool(found) == holds


def test_an_amount_is_not_confirmed_by_its_own_cell_or_by_nothing() -> None:
    assert confirmed(number(PROJECT, terms.totalAmount, "50000", 3), texts={3: "5万元"}) == {}
    own = number(PROJECT, terms.narrativeAmount, "50000", 3)
    assert confirmed(own, number(PROJECT, terms.totalAmount, "50000", 3)) == {}
    assert confirmed(number(PROJECT, terms.otherFunds, "0", 3), number(PROJECT, terms.carriedOver, "0", 4)) == {}
    assert confirmed(number(PROJECT, terms.totalAmount, "90", 3), number(PROJECT, terms.fiscalFunds, "60", 4)) == {}


def test_a_form_whose_parts_do_not_come_to_its_total_confirms_nothing() -> None:
    parts = (number(PROJECT, terms.fiscalFunds, "60", 4), number(PROJECT, terms.otherFunds, "30", 5))
    assert len(confirmed(number(PROJECT, terms.totalAmount, "90", 3), *parts)) == 3
    assert confirmed(number(PROJECT, terms.totalAmount, "96", 3), *parts) == {}


def test_items_add_up_to_a_printed_total_or_to_the_request() -> None:
    items = [f"{PROJECT}#k{n}" for n in (1, 2)]
    amounts = [
        number(node, terms.itemAmount, value, n)
        for n, (node, value) in enumerate(zip(items, ("60", "30"), strict=True))
    ]
    kinds = [of(node, terms.CostItem) for node in items]
    total = f"{PROJECT}#t1"
    printed = [
        of(total, terms.CostSubtotal),
        number(total, terms.itemAmount, "90", 7),
        *(Fact(total, terms.sumsItem, iri(node)) for node in items),
    ]
    for whole in (printed, [number(PROJECT, terms.annualRequest, "90", 8)]):
        assert len(confirmed(*kinds, *amounts, *whole)) == 3
    assert confirmed(*kinds, *amounts, number(PROJECT, terms.annualRequest, "96", 8)) == {}
