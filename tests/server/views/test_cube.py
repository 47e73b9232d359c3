"""The cube of money: whole by the W3C's integrity constraints, and its sums those of the flat properties."""

import io
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store as Graph, serialize

from jixiao.ontology import terms
from jixiao.server.http import profiles
from jixiao.viewing import Viewing

CONSTRAINTS = sorted((Path(__file__).parent / "integrity").glob("*.rq"))
PREFIXES = f"PREFIX qb: <{terms.QB}> PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> PREFIX skos: <{terms.SKOS}> "
PREFIXES += f"PREFIX owl: <{terms.OWL}> PREFIX jxf: <{terms.JXF}> PREFIX jxp: <{terms.JXP}> "
FULL = profiles.CUBE.iri


@pytest.fixture(scope="module")
def cube(examples: Path) -> bytes:
    """The cube of the examples as N-Triples."""
    return serialize(Viewing.open(examples).cube(), format=RdfFormat.N_TRIPLES) or b""


def loaded(content: bytes) -> Graph:
    graph = Graph()
    graph.load(io.BytesIO(content), RdfFormat.N_TRIPLES)
    return graph


@pytest.mark.sampled(4)
@pytest.mark.parametrize("file", CONSTRAINTS, ids=lambda file: file.stem)
def test_integrity_constraint(file: Path, cube: bytes) -> None:
    """Each query finds nothing in the cube, and finds the fault that its file adds to it."""
    query, graph = file.read_text("utf-8"), loaded(cube)
    held = graph.query(query)
    assert isinstance(held, QueryBoolean)
    assert not held
    graph.update(PREFIXES + query.partition("#! ")[2].partition("\n")[0])
    assert graph.query(query)


def test_there_are_all_constraints() -> None:
    assert [file.stem for file in CONSTRAINTS] == [f"ic-{number:02}" for number in range(1, 22)]


def test_sums_are_those_of_the_flat_properties(cube: bytes, examples: Path) -> None:
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
            found = graph.query(PREFIXES + query)
            assert isinstance(found, QuerySolutions)
            sums += [Decimal(row["all"].value) for row in found]
        assert sums[0] == sums[1] >= 0, name


def test_the_cube_has_an_address_in_each_form(client: httpx.Client) -> None:
    graphs = []
    for form in ("ttl", "nt", "jsonld", "rdf"):
        got = client.get("/views/money", params={"format": form})
        assert (got.status_code, got.headers["content-profile"]) == (200, f"<{FULL}>")
        graph = Graph()
        graph.load(io.BytesIO(got.content), RdfFormat.from_media_type(got.headers["content-type"].partition(";")[0]))
        graphs.append({str(quad) for quad in graph if "_:" not in str(quad)})
    assert all(graph == graphs[0] for graph in graphs)
    first = client.get("/views/money", params={"format": "ttl", "limit": "1"})
    assert first.text.count("a qb:Observation") == 1
    assert "x-result-cut" in first.headers
    assert 'rel="next"' in first.headers["link"]


def test_profiles_are_negotiated(client: httpx.Client) -> None:
    org = next(iter(client.get("/doc/org.csv").text.splitlines()[1:])).partition(",")[0].rpartition("/id/")[2]
    turtle = {"Accept": "text/turtle"}
    flat = client.get(f"/doc/{org}", headers=turtle)
    assert flat.headers["content-profile"] == f"<{terms.ONTOLOGY}>"
    assert "Accept-Profile" in flat.headers["vary"]
    assert f'profile="{FULL}"' in flat.headers["link"]
    asked = turtle | {"Accept-Profile": f"<{profiles.ALIGNED.iri}>;q=0.9, <urn:unknown>"}
    aligned = client.get(f"/doc/{org}", headers=asked)
    assert aligned.headers["content-profile"] == f"<{profiles.ALIGNED.iri}>"
    assert aligned.headers["etag"] != flat.headers["etag"]
    assert client.get(f"/doc/{org}.ttl?_profile=aligned").content == aligned.content
    assert "prov:wasAttributedTo" in aligned.text
    assert "prov:wasAttributedTo" not in flat.text
    for address, to in ((f"/doc/{org}", "department=%2Fid%2Forg%2F"), ("/dataset", "format=ttl")):
        led = client.get(address, headers=turtle | {"Accept-Profile": f"<{FULL}#>"}, follow_redirects=False)
        assert led.status_code == 303
        assert to in led.headers["location"]
        assert "a qb:Observation" in client.get(led.headers["location"]).text
    assert client.get("/doc/source", headers=turtle | {"Accept-Profile": f"<{FULL}>"}).status_code == 200
