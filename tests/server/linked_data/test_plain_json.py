"""Things as plain JSON: keys without prefixes, numbers as numbers, parts within the whole, the same facts as in RDF."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.server.rdf.json_forms import PlainJson
from tests.support.generated import tries

PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"


def test_a_project_reads_as_an_object(client: httpx.Client) -> None:
    response = client.get(f"/doc/{PROJECT}", headers={"Accept": "application/json"})
    assert response.headers["Content-Type"] == "application/json"
    project = response.json()["data"]
    assert project["id"].endswith(PROJECT)
    assert "Project" in project["type"]
    assert project["label"]["zh"]
    assert isinstance(project["year"], int)
    assert all(isinstance(each, dict) for each in project["hasIndicator"]), "parts stand in the whole"
    assert not any(":" in key for key in project)


@pytest.mark.parametrize("address", [f"{PROJECT}.json", f"{PROJECT}?format=json"])
def test_the_address_may_name_the_form(client: httpx.Client, address: str) -> None:
    asked = client.get(f"/doc/{PROJECT}", headers={"Accept": "application/json"})
    assert client.get(f"/doc/{address}").json() == asked.json()


@pytest.mark.parametrize("kind", ["org", "basis", "filing", "series", "project", "source"])
def test_every_kind_is_there(client: httpx.Client, kind: str) -> None:
    assert client.get(f"/doc/{kind}.json").json()["data"]["id"]


def test_what_is_missing_is_told_as_a_problem(client: httpx.Client) -> None:
    missing = client.get("/doc/org/none.json")
    assert missing.status_code == 404
    assert missing.json()["detail_en"]


NODES = st.sampled_from(
    [
        NamedNode("http://e/a"),
        NamedNode("http://e/a#1"),
        NamedNode("http://e/a#2"),
        NamedNode("http://e/b"),
        BlankNode("x"),
    ]
)
PROPERTIES = st.sampled_from(
    [NamedNode(iri) for iri in ("http://e/p#name", "http://f/name", terms.RDF_type, "http://e/id")]
)
VALUES = st.one_of(
    NODES,
    st.sampled_from(
        [Literal("文", language="zh"), Literal("1", datatype=NamedNode(terms.XSD_integer)), Literal("text")]
    ),
    st.sampled_from(
        [Literal("x", datatype=NamedNode(terms.XSD_decimal)), Literal("INF", datatype=NamedNode(terms.XSD_double))]
    ),
)


@tries(60)
@given(st.lists(st.builds(Triple, NODES, PROPERTIES, VALUES), max_size=12))
def test_every_subject_is_written_once(triples: list[Triple]) -> None:
    found = json.loads(PlainJson(triples, {"e": "http://e/p#", "f": "http://f/"}).document())
    names: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            names.extend([node["id"]] if "id" in node and len(node) >= 1 and str(node["id"]).startswith("http") else [])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(found)
    subjects = {triple.subject.value for triple in triples if isinstance(triple.subject, NamedNode)}
    assert sorted(set(names)) == sorted(subjects)
    assert len(names) == len(subjects)
