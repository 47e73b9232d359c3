"""/id and /doc: forms, pages, links, conditions, and what is not there, was merged, moved or withdrawn."""

import re
from dataclasses import replace

import pytest
from pyld import jsonld
from pyoxigraph import NamedNode
from rdflib import DCTERMS, ORG, RDF, Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from jixiao.ontology import terms
from jixiao.server.linked_data import kinds, pages, things
from jixiao.store import Store
from tests.server.conftest import BASE, running, why
from tests.support.pages import absent, replied
from tests.support.writing import commit, committing

PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
BASIS = "basis/fldlhlcahtirw-2009-97"
KEPT, MERGED = "org/5kejufee62q5e", "org/ojiccfpxqxalw"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
FORMS = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
}
HELD = ("/dataset/000001.jsonld", "/dataset/dump.nq.gz", "/sitemap.xml", "/ontology")
"""Addresses of other parts, which answer conditions as /doc does."""
CITING = 230

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")  # rdflib's readers of datasets


def graph_of(answer):
    kind = answer.headers["content-type"].partition(";")[0]
    if kind != "application/ld+json":
        return Graph().parse(data=answer.content, format=kind)
    said = Dataset(default_union=True)
    said.parse(data=answer.content, format=kind)
    whole = Graph()
    for triple in said.triples((None, None, None)):
        whole.add(triple)
    return whole


def test_a_description_says_what_it_is_itself(client, sha16):
    said = graph_of(client.get(f"/doc/{PROJECT}.ttl"))
    document, thing = URIRef(f"{BASE}doc/{PROJECT}"), URIRef(f"{BASE}id/{PROJECT}")
    assert set(said.objects(document, URIRef(terms.FOAF_primaryTopic))) == {thing}
    assert set(said.objects(document, URIRef(f"{terms.VOID}inDataset"))) == {URIRef(f"{BASE}dataset")}
    assert set(said.objects(document, URIRef(terms.DCTERMS_isPartOf))) == {URIRef(f"{BASE}dataset/000001")}
    assert set(said.objects(document, URIRef(terms.PROV_wasDerivedFrom))) == {URIRef(f"{BASE}id/source/{sha16}")}
    assert (document, URIRef(f"{terms.DCTERMS}license"), None) in said
    assert {word.language for word in said.objects(document, URIRef(terms.DCTERMS_rights))} == {"zh", "en"}
    assert (URIRef(f"{thing}#i1"), URIRef(terms.targetValue), None) in said
    for linked in (f"{BASE}id/org/bdd7i7amlc5hg", f"{BASE}id/{BASIS}", f"{terms.VOCAB}project-category/recurrent"):
        assert set(said.predicates(URIRef(linked), None)) & {URIRef(terms.RDFS_label), URIRef(terms.SKOS_prefLabel)}


def test_pyld_and_rdflib_read_the_same_of_every_kind(client):
    listed = [graph_of(client.get(f"/doc/{kind.name}.ttl")) for kind in kinds.KINDS]
    things = [min(map(str, said.objects(None, URIRef(terms.HYDRA_member))), default=None) for said in listed]
    assert len([*filter(None, things)]) > 5
    for path in (thing.replace(f"{BASE}id/", "/doc/") for thing in things if thing):
        processed = jsonld.to_rdf(client.get(f"{path}.jsonld").json(), {"format": "application/n-quads"})
        assert isomorphic(Graph().parse(data=processed, format="nt"), graph_of(client.get(f"{path}.ttl"))), path


@pytest.mark.parametrize("path", ["source/{}", "quality/filing/{}", "quality/log"])
def test_a_graph_says_its_licence_and_dataset(client, sha16, path):
    address = path.format(sha16)
    for form in ("text/turtle", "application/rdf+xml"):
        answer = client.get(f"/{address}", headers={"Accept": form})
        said = graph_of(answer)
        document = URIRef(f"{BASE}{address}")
        assert [*said.objects(document, DCTERMS.license)] == [URIRef("https://creativecommons.org/licenses/by/4.0/")]
        assert [*said.objects(document, URIRef(terms.VOID_inDataset))] == [URIRef(f"{BASE}dataset")]
        assert {"license", "collection"} <= links(answer).keys()


def test_general_tools_find_bodies_and_documents_and_pages_say_them_once(client):
    project, basis = URIRef(f"{BASE}id/{PROJECT}"), URIRef(f"{BASE}id/{BASIS}")
    said = graph_of(client.get(f"/doc/{PROJECT}.ttl")) + graph_of(client.get(f"/doc/{BASIS}.ttl"))
    assert (
        absent(
            said,
            (basis, RDF.type, URIRef(f"{terms.ELI}LegalResource")),
            (URIRef(f"{BASE}id/org/bdd7i7amlc5hg"), RDF.type, ORG.Organization),
        )
        == []
    )
    assert set(said.objects(project, DCTERMS.references)) == set(said.objects(project, URIRef(terms.cites))) >= {basis}
    pages = [client.get(f"/doc/{path}.html?lang=en").text for path in (PROJECT, BASIS, "org/bdd7i7amlc5hg")]
    assert not any(word in page for page in pages for word in ("Organization<", "LegalResource", "references"))


