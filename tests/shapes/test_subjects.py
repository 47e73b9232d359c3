"""Variables in subject position: all that a parser finds, and no query in which one of them may be unbound."""

from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import SH, Variable
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from jixiao.ontology.reference import Facts
from jixiao.shapes.engine.compiled import compile_shapes
from jixiao.shapes.engine.data import UnsupportedShapeError
from jixiao.shapes.store_check import subjects
from jixiao.shapes.validate import rules
from tests.support.pyshacl_judge import Judge, shapes_graph

RULE = """
@prefix : <https://w3id.org/jixiao/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:rule a sh:NodeShape ; sh:targetClass <e:T> ; sh:sparql [ sh:select "SELECT $this WHERE { %s }" ] .
"""


def test_a_parser_finds_the_same_in_the_rules_over_the_whole_store() -> None:
    graph = shapes_graph("corpus")
    for rule in rules("corpus"):
        (query,) = rule.queries
        (constraint,) = (each for shape, each in graph.subject_objects(SH.sparql) if str(shape) == rule.iri)
        parts = list(
            _parts(prepareQuery(str(graph.value(constraint, SH.select)), initNs=Judge(graph).prefixes).algebra)
        )
        found = subjects(rule.iri, query)
        triples = [triple for part in parts if part.name == "BGP" for triple in part.triples]
        assert {each.variable for each in found} == {str(subject) for subject, _, _ in triples}
        assert all(isinstance(subject, Variable) for subject, _, _ in triples)
        for subject in found:
            stated = {str(p) for s, p, _ in triples if str(s) == subject.variable} | {f"{RDF}type"}
            assert {each.value for each in subject.needed} <= stated
            assert {each.value for each in subject.referring} <= {
                str(p) for _, p, o in triples if str(o) == subject.variable
            }


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _parts(part: object) -> Iterator[CompValue]:
    """Yield every part of a query's algebra."""
    if isinstance(part, CompValue):
        yield part
    if isinstance(part, dict | list):
        for child in part.values() if isinstance(part, dict) else part:
            yield from _parts(child)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("$this <e:p> 1", {"this": ("ap", "")}),
        ("$this <e:p> ?o . ?o <e:q> 1", {"this": ("ap", ""), "o": ("q", "p")}),
        ("$this <e:p> ?o OPTIONAL { ?o <e:q> ?x }", {"this": ("ap", ""), "o": ("", "p")}),
        ("$this <e:p> 1 . ?t <e:p> 1 FILTER(?t != $this)", {"this": ("ap", ""), "t": ("p", "")}),
    ],
)
def test_variables_with_what_their_things_have(where: str, found: dict[str, tuple[str, str]]) -> None:
    (rule,) = compile_shapes(Facts(parse(RULE % where, format=RdfFormat.TURTLE)))
    names = {
        each.variable: tuple(
            "".join(sorted("a" if node.value == f"{RDF}type" else node.value[-1] for node in nodes))
            for nodes in (each.needed, each.referring)
        )
        for each in subjects(rule.iri, rule.queries[0])
    }
    assert names == found


@pytest.mark.parametrize(
    "where",
    [
        "$this <e:p> 1 FILTER NOT EXISTS { $this <e:q> ?x }",
        "$this <e:p> 1 FILTER EXISTS { $this <e:q> ?x }",
        "$this <e:p> 1 OPTIONAL { ?x <e:q> $this }",
        "$this <e:p>/<e:q> 1",
        "$this ?p 1",
        "$this <e:p> [ <e:q> 1 ]",
        "<e:a> <e:p> $this",
        "{ $this <e:p> 1 } UNION { $this <e:q> 1 }",
        "{ SELECT $this WHERE { $this <e:p> ?o } LIMIT 1 }",
        "$this <e:p> ?o } GROUP BY $this HAVING (COUNT(?o) > 1) #",
    ],
)
def test_a_query_that_hides_what_it_depends_on_is_refused(where: str) -> None:
    shapes = Facts(parse(RULE % where, format=RdfFormat.TURTLE))
    with pytest.raises(UnsupportedShapeError):
        subjects("rule", compile_shapes(shapes)[0].queries[0])
