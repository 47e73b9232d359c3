"""The ontology, rules and schemes as documents: each term has its place, all forms say the same."""

import re
from functools import cache
from xml.etree import ElementTree as ET

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.editions import metadata
from jixiao.server.http.negotiation import RESOURCES
from jixiao.server.vocabulary import graphs
from jixiao.shapes import bundles, catalogue
from jixiao.store import Store, sums
from jixiao.store.records import ClassUse, PropertyUse, Statistics
from jixiao.store.versions import version_record
from tests.support.ontology_drawing import WIDTH
from tests.support.pages import absent, replied

BUNDLES = [f"/shapes/{bundle}" for bundle in catalogue.BUNDLES]
DOCUMENTS = [
    "/ontology",
    "/shapes",
    *BUNDLES,
    "/vocab",
    *(f"/vocab/{term.name}" for term in graphs.all_schemes().values()),
]
SHARED = {t.subject.value for t in bundles.rules() if isinstance(t.subject, NamedNode)}
OWN = sorted({*reference(), *(fault.iri for fault in catalogue.faults()), *SHARED, terms.PROJECT_HOME, terms.ONTOLOGY})
BOXES = "{http://www.w3.org/2000/svg}rect"
PROJECT = "http://localhost:8000/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"


@pytest.fixture(scope="module")
def page(client):
    """The HTML at a path."""

    @cache
    def get(path):
        got = replied(200, client.get(path, headers={"Accept": "text/html"}))
        return got.text

    return get


def test_each_term_has_one_place_that_is_there(page):
    assert len(OWN) > 350
    places = {iri: metadata.address(iri) for iri in OWN}
    for iri, place in places.items():
        assert place is not None, iri
        path, _, anchor = place.partition("#")
        assert not anchor or page(path).count(f'id="{anchor}"') == 1, iri
    alone = [place for iri, place in places.items() if place and "#" in place and iri not in SHARED]
    assert len(set(alone)) == len(alone), "two terms in one place"
    assert metadata.address("https://w3id.org/another/ontology#Project") is None
    assert metadata.address("https://w3id.org/jixiao/ontology/0.1.0") == "/ontology"


@pytest.mark.judge
def test_graphs_lead_from_one_to_all_others(client):
    """Links below the store's base, and those of our terms by the addresses that document them."""
    base = "http://localhost:8000"
    ways, seen = ["/ontology"], set()
    while ways:
        path = ways.pop()
        seen.add(path)
        for quad in parse(client.get(f"{path}.nt").content, format=RdfFormat.N_TRIPLES):
            for node in (quad.subject, quad.object):
                if isinstance(node, NamedNode):
                    place = metadata.address(node.value) or node.value.removeprefix(base)
                    place = place.partition("#")[0]
                    if place in DOCUMENTS and place not in {*seen, *ways}:
                        ways.append(place)
    assert seen == set(DOCUMENTS)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_page_says_where_else_it_is(path, client):
    got = client.get(path, headers={"Accept": "text/html"})
    told = got.headers["link"]
    for form in RESOURCES[1:]:
        assert f'<{path}.{form.name}>; rel="describedby"; type="{form.media_type}"' in told
        assert f'type="{form.media_type}" href="{path}.{form.name}"' in got.text
    assert re.search(r'<https://w3id\.org/jixiao/[^>]*>; rel="cite-as"', told)
    assert absent(told, 'rel="license"', 'rel="type"') == []
    replied(406, client.get(path, headers={"Accept": "image/png"}), "text/turtle")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/ontology", "/shapes", *BUNDLES])
def test_a_list_of_terms_is_short(path, lang, page):
    assert len(page(f"{path}?lang={lang}").encode()) < 110_000