def links(answer):
    """The Link header: targets and types by relation."""
    found = {}
    for target, rel, kind in re.findall(r'<([^>]*)>; rel="([^"]+)"(?:; type="([^"]+)")?', answer.headers["link"]):
        found.setdefault(rel, []).append((target, kind))
    return found


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (PROJECT, "Project"),
        (BASIS, "Legislation"),
        ("org/bdd7i7amlc5hg", "GovernmentOrganization"),
        ("filing/bdd7i7amlc5hg/2022", "Report"),
    ],
)
def test_signposts(path, schema, client):
    page = client.get(f"/doc/{path}", headers={"Accept": BROWSER})
    found = links(page)
    assert found["describedby"] == [(f"/doc/{path}{suffix}", kind) for suffix, kind in FORMS.items()]
    assert found["cite-as"] == [(f"{BASE}id/{path}", "")]
    assert {"https://schema.org/AboutPage", f"https://schema.org/{schema}"} <= {target for target, _ in found["type"]}
    assert found["license"] == [("https://creativecommons.org/licenses/by/4.0/", "")]
    assert found["collection"] == [(f"{BASE}dataset", "")]
    assert links(client.get(f"/doc/{path}.ttl"))["describes"] == [(f"{BASE}id/{path}", "")]
    assert all(
        f'<link rel="alternate" type="{kind}" href="/doc/{path}{suffix}">' in page.text
        for suffix, kind in FORMS.items()
    )


