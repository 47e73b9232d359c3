"""/dataset and its versions over HTTP: every form says the same, and what stands there is true of the store.

Citations of the dataset, of a version, of an answer and of one fact with its line, in the forms that papers need.
"""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.server.editions.lookups import Seen
from jixiao.store.description import dcat
from tests.server.conftest import BASE
from tests.support.pages import absent, replied
from tests.support.writing import dump

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"


def triples(client, path):
    return [quad.triple for quad in parse(replied(200, client.get(path)).content, format=RdfFormat.TURTLE)]


def test_description_states_what_guides_for_publishers_ask_for(client):
    """W3C: Data on the Web Best Practices 1 to 8, DCAT 3, VoID."""
    asked = {
        terms.PREFIXES["dcterms"]: "title description publisher license rights issued modified language spatial "
        "temporal accrualPeriodicity conformsTo",
        DCAT: "keyword theme contactPoint distribution version landingPage hasCurrentVersion",
        VOID: "triples entities uriSpace sparqlEndpoint dataDump vocabulary classPartition propertyPartition "
        "exampleResource rootResource",
    }
    of_file = {f"{DCAT}{name}" for name in ("downloadURL", "mediaType", "byteSize")} | {terms.DCTERMS_format}
    said = triples(client, "/dataset.ttl")
    of_dataset = {t.predicate.value for t in said if t.subject == NamedNode(f"{BASE}dataset")}
    assert {before + name for before, names in asked.items() for name in names.split()} - of_dataset == set()
    for file in [t.subject for t in said if t.predicate.value == f"{DCAT}downloadURL"]:
        assert of_file <= {t.predicate.value for t in said if t.subject == file}


def test_links_lead_on(client):
    page = client.get("/dataset", headers={"Accept": "text/html"})
    links = re.findall(r'<([^>]*)>; rel="([a-z-]+)"(?:; type="([^"]*)")?', page.headers["link"])
    relations = {relation for _, relation, _ in links}
    assert {"describedby", "license", "cite-as", "item", "type", "canonical"} <= relations
    for target, relation, media_type in links:
        if target.startswith("/") and relation in ("describedby", "item", "sitemap", "canonical"):
            there = replied(200, client.get(target, headers={"Accept": media_type or "text/html"}))
            assert there.headers["content-type"].split(";")[0] == (media_type or "text/html"), target
    (cited,) = (target for target, relation, _ in links if relation == "cite-as")
    assert client.get(cited.removeprefix(BASE.rstrip("/"))).status_code == 200


def test_pages_of_old_versions_link_to_nothing_that_is_gone(sha16, of_grown):
    page = of_grown.get("/dataset/000001", headers={"Accept": "text/html"}).text
    assert "songjiang.txt" in page
    for address in set(re.findall(r'href="(/(?:source|id|graph)/[^"#]*)', page)):
        assert of_grown.get(address, follow_redirects=True).status_code == 200, address
    assert f'href="/source/{sha16}"' not in page


