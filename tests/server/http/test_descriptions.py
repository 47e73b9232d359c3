"""Graphs as every linked-data page gives them: one meaning in all forms, the same bytes each time.

As plain JSON: keys without prefixes, numbers as numbers, parts within the whole, the same facts as in RDF.
"""

import json
import random

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset as Quads,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from jixiao.ontology import terms
from jixiao.server.errors import NotAcceptableError
from jixiao.server.http.negotiation import JSON_LD, N_TRIPLES, RDF_XML, RESOURCES, TURTLE
from jixiao.server.rdf.graph_response import split_suffix, written
from jixiao.server.rdf.json_forms import PlainJson
from jixiao.server.vocabulary.graphs import all_schemes
from tests.support.generated import tries

# rdflib's own parser of JSON-LD uses what rdflib calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")

ONE = NamedNode("http://localhost:8000/id/org/a")
OTHER = NamedNode("http://localhost:8000/id/org/b")
RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}


def triples():
    """Every kind of term, an IRI whose scheme is a prefix of ours, and text that needs escapes."""
    label, kind = NamedNode(terms.RDFS_label), NamedNode(terms.RDF_type)
    return [
        Triple(ONE, kind, NamedNode(terms.Department)),
        Triple(ONE, label, Literal("某局“甲”\n<b> & ]]>", language="zh")),
        Triple(ONE, NamedNode(terms.year), Literal("2022", datatype=NamedNode(terms.XSD_integer))),
        Triple(ONE, NamedNode(terms.text), Literal('a "quoted"\\te\rxt')),
        Triple(OTHER, NamedNode(terms.scopeOf), ONE),
        Triple(OTHER, NamedNode(f"{terms.RDFS}seeAlso"), NamedNode("org:unit")),
        Triple(OTHER, NamedNode(terms.SH_result), BlankNode("c14n0")),
        Triple(BlankNode("c14n0"), kind, NamedNode(terms.SH_ValidationResult)),
    ]


def read(content, form):
    """The default graph of what was written, by a reader that did not write it."""
    if form != JSON_LD:
        return Graph().parse(data=content, format=RDFLIB[form.name])
    said = Dataset()
    said.parse(data=content, format=RDFLIB[form.name])
    return said.default_graph


def test_that_all_forms_say_the_same_and_nothing_else():
    meant = Graph().parse(data=written(triples(), N_TRIPLES), format="nt")
    assert len(meant) == len(triples())
    for form in RESOURCES[1:]:
        content = written(triples(), form)
        assert isomorphic(read(content, form), meant), form
        again = {quad.triple for quad in parse(content, format=RdfFormat.from_media_type(form.media_type))}
        assert len(again) == len(meant), form


def test_that_bytes_hang_on_no_order():
    for form in RESOURCES[1:]:
        shuffled = [*triples(), triples()[0]]
        random.Random(6).shuffle(shuffled)
        assert written(shuffled, form) == written(triples(), form), form


def test_that_only_prefixes_in_use_are_declared_and_the_thing_described_comes_first():
    turtle = written(triples(), TURTLE, first=(OTHER.value,)).decode()
    assert "@prefix jx:" in turtle
    assert "@prefix skos:" not in turtle
    assert turtle.index(f"<{OTHER.value}>") < turtle.index(f"<{ONE.value}> a")


def test_that_json_ld_takes_no_iri_for_a_prefixed_name():
    said = json.loads(written(triples(), JSON_LD))
    assert {each: said["@context"][each] for each in ("jx", "rdfs", "sh", "xsd")} == {
        each: terms.PREFIXES[each] for each in ("jx", "rdfs", "sh", "xsd")
    }
    assert said["@graph"][0] == {
        "@id": ONE.value,
        "@type": "jx:Department",
        "rdfs:label": {"@value": "某局“甲”\n<b> & ]]>", "@language": "zh"},
        "jx:text": 'a "quoted"\\te\rxt',
        "jx:year": {"@value": "2022", "@type": "xsd:integer"},
    }
    assert said["@graph"][1]["rdfs:seeAlso"] == {"@id": "org:unit"}
    assert said["@graph"][1]["jx:scopeOf"] == {"@id": ONE.value}