def test_conditions(client):
    for address in (*HELD, f"/doc/{PROJECT}", f"/doc/{PROJECT}.ttl", "/doc/org.jsonld"):
        whole = client.get(address, headers={"Accept-Encoding": "identity"})
        tag, date = whole.headers["etag"], whole.headers["last-modified"]
        assert not tag.startswith("W/")
        for condition in ({"If-None-Match": tag}, {"If-Modified-Since": date}, {"If-None-Match": "*"}):
            held = client.get(address, headers=condition | {"Accept-Encoding": "identity"})
            assert (held.status_code, held.headers["etag"], held.content) == (304, tag, b"")
        assert client.get(address, headers={"If-Match": '"other"'}).status_code == 412
        both = {"If-None-Match": '"other"', "If-Modified-Since": date}  # of which the first counts
        assert client.get(address, headers=both).status_code == 200
        head = client.head(address, headers={"Accept-Encoding": "identity"})
        assert (head.headers["etag"], head.headers["content-length"]) == (tag, str(len(whole.content)))
        assert head.headers["access-control-allow-origin"] == "*"
    assert client.get(f"/doc/{PROJECT}.ttl").headers["etag"] != client.get(f"/doc/{PROJECT}.nt").headers["etag"]
    assert client.get("/doc/org/none", headers={"If-None-Match": "*"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "org/none", "org/", "org/bdd7i7amlc5hg/", "", "a b<", "..%2F..%2Fetc%2Fpasswd", "org/%2E%2E/org",
        "org%2Fbdd7i7amlc5hg", "%00", "%F0%9F%92%A9", "%FF", "x" * 3000, "org?page=9", f"{BASIS}?page=2", "source/none",
        f"{PROJECT}%23i1", f"{PROJECT}%3Fpage=1",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(path, client):
    before, mark, query = path.partition("?")
    for suffix in ("", *FORMS):
        answer = client.get(f"/doc/{before}{suffix}{mark}{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    page = client.get(f"/doc/{path}", headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (404, "text/html")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory, songjiang, serve):
    """A server over a store with a basis that is cited more often than a page holds, and a project of as many parts."""
    store = Store.create(tmp_path_factory.mktemp("crowded") / "store", BASE)
    cites = [f"<{BASE}id/project/o/{n}/p> <{terms.cites}> <{BASE}id/{BASIS}> .\n" for n in range(CITING)]
    named = [f"<{BASE}id/project/o/{n}/p> <{terms.RDF_type}> <{terms.Project}> .\n" for n in range(CITING)]
    parts = [
        f"<{BASE}id/{PROJECT}> <{terms.hasIndicator}> <{BASE}id/{PROJECT}#i{n}> .\n"
        f'<{BASE}id/{PROJECT}#i{n}> <{terms.targetText}> "{n}" .\n'
        for n in range(3, things.PARTS + 50)
    ]
    more = "".join([*cites, *named, *parts])
    commit(store, replace(songjiang, source_triples=songjiang.source_triples + more.encode()))
    with serve(store) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "pages", "predicate"),
    [(BASIS, 5, terms.cites), (PROJECT, 2, terms.hasIndicator), ("project", 3, f"{terms.HYDRA}member")],
)
def test_pages_together_say_everything_once(path, pages, predicate, crowded):
    address = f"/doc/{path}.nt"
    counts = []
    seen = set()
    while address is not None:
        answer = crowded.get(address)
        said = graph_of(answer)
        here = set(said.subject_objects(URIRef(predicate)))
        assert not here & seen
        seen |= here
        counts.append(len(here))
        (document,) = said.subjects(URIRef(terms.FOAF_primaryTopic), URIRef(f"{BASE}id/{path}"))
        following = [str(iri) for iri in said.objects(document, URIRef(f"{terms.HYDRA}next"))]
        (address, _), *_ = links(answer).get("next", [(None, "")])
        assert [f"{BASE}{address[1:].replace('.nt', '')}"] == following if address else following == []
    assert len(counts) == pages
    totals = said.objects(URIRef(f"{BASE}id/{path}"), URIRef(f"{terms.HYDRA}totalItems"))
    assert [int(str(total)) for total in totals] == [CITING + 2] * (path == "project")
    assert len(seen) == {BASIS: CITING + 2, PROJECT: things.PARTS + 49, "project": CITING + 2}[path]
    assert path != BASIS or 'rel="next"' in crowded.get(f"/doc/{path}", headers={"Accept": BROWSER}).text


REFERRING = f"""SELECT ?other ?property ?thing WHERE {{
  ?other ?property ?thing . FILTER(STRSTARTS(STR(?thing), "{BASE}id/") && !CONTAINS(STR(?thing), "#"))
  FILTER(!STRSTARTS(STR(?other), CONCAT(STR(?thing), "#")))
}}"""


def test_all_that_refers_to_a_thing_is_in_its_description(evaluated):
    with running(evaluated) as client:
        rows = client.get("/sparql", params={"query": REFERRING, "format": "json"}).json()["results"]["bindings"]
    said = {(row["other"]["value"], row["property"]["value"], row["thing"]["value"]) for row in rows}
    of_kind = {thing.removeprefix(f"{BASE}id/").partition("/")[0]: thing for _, _, thing in sorted(said)}
    assert of_kind.keys() > {"org", "place", "filing", "project", "basis", "issuer", "source"}
    assert {name for _, name, _ in said} <= {*pages.REFERRING, terms.DCTERMS_references}
    with running(evaluated) as client:
        for thing in of_kind.values():
            described = graph_of(client.get(f"/doc/{thing.removeprefix(f'{BASE}id/')}.nt"))
            told = {(str(s), str(p), str(o)) for s, p, o in described if not str(s).startswith(f"{thing}#")}
            assert {each for each in said if each[2] == thing} == {each for each in told if each[2] == thing} - {
                each for each in told if each[0].startswith(f"{BASE}doc/")
            }
            page = client.get(f"/doc/{thing.removeprefix(f'{BASE}id/')}?lang=en", headers={"Accept": BROWSER}).text
            links = {link.removeprefix("/doc/").removeprefix("/id/") for link in re.findall(r'href="(/[^?"#]*)', page)}
            others = {each[0].removeprefix(f"{BASE}id/").partition("#")[0] for each in said if each[2] == thing}
            # The page of a project shows what stewards decided with its findings.
            assert not {each for each in others if "/graph/" not in each and not each.startswith("decision/")} - links


def test_merged_and_withdrawn(own):
    """Make one of two bodies, and withdraw a source."""
    songjiang = next(record.sha16 for record in own.sources() if record.file_name == "songjiang.txt")
    with committing(own) as batch:
        same = {terms.keeps: NamedNode(f"{BASE}id/{KEPT}"), terms.merges: NamedNode(f"{BASE}id/{MERGED}")}
        batch.decide(terms.Identification, same | why("同一个单位"), "合并")
        batch.withdraw(songjiang, "重复")
    with running(own) as merged:
        for address in ("/id/{}", "/doc/{}", "/doc/{}.ttl", "/doc/{}.html"):
            answer = merged.get(address.format(MERGED), headers={"Accept": "*/*"})
            assert (answer.status_code, answer.headers["location"]) == (301, address.format(KEPT))
        assert merged.get(f"/doc/{KEPT}.ttl").status_code == 200
        for path in (PROJECT, "filing/bdd7i7amlc5hg/2022"):
            assert merged.get(f"/doc/{path}", headers={"Accept": BROWSER}).status_code == 410
            gone = replied(410, merged.get(f"/doc/{path}.ttl"), "重复")
            assert gone.headers["content-type"] == "application/problem+json"


NOW = "org/bdd7i7amlc5hg"
FORMER = "org/2222222222222"
MOVED = [("id", ""), ("doc", ""), ("doc", ".ttl")]
"""Kinds of addresses, and their suffixes."""


def test_former_addresses_lead_to_present_ones(own):
    (own.path / "moved.tsv").write_text(f"id/{FORMER}\tid/{NOW}\n", encoding="ascii")
    leading = {f"/{kind}/{FORMER}{suffix}": f"/{kind}/{NOW}{suffix}" for kind, suffix in MOVED}
    with running(own) as client:
        for path, present in leading.items():
            answer = client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, present)
        # Parameters survive each redirect.
        for path in (*leading, f"/id/{NOW}"):
            location = client.get(path, params={"evidence": "1", "lang": "en"}).headers["location"]
            assert location.endswith(("?evidence=1", "?evidence=1&lang=en")), location
