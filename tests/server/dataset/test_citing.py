"""Citations of the dataset, a version, a view's answer, one fact with its line, in the forms that papers need."""

import re
from urllib.parse import quote

import httpx
import pytest

from jixiao.store import Store

BASE = "http://localhost:8000/"
PROJECT = "id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"


def test_dataset_is_cited_by_its_current_version(store: Store, client: httpx.Client) -> None:
    manifest = store.versions()[0].manifest
    text = client.get("/dataset/cite.txt").text
    zh, en = text.strip().split("\n")
    for line in (zh, en):
        assert f"{BASE}dataset/000001" in line
        assert manifest.checksum in line
        assert manifest.created[:10] in line
    assert store.publisher().title.zh in zh
    assert store.publisher().title.en in en
    (item,) = client.get("/dataset/cite.csl").json()
    assert item["type"] == "dataset"
    assert item["URL"] == f"{BASE}dataset/000001"
    assert item["issued"]["date-parts"] == [[int(part) for part in manifest.created[:10].split("-")]]
    bib = client.get("/dataset/cite.bib")
    assert bib.headers["content-type"] == "application/x-bibtex"
    assert re.fullmatch(r"@misc\{jixiao-000001,\n(  \w+ = \{.*\},\n)+\}\n", bib.text)
    assert bib.text.count("{") == bib.text.count("}")


def test_forms_are_negotiated(client: httpx.Client) -> None:
    for suffix, media_type in (("bib", "application/x-bibtex"), ("txt", "text/plain"), ("html", "text/html")):
        by_suffix = client.get(f"/dataset/cite.{suffix}")
        assert by_suffix.headers["content-type"].split(";")[0] == media_type
        assert client.get("/dataset/cite", headers={"Accept": media_type}).content == by_suffix.content
        assert client.get("/dataset/cite", params={"format": suffix}).content == by_suffix.content
    assert client.get("/dataset/cite.pdf").status_code == 404
    assert client.get("/dataset/cite", headers={"Accept": "image/png"}).status_code == 406


def test_an_earlier_version_is_cited_as_itself(grown: Store, of_grown: httpx.Client) -> None:
    assert f"{BASE}dataset/000002" in of_grown.get("/dataset/cite.txt").text
    for of in ("/dataset/000001", f"{BASE}dataset/000001"):
        text = of_grown.get("/dataset/cite.txt", params={"of": of}).text
        assert f"{BASE}dataset/000001" in text
        assert grown.versions()[1].manifest.checksum in text


def test_answer_is_cited_with_its_parameters(client: httpx.Client) -> None:
    view = "/views/projects-citing?number=" + quote("松委发（2009）97号") + "&format=csv"
    (item,) = client.get("/dataset/cite.csl", params={"of": view}).json()
    asked = f"/views/projects-citing?number={quote('松委发（2009）97号')}&version=000001"
    assert item["URL"] == str(client.base_url).rstrip("/") + asked
    assert client.get(asked).status_code == 200
    (again,) = client.get("/dataset/cite.csl", params={"of": item["URL"]}).json()
    assert again == item
    assert "发文字号：松委发（2009）97号" in client.get("/dataset/cite.txt", params={"of": view}).text
    assert client.get("/dataset/cite", params={"of": "/views/projects-citing"}).status_code == 400
    assert client.get("/dataset/cite", params={"of": "/views/nothing"}).status_code == 404


@pytest.mark.parametrize(
    ("of", "title"),
    [
        ("/indicators", "Indicator library"),
        ("/indicators?text=" + quote("培训人次") + "&format=csv", "Indicator library"),
        (f"/compare?a=/{PROJECT}&b=/{PROJECT}", "Compare"),
    ],
)
def test_page_of_indicators_or_a_comparison_is_cited(of: str, title: str, client: httpx.Client) -> None:
    (item,) = client.get("/dataset/cite.csl", params={"of": of}).json()
    assert item["URL"] == str(client.base_url).rstrip("/") + of.removesuffix("&format=csv")
    assert title in client.get("/dataset/cite.txt", params={"of": of}).text


@pytest.mark.parametrize("fragment", ["", "#i1", "#c1"])
def test_fact_is_cited_with_the_line_of_its_source(fragment: str, client: httpx.Client) -> None:
    for before in ("/", BASE, "/doc"):
        of = before + (PROJECT if before != "/doc" else PROJECT.removeprefix("id")) + fragment
        text = client.get("/dataset/cite.txt", params={"of": of}).text
        assert f"{BASE}{PROJECT}{fragment}" in text
        assert re.search(r"songjiang\.txt 第 \d+ 行", text), text
        assert re.search(r"songjiang\.txt, line \d+", text)


@pytest.mark.parametrize(
    ("of", "status"),
    [
        ("/id/project/nothing", 404),
        ("/id/<>", 404),
        ("/dataset/000009", 404),
        ("/elsewhere", 400),
        ("https://example.org/dataset/000001", 400),
    ],
)
def test_what_is_not_here_is_not_cited(of: str, status: int, client: httpx.Client) -> None:
    refused = client.get("/dataset/cite", params={"of": of}, headers={"Accept": "application/json, text/plain;q=0.5"})
    assert refused.status_code == status
    assert refused.json()["detail_zh"]


def test_a_cited_value_is_stated_and_files_are_in_the_language_of_their_address(client: httpx.Client) -> None:
    of = {"of": f"/{PROJECT}", "property": "annualRequest"}
    zh, en = client.get("/dataset/cite.txt", params=of).text.strip().split("\n")
    assert "：年度资金申请总额 = 400,000 元" in zh
    assert "annual request = 400,000 yuan" in en
    files = [client.get("/dataset/cite.bib", params=of | lang).text for lang in ({}, {"lang": "en"})]
    assert ["version 000001" in each for each in files] == [False, True]
    assert not re.search("[一-鿿]", re.sub("业务培训|中国人民政治协商会议上海市松江区委员会办公室", "", files[1]))
    (item,) = client.get("/dataset/cite.csl", params=of | {"lang": "en"}).json()
    assert item["language"] == "en"
    assert "line" in item["locator"]


def test_page_shows_all_of_them(client: httpx.Client) -> None:
    page = client.get("/dataset/cite", params={"of": f"/{PROJECT}"}, headers={"Accept": "text/html"}).text
    assert "@misc{jixiao-000001," in page
    assert "[DB/OL]" in page
    assert f"/dataset/cite.bib?of=/{PROJECT}" in page
