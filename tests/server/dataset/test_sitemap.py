"""Ways for robots and subscribers: robots.txt, sitemaps, and new, changed and withdrawn filings as a feed."""

import re
from dataclasses import replace
from urllib.robotparser import RobotFileParser

import httpx
from lxml import etree

from jixiao.ontology import terms
from jixiao.server.dataset import sitemap
from jixiao.store import Origin, Store
from tests.server.conftest import BASE, deposit, running
from tests.support.pages import absent
from tests.support.writing import committing

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(client, path, outer="urlset", inner="url"):
    """The addresses of a file, which has nothing else in it than the protocol knows."""
    answered = client.get(path)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/xml")
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


def members(store):
    generation = store.current()
    kinds = (terms.Department, terms.LegalBasis, terms.Filing, terms.Project, terms.ProjectSeries, terms.SourceDocument)
    return {iri for kind in kinds for iri in generation.members(kind, 0, 10_000)}


def test_everything_is_listed_on_the_host_that_was_asked(store, client):
    here = str(client.base_url).rstrip("/")
    found = listed(client, "/sitemap.xml")
    assert all(address.startswith(f"{here}/") for address in found)
    things = {iri.replace("http://localhost:8000/id/", f"{here}/doc/") for iri in members(store)}
    assert things <= set(found)
    assert len(things) > 8
    assert {client.get(httpx.URL(address).path).status_code for address in found[::3]} == {200}
    assert {f"{here}/source/{record.sha16}" for record in store.sources() if record.live} <= set(found)
    assert {f"{here}/dataset", f"{here}/dataset/000001", f"{here}/ontology", f"{here}/views/projects"} <= set(found)


def test_many_addresses_are_listed_in_parts(store, client, monkeypatch):
    whole = set(listed(client, "/sitemap.xml"))
    monkeypatch.setattr(sitemap, "MOST", 3)
    parts = listed(client, "/sitemap.xml", "sitemapindex", "sitemap")
    found = [address for part in parts for address in listed(client, httpx.URL(part).path)]
    assert (set(found), len(found)) == (whole, len(whole))
    of_things = [part for part in parts if "pages" not in part]
    assert all(len(listed(client, httpx.URL(part).path)) <= 3 for part in of_things)


def test_robots_may_read_pages_and_not_ask_queries(client):
    said = client.get("/robots.txt")
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {str(client.base_url).rstrip('/')}/sitemap.xml" in said.text
    rules = RobotFileParser()
    rules.parse(said.text.splitlines())
    for path in ("/", "/doc/org", "/dataset", "/source/0123456789abcdef", "/views", "/views/projects", "/ontology"):
        assert rules.can_fetch("*", path), path
    assert not rules.can_fetch("*", "/sparql?query=ASK{}")


def test_site_below_a_path_lists_addresses_below_it(serve, store):
    with serve(store, root_path="/data") as client:
        found = listed(client, "/data/sitemap.xml")
        assert all(address.startswith(f"{str(client.base_url).rstrip('/')}/data/") for address in found)
        assert absent(client.get("/data/robots.txt").text, "Disallow: /data/sparql", "/data/sitemap.xml") == []
        assert client.get("/data/dataset/dump.nq.gz").headers["content-location"].startswith("/data/dataset/000001/")


ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://www.example.gov.cn/a.pdf?id=1&n=2"


def entries(client):
    answered = client.get("/dataset/changes.atom?lang=en")
    assert answered.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert (
        client.get("/dataset/changes.atom?lang=en", headers={"If-None-Match": answered.headers["etag"]}).status_code
        == 304
    )
    feed = etree.fromstring(answered.content)
    required = {f"{ATOM}{name}" for name in ("id", "title", "updated", "link")}
    assert required | {f"{ATOM}author"} <= {child.tag for child in feed}
    found = feed.findall(f"{ATOM}entry")
    assert all(required <= {child.tag for child in entry} for entry in found)
    return found


def said(entry, name):
    return entry.findtext(f"{ATOM}{name}") or ""


