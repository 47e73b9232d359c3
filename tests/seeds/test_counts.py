"""A count that is a link is the number of rows behind it, on every page of the real filings that lists lead to."""

import re
from pathlib import Path
from urllib.parse import urldefrag

import lxml.html
import pytest

from jixiao.store import Store
from tests.server.conftest import running

FILINGS = Path(__file__).parents[3] / "shared" / "filings"
PAGES = (
    "/",
    "/charts",
    "/views/by-year",
    "/views/provinces",
    "/views/projects",
    "/doc/org",
    "/doc/place",
    "/doc/basis",
)
QUESTIONS = ("/ask?q=松江", "/ask?q=2022年的项目", "/ask?q=projects by place", "/ask?q=2021年火星的项目")
LISTS = re.compile(r"/(views|tables|doc|ask|charts)\b")
COUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+)(?: (?:个|条|份|行|组|处)|\)?$| [a-z]+\b)")
MOST = 16


def followed(client):
    """Yield a page, an address that it links to, the count in the link, and the numbers of rows and projects there."""
    pages, seen = [*PAGES, *QUESTIONS], set[str]()
    for page in pages:
        text = client.get(page, headers={"Accept": "text/html"}).text
        for link in lxml.html.fromstring(text).iterfind(".//main//a"):
            address, said = urldefrag(link.get("href", "")).url, " ".join(link.text_content().split())
            if LISTS.match(address) and "format=" not in address and address not in seen:
                seen.add(address)
                pages += [address] * (len(pages) < MOST)
                count = None if re.search(r"(?:19|20)\d\d$", said) else COUNT.search(said)
                whole = client.get(address, headers={"Accept": "application/json"}) if count else None
                if count and whole and "whole" in whole.text:
                    found = whole.json()["whole"]
                    numbers = {found["rows"], found["rows"] - found.get("notRead", 0), found.get("projects")}
                    numbers |= {found["sums"].get("rows")}  # of groups, all that is in them
                    yield page, address, int(count[1].replace(",", "")), numbers


@pytest.fixture(params=["seeds", pytest.param("filings", marks=pytest.mark.judge)])
def real(request, run, tmp_path):
    """The store of the five filings, or one of all of them."""
    if request.param == "seeds":
        return Path(request.getfixturevalue("store").path)
    run("ingest", FILINGS, "--store", tmp_path / "store")
    return Store.open(tmp_path / "store").path


def test_each_count_is_the_number_of_rows_behind_its_link(real):
    with running(real) as client:
        links = [*followed(client)]
    assert len(links) > 10
    assert [link for link in links if link[2] not in link[3]] == []
