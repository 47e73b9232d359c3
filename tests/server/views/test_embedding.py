"""Views in frames of other sites: of those that the setting names, and no others; nothing else of the site."""

from collections.abc import Iterator

import httpx
import pytest

from jixiao.server.settings import SettingsError, read
from jixiao.store import Store
from tests.server.conftest import Serve

SITE = "https://news.example.org"


@pytest.fixture(scope="module")
def opened(store: Store, serving: Serve) -> Iterator[httpx.Client]:
    settings = read(None, {"store": store.path, "embed_from": f"{SITE}, http://localhost:8080", "quick_seats": 1})
    with serving(settings) as client:
        yield client


def test_a_view_stands_in_frames_of_the_sites_named(opened: httpx.Client) -> None:
    page = opened.get("/embed/projects?lang=en")
    assert page.status_code == 200
    assert f"frame-ancestors {SITE} http://localhost:8080" in page.headers["Content-Security-Policy"]
    assert "<form" not in page.text
    assert "<script" not in page.text
    assert 'href="/views/projects' in page.text
    assert "业务培训" in page.text or "政协会议" in page.text
    assert "The first 1 of " in opened.get("/embed/projects?limit=1&lang=en").text


def test_no_other_page_stands_in_a_frame(opened: httpx.Client) -> None:
    for address in ("/views/projects", "/", "/sparql"):
        policy = opened.get(address, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy


def test_faults_are_told(opened: httpx.Client) -> None:
    assert opened.get("/embed/nothing").status_code == 404
    assert opened.get("/embed/projects?colour=red").status_code == 400
    assert opened.get("/embed/projects-citing").status_code == 400
    assert opened.get("/embed/projects-citing?number=松委发〔1999〕97号&lang=en").status_code == 200


def test_embedding_is_off_unless_it_is_set(client: httpx.Client) -> None:
    refused = client.get("/embed/projects")
    assert refused.status_code == 404
    assert "does not allow" in refused.text


@pytest.mark.parametrize(
    "wrong", ["example.org", "https://a.example/path", "*, https://a.example", "'none'", "https://a b"]
)
def test_a_wrong_site_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="embed-from"):
        read(None, {"embed_from": wrong})
