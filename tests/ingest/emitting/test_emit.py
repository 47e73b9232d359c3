"""Facts in the terms of the ontology: lines of parts, lexical forms, and the same bytes each time."""

import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ingest import facts as f
from jixiao.ingest.emitting.emit import Source, emit
from jixiao.ingest.extract import extract
from jixiao.ingest.facts import Facts
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Resolver
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from tests.support.generated import tries

IRIS = Iris("http://localhost:8000/")
SOURCE = Source("0123456789abcdef" * 4, "filing.txt", "text/plain", 1)
LINKS = ("hasGoal", "hasIndicator", "hasCitation", "hasStatedBasis", "hasCostItem", "hasSection", "hasMention")


def triples(content: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(content, RdfFormat.N_TRIPLES)]


@pytest.fixture(scope="module")
def graph(filing: str) -> list[Triple]:
    return triples(emit(Resolver(extract(read(filing.encode()))), SOURCE, IRIS).facts.n_triples())


def objects(graph: list[Triple], name: str) -> list[str]:
    return [
        triple.object.value for triple in graph if triple.predicate.value == name and hasattr(triple.object, "value")
    ]


def test_each_part_states_one_line_of_the_source(graph: list[Triple], filing: str) -> None:
    lines = Counter(str(t.subject) for t in graph if t.predicate.value == terms.sourceLine)
    parts = {str(t.object) for t in graph if t.predicate.value in {getattr(terms, name) for name in LINKS}}
    projects = {str(t.subject) for t in graph if t.object == NamedNode(terms.Project)}
    assert len(parts) == 2 + 4 + 1 + 1 + 1 + 3 + 1
    assert lines == Counter(parts | projects)
    assert all(1 <= int(value) <= filing.count("\n") for value in objects(graph, terms.sourceLine))


def test_numbers_are_written_in_their_shortest_form(graph: list[Triple]) -> None:
    literals = [triple.object for triple in graph if isinstance(triple.object, Literal)]
    decimals = {literal.value for literal in literals if literal.datatype.value == terms.XSD_decimal}
    integers = {literal.value for literal in literals if literal.datatype.value == terms.XSD_integer}
    assert {"120000", "200", "85", "0", "500", "100000"} <= decimals
    assert all(re.fullmatch(r"-?\d+(\.\d*[1-9])?", value) for value in decimals)
    assert all(re.fullmatch(r"\d+", value) for value in integers)


@given(st.decimals(-(10**12), 10**12, places=4, allow_nan=False))
@tries(100)
def test_decimal_keeps_its_value(number: Decimal) -> None:
    literal = f.decimal(number)
    assert Decimal(literal.value) == number
    assert literal == f.decimal(number + Decimal("0.000000"))
    assert "E" not in literal.value


@given(st.decimals(allow_nan=False, allow_infinity=False))
@tries(60)
def test_decimal_has_no_exponent(number: Decimal) -> None:
    assert re.fullmatch(r"-?\d+(\.\d+)?", f.decimal(number).value)


@given(st.permutations(range(6)))
@tries(30)
def test_order_of_facts_makes_no_difference(order: list[int]) -> None:
    facts = Facts()
    for number in [*order, order[0]]:
        facts.add(f"http://localhost/{number}", terms.text, f.zh("善本\n“修复”"), [Place(1, 0)])
    ordered = Facts()
    for number in sorted(order):
        ordered.add(f"http://localhost/{number}", terms.text, f.zh("善本\n“修复”"))
    assert facts.n_triples() == ordered.n_triples()


def test_blank_cell_makes_no_triple() -> None:
    facts = Facts()
    facts.add("http://localhost/1", terms.totalAmount, None, [Place(3, 1)], "blank")
    assert facts.n_triples() == b""
    assert facts.stated[0].places == (Place(3, 1),)
