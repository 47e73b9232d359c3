"""The rules for w3id.org, run by Apache as w3id.org does: each IRI of ours is led to the place that documents it."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.editions import metadata
from jixiao.server.http.negotiation import RESOURCES
from jixiao.shapes import bundles, catalogue
from tests.support.pages import replied

APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin:/sbin:/bin")
RULES = Path(__file__).parents[3] / "docs" / "w3id" / ".htaccess"
MODULES = ("mpm_event", "authz_core", "rewrite", "env")
SITE = "https://jixiao.example.org"
STATED = {triple.subject.value for triple in bundles.rules() if isinstance(triple.subject, NamedNode)}
OWN = sorted({*reference(), *(fault.iri for fault in catalogue.faults()), *STATED, terms.PROJECT_HOME, terms.ONTOLOGY})

pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(APACHE is None, reason="no Apache to try w3id.org's rules with: Debian's apache2-bin"),
]


@pytest.fixture(scope="module")
def w3id(on_apache):
    """Apache with the folder as w3id.org has it."""

    def fill(www):
        (www / "jixiao").mkdir(parents=True)
        shutil.copy(RULES, www / "jixiao")

    with on_apache(fill, MODULES) as client:
        yield client


def led(w3id, iri, accept):
    """Return the address at which a client ends; it keeps its fragment unless it is given another."""
    asked, _, fragment = iri.partition("#")
    got = replied(303, w3id.get(urlsplit(asked).path, headers={"Accept": accept}))
    location = got.headers["location"]
    assert location.startswith(f"{SITE}/"), iri
    to = location.removeprefix(SITE)
    return to if "#" in to or not fragment else f"{to}#{fragment}"


@pytest.mark.parametrize("one_in", [8, pytest.param(1, marks=pytest.mark.judge)])
@pytest.mark.parametrize("accept", ["text/html,application/xml;q=0.9,*/*;q=0.8", "text/html", "*/*"])
def test_each_iri_is_led_to_its_place(accept, one_in, w3id):
    for iri in OWN[len(accept) % one_in :: one_in]:
        assert led(w3id, iri, accept) == metadata.address(iri), iri


@pytest.mark.parametrize("one_in", [96, pytest.param(1, marks=pytest.mark.judge)])
def test_each_iri_is_described_in_each_form_of_rdf(one_in, w3id, client):
    described = {}
    for number, form in enumerate(RESOURCES[1:]):
        for iri in OWN[number % one_in :: one_in]:
            path = led(w3id, iri, form.media_type).partition("#")[0]
            if path == "/":
                continue
            assert path.endswith(f".{form.name}"), iri
            if path not in described:
                got = client.get(path)
                assert got.headers["content-type"] == form.content_type
                rdf = RdfFormat.from_media_type(form.media_type)
                described[path] = {
                    q.subject.value for q in parse(got.content, format=rdf) if isinstance(q.subject, NamedNode)
                }
            assert iri in described[path], (iri, path)


def test_a_choice_of_forms_is_left_to_the_site(w3id):
    for accept in ("text/turtle, text/html;q=0.5", "text/turtle;q=0.1, application/ld+json", "application/json"):
        assert led(w3id, f"{terms.JX}Project", accept) == "/ontology#Project"


@pytest.mark.parametrize(
    "path", ["/jixiao/nothing", "/jixiao/vocab/a/b/c", "/jixiao/ontology/../../etc", "/jixiao/vocab/A"]
)
def test_nothing_else_is_led_anywhere(path, w3id):
    assert w3id.get(path, headers={"Accept": "*/*"}).status_code == 404
