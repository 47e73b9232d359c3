"""New, changed and withdrawn filings: the page, JSON and the feed."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
from lxml import etree

from jixiao.server.settings import Settings
from jixiao.store import Deposit, Origin, Store
from tests.server.conftest import BASE, deposit, running

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://www.example.gov.cn/a.pdf?id=1&n=2"


def entries(client: httpx.Client) -> list[etree._Element]:
    answered = client.get("/dataset/changes.atom?lang=en")
    assert answered.headers["content-type"] == "application/atom+xml"
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


def said(entry: etree._Element, name: str) -> str:
    return entry.findtext(f"{ATOM}{name}") or ""


def test_sources_with_their_filings_and_addresses(
    tmp_path: Path, filled: Callable[[Path], Store], songjiang: Deposit
) -> None:
    store, minhang = filled(tmp_path / "store"), deposit("minhang")
    with store.writing() as batch:
        batch.locate(songjiang.sha16, [Origin(ADDRESS)])
        batch.withdraw(minhang.sha16, "重复")
        batch.commit()
    with running(Settings(store=store.path)) as client:
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
        assert "/dataset/changes.atom" in client.get("/dataset?lang=en").text
        assert 'href="/dataset/changes' in client.get("/dataset?lang=en").text
        listed = client.get("/dataset/changes").json()["changes"]
        events = {each["source"].rpartition("/")[2]: each for each in listed}
        assert (len(listed), events[minhang.sha16]["event"]) == (len(found), "withdrawn")
        told = events[songjiang.sha16]
        assert (told["event"], told["addresses"][0], told["replaces"]) == ("new", ADDRESS, [])
        [filing] = told["filings"]
        assert ("松江区" in filing["body"], filing["year"]) == (True, "2022")
        page = client.get("/dataset/changes?format=html&lang=en").text
        path = filing["iri"].removeprefix(BASE)
        assert f"/{path}" in page
        assert f"/source/{songjiang.sha16}" in page
        assert f"/source/{minhang.sha16}" not in page


def test_self_evaluations_of_a_source_are_counted(of_evaluated: httpx.Client) -> None:
    changes = of_evaluated.get("/dataset/changes", params={"format": "json"}).json()["changes"]
    assert {each["file_name"]: (each["projects"], each["evaluations"]) for each in changes}["evaluations.txt"] == (0, 2)
    assert "evaluations.txt, 0 projects, 2 self-evaluations" in of_evaluated.get("/dataset/changes.atom?lang=en").text
    page = of_evaluated.get("/dataset/changes?lang=en", headers={"Accept": "text/html"}).text
    assert '<td class="num" data-label="Self-evaluations">2</td>' in page
    home = of_evaluated.get("/?lang=en", headers={"Accept": "text/html"}).text
    assert "projects and 2 self-evaluations in 3 files" in home
    assert "个项目和 2 份自评，" in of_evaluated.get("/?lang=zh", headers={"Accept": "text/html"}).text
    version = of_evaluated.get(f"/dataset/{_current(of_evaluated)}?lang=en", headers={"Accept": "text/html"}).text
    assert re.search(r"<dt>self-evaluations</dt>\s*<dd[^>]*>2</dd>", version)


def _current(client: httpx.Client) -> str:
    return str(client.get("/dataset/changes", params={"format": "json"}).json()["dataset_version"])
