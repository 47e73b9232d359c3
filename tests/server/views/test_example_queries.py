"""The views' queries, each complete and answered; and the cube of money.

The cube is whole by the W3C's integrity constraints, and its sums are those of the flat properties.
"""

import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store as Quads, serialize
from rdflib.plugins.sparql import prepareQuery

from jixiao.ontology import terms
from jixiao.server.views.view_files import load
from jixiao.viewing import Viewing

BASE = "http://localhost:8000/"


def test_json_is_the_first_form_of_the_list(client):
    for asked in (client.get("/views"), client.get("/views.json"), client.get("/views", params={"format": "json"})):
        assert asked.headers["content-type"] == "application/json"
        assert {"name", "title", "params"} <= asked.json()["views"][0].keys()
    assert "text/html" in client.get("/views", headers={"Accept": "text/html"}).headers["content-type"]
    assert client.get("/views", headers={"Accept": "text/turtle"}).status_code == 406


@pytest.mark.parametrize("one_in", [9, pytest.param(1, marks=pytest.mark.judge)])  # rdflib takes long to parse queries
def test_each_query_is_complete_and_has_an_answer(of_evaluated, one_in):
    for number, (name, view) in enumerate(load(BASE).items()):
        query = view.example()
        if number % one_in == 0:
            prepareQuery(query)
        assert not re.search(r"^#\+", query, re.MULTILINE)
        rows = of_evaluated.post("/sparql", data={"query": query, "format": "json"}).json()["results"]["bindings"]
        assert rows, name


CONSTRAINTS = sorted((Path(__file__).parent / "integrity").glob("*.rq"))
SHORT = f"PREFIX qb: <{terms.QB}> PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> PREFIX skos: <{terms.SKOS}> "
SHORT += f"PREFIX owl: <{terms.OWL}> PREFIX jxf: <{terms.JXF}> PREFIX jxp: <{terms.JXP}> "


@pytest.fixture(scope="module")
def cube(examples):
    """The cube of the examples as N-Triples."""
    return serialize(Viewing.open(examples).cube(), format=RdfFormat.N_TRIPLES) or b""


def loaded(content):
    graph = Quads()
    graph.load(io.BytesIO(content), RdfFormat.N_TRIPLES)
    return graph


@pytest.mark.sampled(4)
@pytest.mark.parametrize("file", CONSTRAINTS, ids=lambda file: file.stem)
def test_integrity_constraint(file, cube):
    """Each query finds nothing in the cube, and finds the fault that its file adds to it."""
    query, graph = file.read_text("utf-8"), loaded(cube)
    held = graph.query(query)
    assert isinstance(held, QueryBoolean)
    assert not held
    graph.update(SHORT + query.partition("#! ")[2].partition("\n")[0])
    assert graph.query(query)


def test_there_are_all_constraints():
    assert [file.stem for file in CONSTRAINTS] == [f"ic-{number:02}" for number in range(1, 22)]


def test_sums_are_those_of_the_flat_properties(cube, examples):
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
        for graph, query in ((loaded(cube), asked), (flat, stated)):
            found = graph.query(SHORT + query)
            assert isinstance(found, QuerySolutions)
            sums += [Decimal(row["all"].value) for row in found]
        assert sums[0] == sums[1] >= 0, name


def test_the_cube_has_an_address_in_each_form(client):
    graphs = []
    for form in ("ttl", "nt", "jsonld", "rdf"):
        got = client.get("/views/money", params={"format": form})
        assert got.status_code == 200
        graph = Quads()
        graph.load(io.BytesIO(got.content), RdfFormat.from_media_type(got.headers["content-type"].partition(";")[0]))
        graphs.append({str(quad) for quad in graph if "_:" not in str(quad)})
    assert all(graph == graphs[0] for graph in graphs)
    first = client.get("/views/money", params={"format": "ttl", "limit": "1"})
    assert first.text.count("a qb:Observation") == 1
    assert "x-result-cut" in first.headers
    assert 'rel="next"' in first.headers["link"]
