"""The addresses of a source: on its pages, on those of its projects, in citations, tables and RDF."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.server.settings import Settings
from jixiao.store import Deposit, Origin, Store
from tests.server.conftest import BASE, running

PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
ADDRESS, OTHER = "https://www.example.gov.cn/a.pdf?id=1&n=2", "http://b.example.cn/"
SHOWN = ADDRESS.replace("&", "&amp;")


@pytest.fixture(scope="module")
def located(
    tmp_path_factory: pytest.TempPathFactory, filled: Callable[[Path], Store], songjiang: Deposit
) -> Iterator[httpx.Client]:
    """A client of a server over a store with a source that has three addresses."""
    store = filled(tmp_path_factory.mktemp("located") / "store")
    with store.writing() as batch:
        batch.locate(songjiang.sha16, [Origin(ADDRESS, "2024-03-05T09:30:00+08:00", "<某市财政局>"), Origin(OTHER)])
        batch.commit()
    with running(Settings(store=store.path)) as client:
        yield client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_that_name_the_source_link_to_its_addresses(located: httpx.Client, sha16: str, language: str) -> None:
    for path in (f"source/{sha16}", f"doc/source/{sha16}", f"doc/{PROJECT}"):
        page = located.get(f"/{path}?lang={language}").text
        assert page.count(f'href="{SHOWN}">{SHOWN}</a>') == page.count(f'href="{OTHER}"') == 1, path
        assert "<某市" not in page
        assert ("&lt;某市财政局&gt;" in page) == ("source" in path)
        assert "#origin" not in page
        assert ('<span id="o' in page) == ("source" in path)


def test_a_source_without_an_address_says_that_none_is_known(client: httpx.Client) -> None:
    listed = client.get("/doc/source?text=minhang&format=csv&lang=zh").text
    [source] = re.findall(r"/id/source/([0-9a-f]{16})", listed)
    for path in (f"source/{source}", f"doc/source/{source}"):
        page = client.get(f"/{path}?lang=en", headers={"Accept": "text/html"}).text
        assert "it is not known where the file was published" in page, path


def test_tables_and_citations_carry_them(located: httpx.Client, sha16: str) -> None:
    both = f"{OTHER}\n{ADDRESS}\nhttps://www.example.gov.cn/songjiang.txt"
    for name, given in (
        ("projects-citing", {"number": "松委发（2009）97号"}),
        ("project", {"project": f"/id/{PROJECT}"}),
    ):
        asked = {form: {**given, "format": form} for form in ("json", "csv", "xlsx")}
        rows = located.get(f"/views/{name}", params=asked["json"]).json()["rows"]
        assert {row["sourceAddress"] for row in rows if row["source"].endswith(sha16)} == {both}
        assert f'"{both}"' in located.get(f"/views/{name}", params=asked["csv"]).text.replace("\r\n", "\n")
        book = openpyxl.load_workbook(io.BytesIO(located.get(f"/views/{name}", params=asked["xlsx"]).content))
        assert any(both in row for row in book.worksheets[0].iter_rows(values_only=True))
        assert {row["sourceAddress"] for row in rows if not row["source"].endswith(sha16)} <= {None}
    for cited in (f"/id/{PROJECT}", f"/id/{PROJECT}#i1", f"/id/source/{sha16}"):
        for suffix in ("txt", "json"):
            citation = located.get("/dataset/cite", params={"of": cited, "format": suffix}).text
            assert OTHER in citation
            assert ADDRESS in citation


def test_rdf_names_the_graph_of_origins(located: httpx.Client, sha16: str) -> None:
    graph = NamedNode(f"{BASE}graph/origin/{sha16}")
    quads = list(parse(located.get(f"/doc/source/{sha16}.trig").content, format=RdfFormat.TRIG))
    said = {quad.predicate.value for quad in quads if quad.graph_name == graph}
    assert said == {terms.origin, terms.RDF_type, terms.DCTERMS_source, terms.retrieved, terms.DCTERMS_publisher}
    answer = located.get(f"/graph/origin/{sha16}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/source/{sha16}")
    assert located.get("/graph/origin/0000000000000000").status_code == 404