@pytest.mark.judge
def test_every_rule_shows_its_examples(client, page):
    for fault in catalogue.faults():
        assert f'href="/shapes?only={fault.name}&amp;lang=zh"' in page("/shapes")
    for family in graphs.families():
        rules = [fault.name for fault in catalogue.faults() if fault.subject == family]
        text = page(f"/shapes?only={family}") if rules else ""
        for name in rules:
            assert f'href="/quality/{name}?lang=zh"' in text
            assert all(f'href="/shapes/examples/{name}/{which}.ttl"' in text for which in graphs.EXAMPLES)
    got = client.get("/shapes/examples/AmountNotANumber/fail.ttl")
    assert got.headers["content-type"] == "text/turtle; charset=utf-8"
    assert got.text == catalogue.example("AmountNotANumber", "fail")
    assert len(rdflib.Graph().parse(data=got.text, format="turtle"))
    for name in ("NoSuchRule/fail", "AmountNotANumber/other", "..%2f..%2fshapes/fail"):
        assert client.get(f"/shapes/examples/{name}.ttl").status_code == 404


def test_rules_as_one_graph_are_the_rules(client):
    graph = list(parse(client.get("/shapes.ttl").content, format=RdfFormat.TURTLE))
    having = {
        name: {quad.subject for quad in graph if quad.predicate.value == str(name)}
        for name in (rdflib.SH.severity, rdflib.DCTERMS.isPartOf, rdflib.RDFS.isDefinedBy)
    }
    parts = having[rdflib.DCTERMS.isPartOf] & {q.object for q in graph if q.predicate.value == str(rdflib.SH.property)}
    found = having[rdflib.SH.severity] - parts
    assert found == {NamedNode(fault.iri) for fault in catalogue.faults()}
    assert having[rdflib.RDFS.isDefinedBy] >= found


@pytest.mark.parametrize("bundle", catalogue.BUNDLES)
def test_a_bundle_is_served_as_it_is_written(bundle, client):
    served, written = (
        [quad.predicate.value for quad in parse(turtle, format=RdfFormat.TURTLE)]
        for turtle in (client.get(f"/shapes/{bundle}.ttl").content, bundles.text(bundle))
    )
    assert len(served) > len(written) > 1000
    assert str(rdflib.SKOS.example) in set(served) - set(written)


def test_counts_and_examples_from_the_data(own, serve):
    generation = own.current()
    used = Statistics(
        triples=1000,
        subjects=100,
        objects=200,
        classes={terms.Project: ClassUse(1234, PROJECT), "http://www.w3.org/ns/prov#Entity": ClassUse(5, PROJECT)},
        properties={terms.annualRequest: PropertyUse(4321, 4321, 7, PROJECT)},
        first_year=2022,
        last_year=2022,
    )
    version_record.write(generation.path / version_record.STATISTICS, used)
    sums.update(generation.path, generation.path / version_record.STATISTICS)
    with serve(own) as client:
        text = client.get("/ontology").text
        project, request = (client.get(f"/ontology?only={name}").text for name in ("Project", "annualRequest"))
    assert "1,234" in text[text.index('id="Project"') : text.index('id="ProjectSeries"')]
    example = "/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
    assert absent(project, "1,234", f'<a href="{example}?lang=zh">{example}</a>') == []
    assert absent(request, "4,321", f'<a href="{example}?lang=zh">{example}</a>') == []
    assert "prov:Entity" in text[text.index('id="reused"') :]


@pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.judge)])
def test_pages_of_a_store_without_data(one_in, tmp_path, serve):
    with serve(Store.create(tmp_path / "empty", "http://localhost:8000/")) as client:
        for path in DOCUMENTS[::one_in]:
            assert client.get(path).status_code == 200, path


def test_the_drawing_shows_every_class_without_overlap(client):
    got = client.get("/ontology.svg")
    assert got.headers["content-type"] == "image/svg+xml"
    svg = ET.fromstring(got.content)
    assert "style" not in {name for node in svg.iter() for name in node.attrib}, "which the page's CSP would ignore"
    boxes = [tuple(float(node.attrib[name]) for name in ("x", "y", "width", "height")) for node in svg.iter(BOXES)]
    assert len(boxes) >= len([term for term in reference().values() if term.kind == "class"])
    for x, y, width, height in boxes:
        assert x >= 0
        assert x + width <= WIDTH
        overlapping = [b for b in boxes if abs(b[0] - x) < width and y < b[1] + b[3] and b[1] < y + height]
        assert overlapping == [(x, y, width, height)]
