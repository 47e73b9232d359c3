"""Datasets by the numbers: merges of graphs that share triples, held against sets counted another way."""

from itertools import combinations

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize
from rdflib import Graph
from rdflib.compare import isomorphic

from tests.support.blackbox.wire import Server

ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# Derived facts stand in the default graph alone.
STATED = """PREFIX jx: <https://w3id.org/jixiao/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(
  ?p NOT IN (jx:amount, jx:amountSource, jx:department, dcterms:references)
  && (?p NOT IN (rdf:type) || ?o NOT IN (org:Organization, eli:LegalResource))
) }"""
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
BASES = """PREFIX jx: <https://w3id.org/jixiao/ontology#>
SELECT ?b (COUNT(*) AS ?n) { ?b a jx:LegalBasis } GROUP BY ?b ORDER BY DESC(?n) LIMIT 1"""
GRAPH_FORMS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "",
    "application/trig": "",
    "application/n-quads": "",
}
GRAPH_READERS = {  # where rdflib's parsers only warn
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}


def number(server: Server, query: str, **dataset: object) -> int:
    [row] = server.rows(query, **dataset)
    return int(row["n"])


def counted(server: Server, graphs: tuple[str, ...]) -> int:
    """Count the different triples of the graphs, read one by one."""
    triples: set[bytes] = set()
    for graph in graphs:
        answer = server.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", "application/n-triples")
        assert answer.status == 200
        triples |= set(answer.plain.splitlines())
    return len(triples)


@pytest.fixture(scope="module")
def pair(server: Server) -> tuple[str, str]:
    """Two graphs that share triples: without any, the tests below would prove nothing."""
    graphs = server.rows("SELECT ?g { GRAPH ?g { ?s a <https://w3id.org/jixiao/ontology#SourceDocument> } } LIMIT 9")
    for first, second in combinations([row["g"] for row in graphs], 2):
        shared = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{first}> {{ ?s ?p ?o }} GRAPH <{second}> {{ ?s ?p ?o }} }}"
        if number(server, shared):
            return first, second
    pytest.fail("no two of the store's graphs share a triple")


def test_several_default_graphs_are_merged(server: Server, pair: tuple[str, str]) -> None:
    wanted = counted(server, pair)
    assert number(server, ALL, default_graph_uri=pair) == wanted
    assert number(server, ALL.replace("{", f"FROM <{pair[0]}> FROM <{pair[1]}> {{", 1)) == wanted
    assert wanted < sum(counted(server, (graph,)) for graph in pair)


def test_named_graphs_are_not_merged(server: Server, pair: tuple[str, str]) -> None:
    wanted = sum(counted(server, (graph,)) for graph in pair)
    assert number(server, NAMED, named_graph_uri=pair) == wanted
    froms = f"FROM NAMED <{pair[0]}> FROM NAMED <{pair[1]}> {{"
    assert number(server, NAMED.replace("{", froms, 1)) == wanted


def test_the_stores_default_graph_is_the_merge_of_all(server: Server) -> None:
    [row] = server.rows("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
    assert number(server, STATED) == int(row["n"])
    assert number(server, BASES) == 1


def test_a_merge_adds_once_in_aggregates_and_paths(server: Server, pair: tuple[str, str]) -> None:
    assert number(server, BASES, default_graph_uri=pair) == 1
    query = "SELECT (COUNT(*) AS ?n) { ?s a/<http://x/none>? ?o }"
    [row] = server.rows("SELECT (COUNT(*) AS ?n) { ?s a ?o }", default_graph_uri=pair)
    assert number(server, query, default_graph_uri=pair) == int(row["n"])


def test_a_merge_with_named_graphs_beside_it(server: Server, pair: tuple[str, str]) -> None:
    query = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert number(server, query, default_graph_uri=pair, named_graph_uri=pair[0]) == counted(server, pair) + counted(
        server, pair[:1]
    )


def test_all_graphs_as_default_are_the_default_graph(server: Server) -> None:
    graphs = [row["g"] for row in server.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")]
    if len(graphs) > 50:
        pytest.skip("a large store: its graphs would make too long an address")
    assert number(server, ALL, default_graph_uri=graphs) == number(server, STATED)


def test_every_form_of_a_graph_is_the_same_graph(server: Server, names: dict[str, str]) -> None:
    graphs = []
    for accept, parser in GRAPH_FORMS.items():
        answer = server.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", accept, default_graph_uri=names["g1"])
        assert answer.media_type == accept, answer.body[:300]
        if accept in GRAPH_READERS:
            quads = list(parse(answer.plain, format=GRAPH_READERS[accept]))
            assert all(quad.graph_name == DefaultGraph() for quad in quads)
            triples = serialize([quad.triple for quad in quads], format=RdfFormat.N_TRIPLES) or b""
            graphs.append(Graph().parse(data=triples, format="nt"))
        else:
            graphs.append(Graph().parse(data=answer.plain, format=parser))
    assert len(graphs[0]) == counted(server, (names["g1"],))
    assert all(isomorphic(graphs[0], graph) for graph in graphs[1:])
