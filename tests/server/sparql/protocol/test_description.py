"""SPARQL 1.1 Service Description: what the endpoint says of itself where no query is asked."""

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from tests.support.blackbox.cases import always
from tests.support.blackbox.wire import Answer, Server

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
VOID = Namespace("http://rdfs.org/ns/void#")
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "",
}


def read(server: Server, answer: Answer) -> Graph:
    assert answer.status == 200, answer.body
    if answer.media_type == "application/ld+json":  # rdflib's parser only warns
        quads = parse(answer.plain, format=RdfFormat.JSON_LD, base_iri=f"{server.url}/sparql")
        return Graph().parse(
            data=serialize([quad.triple for quad in quads], format=RdfFormat.N_TRIPLES) or b"", format="nt"
        )
    return Graph().parse(data=answer.plain, format=PARSERS[answer.media_type], publicID=f"{server.url}/sparql")


@pytest.fixture(scope="module")
def description(server: Server) -> Graph:
    return read(server, server.get("/sparql", "text/turtle"))


@pytest.fixture(scope="module")
def service(description: Graph) -> object:
    [service] = description.subjects(RDF.type, SD.Service)
    return service


@pytest.mark.parametrize("accept", [None, "*/*", "text/turtle", "text/turtle;q=0.9, application/ld+json;q=0.1"])
def test_turtle_is_what_comes(accept: str | None, server: Server) -> None:
    answer = server.get("/sparql", accept)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(read(server, answer)) > 10
    assert not list(always(answer))


@pytest.mark.parametrize("accept", PARSERS)
def test_every_form_says_the_same(accept: str, server: Server, description: Graph) -> None:
    answer = server.get("/sparql", accept)
    assert answer.media_type == accept
    assert isomorphic(read(server, answer), description)


def test_endpoint(service: URIRef, description: Graph, server: Server) -> None:
    [endpoint] = description.objects(service, SD.endpoint)
    assert isinstance(endpoint, URIRef)
    assert str(endpoint).startswith("http")
    assert str(endpoint).endswith("/sparql")


def test_languages(service: URIRef, description: Graph) -> None:
    assert SD.SPARQL11Query in set(description.objects(service, SD.supportedLanguage))
    assert (None, None, SD.SPARQL11Update) not in description
    assert (None, None, SD.BasicFederatedQuery) not in description
    assert (None, None, SD.DereferencesURIs) not in description


def test_formats(service: URIRef, description: Graph) -> None:
    wanted = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"]
    wanted += ["Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"]
    offered = set(description.objects(service, SD.resultFormat))
    assert {FORMATS[name] for name in wanted} <= offered


def test_dataset_names_the_graphs(service: URIRef, description: Graph, server: Server) -> None:
    [dataset] = description.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in description
    [default] = description.objects(dataset, SD.defaultGraph)
    assert (default, RDF.type, SD.Graph) in description
    named = list(description.objects(dataset, SD.namedGraph))
    assert all((graph, RDF.type, SD.NamedGraph) in description for graph in named)
    said = {str(name) for graph in named for name in description.objects(graph, SD.name)}
    held = {row["g"] for row in server.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert said == held if len(held) <= 100 else (len(said) == 100 and said < held)


def test_size_of_the_default_graph_is_right(service: URIRef, description: Graph, server: Server) -> None:
    [dataset] = description.objects(service, SD.defaultDataset)
    [default] = description.objects(dataset, SD.defaultGraph)
    [row] = server.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    said = list(description.objects(default, VOID.triples))
    assert [int(str(number)) for number in said if isinstance(number, Literal)] == [int(row["n"])]
