"""Published RDF by Raptor, which shares no code with the parsers of the project: no warning, and nothing missing."""

import gzip
import shutil
import subprocess

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ontology import terms

BASE = "http://localhost:8000/"
RAPPER = shutil.which("rapper")
FORMS = {
    RdfFormat.TURTLE: "turtle",
    RdfFormat.N_TRIPLES: "ntriples",
    RdfFormat.RDF_XML: "rdfxml",
    RdfFormat.TRIG: "trig",
    RdfFormat.N_QUADS: "nquads",
}
PAGES = ["dataset", "dataset/000001", "ontology", "shapes", "shapes/content", "shapes/integrity", "vocab", "vocab/fund"]

pytestmark = [
    pytest.mark.judge,
    pytest.mark.debian,
    pytest.mark.skipif(RAPPER is None, reason="no Raptor to read RDF with: Debian's raptor2-utils"),
]


def read(content: bytes, form: RdfFormat, address: str) -> None:
    """Read RDF by Raptor, which must warn of nothing and find as many statements as pyoxigraph."""
    command = [RAPPER or "rapper", "-q", "-i", FORMS[form], "-o", "nquads", "-", address]
    found = subprocess.run(command, input=content, capture_output=True, check=False)
    assert (found.returncode, found.stderr) == (0, b""), address
    assert len(found.stdout.splitlines()) == len(set(parse(content, format=form, base_iri=address))) > 0, address


def test_each_form_of_each_kind_of_page(client: httpx.Client) -> None:
    said = parse(client.get("/dataset.nt").content, format=RdfFormat.N_TRIPLES)
    examples = [each.object.value for each in said if each.predicate.value == terms.VOID_exampleResource]
    things = [each.replace(f"{BASE}id/", "doc/") for each in examples]
    assert len(things) > 5
    for page in [*PAGES, *things]:
        for form in FORMS.keys() - {RdfFormat.N_QUADS}:
            read(client.get(f"/{page}.{form.file_extension}").raise_for_status().content, form, BASE + page)


@pytest.mark.parametrize(("page", "profile"), [("doc/filing/bdd7i7amlc5hg/2022", "aligned"), ("dataset", "cube")])
def test_other_profiles(page: str, profile: str, client: httpx.Client) -> None:
    asked = client.build_request("GET", f"/{page}", params={"_profile": profile}, headers={"Accept": "text/turtle"})
    read(client.send(asked, follow_redirects=True).raise_for_status().content, RdfFormat.TURTLE, BASE)


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.N_QUADS], ids=["ttl", "nq"])
def test_dumps(form: RdfFormat, client: httpx.Client) -> None:
    got = client.get(f"/dataset/000001/dump.{form.file_extension}.gz").raise_for_status()
    read(gzip.decompress(got.content), form, BASE)
