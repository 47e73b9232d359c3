"""Turtle for people: it reads back as what was meant, whatever blank nodes and literals there are."""

import pytest
from hypothesis import example, given, strategies as st
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)
from rdflib import Graph

from jixiao.ontology import terms
from jixiao.ontology.turtle import turtle
from jixiao.server.http.negotiation import TURTLE
from jixiao.server.rdf.graph_response import written
from tests.support.generated import tries

PREFIXES = (
    "".join(f"@prefix {name}: <{terms.PREFIXES[name]}> .\n" for name in ("rdf", "sh"))
    + "@prefix : <http://example.org/> ."
)


def triples(text: str) -> list[Triple]:
    """Return the triples of a Turtle document."""
    return list({quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)})


def canonical(said: list[Triple]) -> Dataset:
    """Return the triples with canonical blank nodes."""
    dataset = Dataset(Quad(*triple) for triple in said)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize(
    "text",
    [
        ":a sh:property [ sh:path :p ], [ sh:path [ sh:inversePath :q ] ; sh:or ( [ sh:in ( 1 2 ) ] :b ) ] .",
        ':a :p () , ( ) , ( ( ) ) , ( ( :b ) "c" ) .',
        ":a :p _:shared . :b :p _:shared . _:shared :q [ :r _:shared ] .",
        "_:one :p _:other . _:other :p _:one .",
        "_:self :p _:self .",
        "_:alone :p :b . :a :q _:unsaid .",
        # Lists that are none: two firsts, no rest, a tail that is named, a tail of two lists, one that bites its tail.
        ":a :p [ rdf:first 1, 2 ; rdf:rest () ] .",
        ":a :p [ rdf:first 1 ] .",
        ":a :p [ rdf:first 1 ; rdf:rest :tail ] .",
        "_:t rdf:first 1 ; rdf:rest () . :a :p [ rdf:first 2 ; rdf:rest _:t ], [ rdf:first 3 ; rdf:rest _:t ] .",
        "_:t rdf:first 1 ; rdf:rest _:t . :a :p _:t .",
        ":a :p [ a rdf:List ; rdf:first 1 ; rdf:rest () ] .",
        r':a :p [ :q "a \"b\"\n\"\"\"c\"\"\"\\n\t\u0001\"", "一\n二\""@zh, "\\", "x\r\ny", "1"^^:own, "a\nb"^^:own ] .',
        ':a :p [ :q 1, 02, -1.50, 1e0, false, "1"^^<http://www.w3.org/2001/XMLSchema#boolean> ] .',
        ":a :p [ :q <http://example.org/a.b>, <http://example.org/>, :1, <http://example.org/中> ] .",
    ],
)
def test_that_it_reads_back_as_what_was_meant(text: str) -> None:
    meant = triples(text)
    content = written(meant, TURTLE, {**terms.PREFIXES, "": "http://example.org/"})
    assert canonical([quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]) == canonical(meant), content
    assert len(Graph().parse(data=content, format="turtle")) == len(meant)


TEXTS = st.lists(st.sampled_from(['"', "\\", "\n", "a"]), max_size=12).map("".join) | st.text(
    st.characters(codec="utf-8"), max_size=12
)


@tries(300)
@example('\n"""')
@example('\n\\"""')
@example('\n\\""""')
@example('\n"" "" """"" a"')
@given(TEXTS)
def test_that_any_text_reads_back(text: str) -> None:
    one = NamedNode("http://example.org/a")
    content = turtle([Triple(one, one, Literal(text))], {})
    assert [quad.object.value for quad in parse(content, format=RdfFormat.TURTLE)] == [text]
    assert [str(value) for value in Graph().parse(data=content, format="turtle").objects()] == [text]


def test_that_what_is_said_of_once_stands_where_it_is_said() -> None:
    content = written(triples(":a sh:property [ sh:path :p ; sh:in ( 1 2 ) ] ."), TURTLE, {"sh": terms.SH}).decode()
    assert content == (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"
        "<http://example.org/a> sh:property [\n"
        "        sh:in ( 1 2 ) ;\n"
        "        sh:path <http://example.org/p>\n"
        "    ] .\n"
    )