def test_sources_with_their_filings_and_addresses(tmp_path, filled, songjiang):
    store, minhang = filled(tmp_path / "store"), deposit("minhang")
    with committing(store) as batch:
        batch.locate(songjiang.sha16, [Origin(ADDRESS)])
        batch.withdraw(minhang.sha16, "重复")
    with running(store) as client:
        found = {said(entry, "id").rpartition("/")[2]: entry for entry in entries(client)}
        first, second = found[minhang.sha16], found[songjiang.sha16]
        here = str(client.base_url).rstrip("/")
        assert said(first, "id").startswith(BASE)
        assert said(first, "title").startswith("withdrawn: ")
        assert "松江区" in said(second, "title")
        assert said(second, "title").endswith("2022")
        links = {link.get("rel"): link.get("href") for link in second.findall(f"{ATOM}link")}
        assert links["alternate"] == f"{here}/source/{songjiang.sha16}"
        assert ADDRESS in [link.get("href") for link in second.findall(f"{ATOM}link[@rel='via']")]
        assert absent(client.get("/dataset?lang=en").text, "/dataset/changes.atom", 'href="/dataset/changes') == []
        listed = client.get("/dataset/changes").json()["changes"]
        events = {each["source"].rpartition("/")[2]: each for each in listed}
        assert (len(listed), events[minhang.sha16]["event"]) == (len(found), "withdrawn")
        told = events[songjiang.sha16]
        assert (told["event"], told["addresses"][0], told["replaces"]) == ("new", ADDRESS, [])
        [filing] = told["filings"]
        assert ("松江区" in filing["body"], filing["year"]) == (True, "2022")
        page = client.get("/dataset/changes?format=html&lang=en").text
        path = filing["iri"].removeprefix(BASE)
        assert absent(page, f"/{path}", f"/source/{songjiang.sha16}") == []
        assert f"/source/{minhang.sha16}" not in page
        titles = re.findall(r'<tr><td data-label="">(.*?)</td>', page)
        assert (len(titles), f'href="/{path}' in "".join(titles)) == (len(found), True), "a row is titled by its filing"


def test_self_evaluations_of_a_source_are_counted(of_evaluated):
    changes = of_evaluated.get("/dataset/changes", params={"format": "json"}).json()["changes"]
    assert {each["file_name"]: (each["projects"], each["evaluations"]) for each in changes}["evaluations.txt"] == (0, 2)
    assert "evaluations.txt, 0 projects, 2 self-evaluations" in of_evaluated.get("/dataset/changes.atom?lang=en").text
    page = of_evaluated.get("/dataset/changes?lang=en", headers={"Accept": "text/html"}).text
    assert '<td class="num" data-label="Self-evaluations">2</td>' in page
    home = of_evaluated.get("/?lang=en", headers={"Accept": "text/html"}).text
    assert "projects and 2 self-evaluations in 3 source files" in home
    assert "个项目和 2 份自评，" in of_evaluated.get("/?lang=zh", headers={"Accept": "text/html"}).text
    current = of_evaluated.get("/dataset/changes", params={"format": "json"}).json()["dataset_version"]
    version = of_evaluated.get(f"/dataset/{current}?lang=en", headers={"Accept": "text/html"}).text
    assert re.search(r"<dt>self-evaluations</dt>\s*<dd[^>]*>2</dd>", version)


def test_a_name_of_a_file_turns_no_text_around(tmp_path):
    """The name as an older version kept it."""
    store = Store.create(tmp_path / "s", BASE)
    with committing(store) as batch:
        batch.add(replace(deposit("songjiang"), file_name="a\u202etxt.exe\u2066\x1b[31m\n.txt"))
    with running(store) as client:
        sha16 = deposit("songjiang").sha16
        paths = ("dataset/changes.atom", "dataset/changes", "dataset/000001", f"source/{sha16}", f"doc/source/{sha16}")
        for path in paths:
            text = client.get(f"/{path}", headers={"Accept": "text/html,*/*;q=0.1"}).raise_for_status().text
            assert "a\ufffdtxt.exe\ufffd\ufffd[31m\ufffd.txt" in text, path
            assert not {*"\u202e\u2066\x1b"} & {*text}, path
        etree.fromstring(client.get("/dataset/changes.atom").content)
