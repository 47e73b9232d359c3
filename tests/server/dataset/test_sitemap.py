"""robots.txt and sitemaps: every address in them is there, on the host that was asked and below its path."""

from urllib.robotparser import RobotFileParser

import httpx
import pytest
from lxml import etree

from jixiao.ontology import terms
from jixiao.server.dataset import sitemap
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.server.conftest import Serve

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(client: httpx.Client, path: str, outer: str = "urlset", inner: str = "url") -> list[str]:
    """The addresses of a file, which has nothing else in it than the protocol knows."""
    answered = client.get(path)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "application/xml"
    root = etree.fromstring(answered.content)
    assert root.tag == SPACE + outer
    found = []
    for entry in root:
        assert entry.tag == SPACE + inner
        assert [child.tag for child in entry] == [f"{SPACE}loc", f"{SPACE}lastmod"]
        found.append(entry[0].text or "")
        assert len(entry[1].text or "") == len("2026-01-01")
    assert len(found) == len(set(found))
    assert all(len(address) < 2048 for address in found)
    return found


def members(store: Store) -> set[str]:
    generation = store.current()
    kinds = (terms.Department, terms.LegalBasis, terms.Filing, terms.Project, terms.ProjectSeries, terms.SourceDocument)
    return {iri for kind in kinds for iri in generation.members(kind, 0, 10_000)}


def test_everything_is_listed_on_the_host_that_was_asked(store: Store, client: httpx.Client) -> None:
    here = str(client.base_url).rstrip("/")
    found = listed(client, "/sitemap.xml")
    assert all(address.startswith(f"{here}/") for address in found)
    things = {iri.replace("http://localhost:8000/id/", f"{here}/doc/") for iri in members(store)}
    assert things <= set(found)
    assert len(things) > 8
    assert {client.get(httpx.URL(address).path).status_code for address in found} == {200}
    assert {f"{here}/source/{record.sha16}" for record in store.sources() if record.live} <= set(found)
    assert {f"{here}/dataset", f"{here}/dataset/000001", f"{here}/ontology", f"{here}/views/projects"} <= set(found)


def test_many_addresses_are_listed_in_parts(
    store: Store, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = set(listed(client, "/sitemap.xml"))
    monkeypatch.setattr(sitemap, "MOST", 3)
    parts = listed(client, "/sitemap.xml", "sitemapindex", "sitemap")
    found = [address for part in parts for address in listed(client, httpx.URL(part).path)]
    assert set(found) == whole
    assert len(found) == len(whole)
    of_things = [part for part in parts if "pages" not in part]
    assert all(len(listed(client, httpx.URL(part).path)) <= 3 for part in of_things)
    for path in ("/sitemap-project-99.xml", "/sitemap-project-0.xml", "/sitemap-what-1.xml", "/sitemap-project-x.xml"):
        assert client.get(path).status_code == 404


def test_robots_may_read_pages_and_not_ask_queries(client: httpx.Client) -> None:
    said = client.get("/robots.txt")
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {str(client.base_url).rstrip('/')}/sitemap.xml" in said.text
    rules = RobotFileParser()
    rules.parse(said.text.splitlines())
    for path in ("/", "/doc/org", "/dataset", "/source/0123456789abcdef", "/views", "/views/projects", "/ontology"):
        assert rules.can_fetch("*", path), path
    assert not rules.can_fetch("*", "/sparql?query=ASK{}")


def test_site_below_a_path_lists_addresses_below_it(serving: Serve, store: Store) -> None:
    with serving(Settings(store=store.path, access_log="", root_path="/data", quick_seats=1, heavy_seats=1)) as client:
        found = listed(client, "/data/sitemap.xml")
        assert all(address.startswith(f"{str(client.base_url).rstrip('/')}/data/") for address in found)
        said = client.get("/data/robots.txt").text
        assert "Disallow: /data/sparql" in said
        assert "/data/sitemap.xml" in said
        page = client.get("/data/dataset", headers={"Accept": "text/html"})
        assert '</data/dataset.ttl>; rel="describedby"' in page.headers["link"]
        assert 'href="/data/dataset/000001/dump.nq.gz"' in page.text
        assert client.get("/data/dataset/dump.nq.gz").headers["content-location"].startswith("/data/dataset/000001/")
        cited = client.get("/data/dataset/cite.txt", params={"of": "/data/dataset/000001"})
        assert "http://localhost:8000/dataset/000001" in cited.text