def test_page_carries_what_search_engines_read(client):
    for path in ("/dataset", "/dataset/000001"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        said = json.loads(block)
        assert said["@type"] == "Dataset"
        assert len(said["description"]) > 50
        assert {"name", "description", "license"} <= said.get("isPartOf", said).keys()
        assert {"name", "license", "creator", "distribution", "version", "temporalCoverage"} <= said.keys()
        for file in said["distribution"]:
            assert client.head(file["contentUrl"].removeprefix(BASE.rstrip("/"))).status_code == 200


def test_publishers_words_count_at_once(own, serve):
    with serve(own) as client:
        before = client.get("/dataset.ttl")
        words = (
            'license = "https://creativecommons.org/publicdomain/zero/1.0/"\n[title]\nzh = "新名"\nen = "A new name"\n'
        )
        (own.path / "dataset.toml").write_text(words, encoding="utf-8")
        replied(200, client.get("/dataset.ttl", headers={"If-None-Match": before.headers["etag"]}), "A new name")
        later = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
        os.utime(own.path / "dataset.toml", (later, later))
        stale = {"If-Modified-Since": before.headers["last-modified"]}
        assert all(client.get(path, headers=stale).status_code == 200 for path in ("/dataset.ttl", "/doc/org.ttl"))
        assert "publicdomain/zero" in client.get("/views/projects", headers={"Accept": "text/csv"}).headers["link"]
        assert "publicdomain/zero" in client.get("/sparql", params={"query": "ASK {}"}).headers["link"]


def test_answers_name_licence_version_and_sources(store, client):
    version = f"{BASE}dataset/000001"
    for path in ("/views/projects?format=json", "/quality/findings?format=json"):
        answered = client.get(path)
        body = answered.json()
        assert (body["version"], body["license"]) == (version, store.publisher().license)
        assert (set(body["rights"]), set(body["sources"])) == ({"zh", "en"}, {row["source"] for row in body["rows"]})
        assert f'<{version}>; rel="cite-as"' in answered.headers["link"]
    assert "sources" not in client.get("/views/legal-bases?format=json").json()
    for headers in ({"Accept": "text/csv"}, {"Accept": "text/html"}):
        for path in ("/views/projects", "/sparql?query=SELECT*{?s a ?c}LIMIT 1"):
            links = client.get(path, headers=headers).headers["link"]
            assert 'rel="license"' in links, (path, headers)
            assert f'<{version}>; rel="cite-as"' in links
    assert (
        'href="/dataset/cite?of=/views/projects&amp;lang=zh"'
        in client.get("/views/projects", headers={"Accept": "text/html"}).text
    )


def test_the_well_known_address_leads_to_the_description(client):
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dataset")


def test_a_description_and_its_tag_are_of_one_moment(own):
    for path in own.present().path.glob("dump*"):
        path.unlink()
    (record,) = own.versions()
    seen = Seen.of(record)
    dump(own)  # as another process may, between the tag and the body
    assert (seen.dumps, seen.dumped) == ((), None)
    assert not any(record.dumps[0].name in str(triple) for triple in dcat.dataset(own.publisher(), [seen]))
    later = Seen.of(record)
    assert later.dumps == record.dumps
    assert any(record.dumps[0].name in str(triple) for triple in dcat.dataset(own.publisher(), [later]))


PROJECT = "id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"


def test_dataset_is_cited_by_its_current_version(store, client):
    manifest = store.versions()[0].manifest
    zh, en = client.get("/dataset/cite.txt").text.strip().split("\n")
    for line in (zh, en):
        assert absent(line, "/dataset/000001", manifest.checksum, manifest.created[:10]) == []
    assert store.publisher().title.zh in zh
    assert store.publisher().title.en in en
    (item,) = client.get("/dataset/cite.csl").json()
    assert (item["type"], item["URL"]) == ("dataset", "/dataset/000001")
    assert item["issued"]["date-parts"] == [[int(part) for part in manifest.created[:10].split("-")]]
    bib = client.get("/dataset/cite.bib")
    assert bib.headers["content-type"] == "application/x-bibtex"
    assert re.fullmatch(r"@misc\{jixiao-000001,\n(  \w+ = \{.*\},\n)+\}\n", bib.text)
    assert bib.text.count("{") == bib.text.count("}")


def test_an_earlier_version_is_cited_as_itself(grown, of_grown):
    assert "/dataset/000002" in of_grown.get("/dataset/cite.txt").text
    for of in ("/dataset/000001", f"{BASE}dataset/000001"):
        text = of_grown.get("/dataset/cite.txt", params={"of": of}).text
        assert absent(text, "/dataset/000001", grown.versions()[1].manifest.checksum) == []


@pytest.mark.parametrize(
    ("of", "more", "said"),
    [
        (
            f"/views/projects-citing?number={quote('松委发（2009）97号')}",
            "version=000001",
            "发文字号：松委发（2009）97号",
        ),
        (f"/tables/projects?name.contains={quote('培训')}&year.is=2022&year.is=2024", "version=000001", "2022"),
        (f"/views/indicator-library?text={quote('培训人次')}", "version=000001", "Indicator library"),
        (f"/compare?a=/{PROJECT}&b=/id/project/5kejufee62q5e/2023/jj5q2bc2mirsu", "", "Compare"),
    ],
)
def test_an_answer_is_cited_with_its_parameters(of, more, said, client):
    [item] = client.get("/dataset/cite.csl", params={"of": f"{of}&format=csv"}).json()
    assert item["URL"] == f"{of}&{more}".rstrip("&")
    assert client.get("/dataset/cite.csl", params={"of": item["URL"]}).json() == [item]
    assert client.get(item["URL"]).status_code == 200
    assert said in client.get("/dataset/cite.txt", params={"of": of}).text


def test_files_of_a_citation_are_in_the_language_of_their_address(client):
    of = {"of": "/views/projects?year=2022"}
    files = [client.get("/dataset/cite.bib", params=of | lang).text for lang in ({}, {"lang": "en"})]
    assert ["version 000001" in file for file in files] == [False, True]
    assert not re.search("[一-鿿]", files[1])
    (item,) = client.get("/dataset/cite.csl", params=of | {"lang": "en"}).json()
    assert item["language"] == "en"


@pytest.mark.parametrize(
    ("cited", "fact"),
    [
        (f"/{PROJECT}", f"/{PROJECT}"),
        (f"{BASE}{PROJECT}#i1", f"/{PROJECT}#i1"),
        (f"/doc/{PROJECT.removeprefix('id/')}#c1", f"/doc/{PROJECT.removeprefix('id/')}#c1"),
        (f"/{PROJECT}?property=annualRequest", f"/{PROJECT}"),
        ("/id/a b\r\nSet-Cookie: c", "/id/a"),
        ("/id/%0d%0aSet-Cookie:c", "/id/%0D%0ASet-Cookie%3Ac"),
    ],
)
def test_a_fact_is_cited_by_its_own_address(cited, fact, client):
    answer = client.get("/dataset/cite.txt", params={"of": cited}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, fact)


def test_page_shows_all_of_them(client):
    page = client.get("/dataset/cite", params={"of": "/views/projects"}, headers={"Accept": "text/html"}).text
    assert absent(page, "@misc{jixiao-000001,", "[DB/OL]", "/dataset/cite.bib?of=/views/projects") == []
