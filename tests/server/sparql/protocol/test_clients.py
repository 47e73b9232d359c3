"""The clients that people use, each against a real server: SPARQLWrapper, rdflib."""

import gc

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)

# SPARQLWrapper leaves its connections to the garbage collector; rdflib speaks of its own classes.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def _collected():
    """Their warnings are ignored here, and so must not come up in the tests of another module."""
    yield
    gc.collect()


NUMBER = "松委发〔2009〕97号"
CITED = f"""PREFIX jx: <https://w3id.org/jixiao/ontology#>
SELECT ?b ?number {{ ?b jx:documentNumber "{NUMBER}" ; jx:documentNumber ?number }}"""
BASIS = f'CONSTRUCT {{ ?b ?p ?o }} {{ ?b <https://w3id.org/jixiao/ontology#documentNumber> "{NUMBER}" ; ?p ?o }}'


def wrapper(server, query, form, method=GET, way=URLENCODED):
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setTimeout(30)
    return client


@pytest.mark.parametrize(("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_asks_each_way(method, way, server):
    [row, *_] = wrapper(server, CITED, JSON, method, way).queryAndConvert()["results"]["bindings"]
    assert row["number"]["value"] == NUMBER


def test_sparqlwrapper_reads_every_form(server):
    [node] = wrapper(server, CITED, XML).queryAndConvert().getElementsByTagName("literal")
    assert node.firstChild.data == NUMBER
    for form in (CSV, TSV):
        assert NUMBER in wrapper(server, CITED, form).queryAndConvert().decode()


@pytest.mark.parametrize("form", [RDFXML, TURTLE, N3, JSONLD])
def test_sparqlwrapper_reads_graphs(form, server):
    content = wrapper(server, BASIS, form).queryAndConvert()
    graph = content if isinstance(content, Graph) else Graph().parse(data=content, format="turtle")
    assert Literal(NUMBER) in set(graph.objects())


@pytest.mark.parametrize(("method", "form"), [("GET", "json"), ("POST", "xml"), ("POST_FORM", "csv"), ("GET", "tsv")])
def test_rdflib_store(method, form, server):
    graph = Graph(SPARQLStore(f"{server.url}/sparql", method=method, returnFormat=form))
    assert [str(row[1]) for row in graph.query(CITED)] == [NUMBER]


def test_rdflib_store_as_a_graph(server, names):
    store = SPARQLStore(f"{server.url}/sparql")
    everything = Graph(store)
    assert len(list(everything.triples((URIRef(names["s1"]), None, None)))) > 3
    # The store sends a graph's name as default-graph-uri, but for its own marker of the default graph.
    assert len(everything) == int(server.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"])
    assert names["g1"] in {str(getattr(graph, "identifier", graph)) for graph in store.contexts()}


def test_rdflib_store_over_a_named_graph(server, names):
    graph = Graph(SPARQLStore(f"{server.url}/sparql"), identifier=URIRef(names["g1"]))
    sources = list(graph.query("SELECT ?s { ?s a <https://w3id.org/jixiao/ontology#SourceDocument> }"))
    assert [str(row[0]) for row in sources] == [names["s1"]]


def test_rdflib_service(server):
    """Another engine that asks ours by SERVICE."""
    pattern = "{ ?b <https://w3id.org/jixiao/ontology#documentNumber> ?number }"
    query = f"SELECT ?number {{ SERVICE <{server.url}/sparql> {pattern} }}"
    assert NUMBER in {str(row[0]) for row in Graph().query(query)}