def test_that_json_ld_keeps_values_of_any_kind():
    odd = [
        Literal("plain"), Literal("文", language="zh"), Literal("en", language="en"), Literal("1"), OTHER,
        Literal("007", datatype=NamedNode(terms.XSD_integer)), Literal("true", datatype=NamedNode(terms.XSD_boolean)),
        Literal("1.50", datatype=NamedNode(terms.XSD_decimal)), Literal("x", datatype=NamedNode("http://x/type")),
    ]  # fmt: skip
    names = (
        terms.RDFS_label, terms.annualRequest, terms.cites, terms.year, terms.text, terms.RDFS_seeAlso,
        "http://x/other", terms.JX, f"{terms.JX}a/b", terms.startDate, terms.RDF_type,
    )  # fmt: skip
    parts = [Triple(ONE, NamedNode(terms.hasIndicator), NamedNode(f"{ONE.value}#i{n}")) for n in (1, 2)]
    parts += [Triple(NamedNode(f"{ONE.value}#i2"), NamedNode(name), value) for name in names for value in odd]
    everything = parts + [Triple(ONE, NamedNode(name), value) for name in names for value in odd]
    content = written(everything, JSON_LD)
    meant = Graph().parse(data=written(everything, N_TRIPLES), format="nt")
    assert len(meant) == len(everything)
    assert isomorphic(read(content, JSON_LD), meant)
    assert {quad.triple for quad in parse(content, format=RdfFormat.JSON_LD)} == set(everything)


@pytest.mark.parametrize(("name", "said"), [("1", "1"), ("p", "\b")])
def test_that_what_xml_cannot_say_is_refused_with_the_other_forms(name, said):
    with pytest.raises(NotAcceptableError) as refused:
        written([Triple(ONE, NamedNode(f"http://localhost:8000/p/{name}"), Literal(said))], RDF_XML)
    assert "text/turtle" in refused.value.offered
    assert RDF_XML.media_type not in refused.value.offered


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("ontology.ttl", ("ontology", "ttl")),
        ("ontology.html", ("ontology", "html")),
        ("v1.2", ("v1.2", None)),
        ("ontology", ("ontology", None)),
    ],
)
def test_that_a_suffix_names_a_form_and_other_dots_do_not(path, parts):
    assert split_suffix(path) == parts


PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"


def test_a_project_reads_as_an_object(client):
    response = client.get(f"/doc/{PROJECT}", headers={"Accept": "application/json"})
    assert response.headers["Content-Type"] == "application/json"
    project = response.json()["data"]
    assert project["id"].endswith(PROJECT)
    assert "Project" in project["type"]
    assert project["label"]["zh"]
    assert isinstance(project["year"], int)
    assert all(isinstance(each, dict) for each in project["hasIndicator"]), "parts stand in the whole"
    assert not any(":" in key for key in project)


DOCUMENTS = ["/ontology", "/shapes", "/vocab", *(f"/vocab/{term.name}" for term in all_schemes().values())]


@pytest.mark.sampled(9)
@pytest.mark.parametrize(
    "path",
    [
        *("/dataset", "/dataset/000001", "/doc/org", "/doc/project", "/doc/decision/1", f"/doc/{PROJECT}"),
        *("/doc/basis/fldlhlcahtirw-2009-97", "/doc/org/bdd7i7amlc5hg", "/doc/filing/bdd7i7amlc5hg/2022"),
        *("/shapes/integrity", pytest.param("/shapes/content", marks=pytest.mark.judge), *DOCUMENTS),
    ],
)
def test_all_forms_of_a_page_say_the_same(path, client):
    graphs = []
    for form in RESOURCES[1:]:
        got = client.get(path, headers={"Accept": f"image/png, {form.media_type};q=0.9, */*;q=0.1"})
        assert (got.status_code, got.headers["content-type"]) == (200, form.content_type)
        assert "Accept" in got.headers["vary"]
        suffixed = client.get(f"{path}.{form.name}")
        assert (suffixed.content, suffixed.headers["etag"]) == (got.content, got.headers["etag"])
        quads = parse(got.content, format=RdfFormat.from_media_type(form.media_type), rename_blank_nodes=True)
        said = Quads(Quad(*quad.triple) for quad in quads)
        said.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append(said)
    assert len(graphs[0]) > 8
    assert all(graph == graphs[0] for graph in graphs)


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
def test_every_subject_is_written_once(triples):
    found = json.loads(PlainJson(triples, {"e": "http://e/p#", "f": "http://f/"}).document())
    names = []

    def walk(node):
        if isinstance(node, dict):
            names.extend([node["id"]] if "id" in node and len(node) >= 1 and str(node["id"]).startswith("http") else [])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(found)
    subjects = {triple.subject.value for triple in triples if isinstance(triple.subject, NamedNode)}
    assert (sorted(set(names)), len(names)) == (sorted(subjects), len(subjects))
