"""The server over an endpoint elsewhere answers every address as the server over the store's own directory does."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from jixiao.ontology import terms
from jixiao.server.apps.charts.routes import KINDS
from jixiao.server.settings import Settings
from jixiao.server.views.view_files import load
from jixiao.store import Store
from tests.server.conftest import Serve
from tests.server.remote.conftest import Loaded

PROJECTS = "SELECT ?s WHERE { ?s a <https://w3id.org/jixiao/ontology#Project> } ORDER BY ?s"
some_or_all = pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.judge)])
CITATIONS = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/jixiao/ontology#Citation> ; ?p ?o }"


@pytest.fixture(params=["jixiao", pytest.param("virtuoso", marks=[pytest.mark.debian, pytest.mark.judge])])
def elsewhere(request: pytest.FixtureRequest, store: Store) -> str:
    """The address of an endpoint with the quads of the tests' store."""
    if request.param == "virtuoso":
        load: Callable[[Store], Loaded] = request.getfixturevalue("load")
        return load(store).endpoint
    client: httpx.Client = request.getfixturevalue("listener")
    return f"{client.base_url}/sparql"


@pytest.fixture
def alone(elsewhere: str, serve: Serve) -> Iterator[httpx.Client]:
    """A server over the endpoint alone."""
    with serve(Settings(endpoint=elsewhere, query_timeout=25)) as client:
        yield client


@pytest.fixture
def beside(elsewhere: str, serve: Serve, store: Store) -> Iterator[httpx.Client]:
    """A server over the endpoint with the store's directory beside it."""
    with serve(Settings(endpoint=elsewhere, store=store.path, query_timeout=25)) as client:
        yield client


def addresses(sha16: str) -> Iterator[tuple[str, str]]:
    """Address and Accept."""
    project = "id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
    for accept in ("application/json", "text/csv", "text/html"):
        yield "/views/projects-citing?number=松委发（2009）97号", accept
        yield f"/views/project?project=/{project}", accept
        yield "/views/projects", accept
        yield "/views/spending", accept
        yield "/quality/findings", accept
        yield f"/quality/filing/{sha16}", accept
        if accept != "text/csv":
            yield "/quality", accept
    for view in load().values():
        given = {parameter.name: parameter.example for parameter in view.params if parameter.required}
        yield f"{view.path}?{urlencode(given)}", "application/json"
    needed = {"citations": "?document=松委发（2009）97号", "targets": "?text=满意"}
    for chart in KINDS:
        yield f"/charts/{chart}{needed.get(chart, '')}", "text/csv"
    yield "/indicators", "application/json"
    yield f"/compare?a=/{project}&b=/id/project/5kejufee62q5e/2023/jj5q2bc2mirsu", "application/json"
    yield "/compare?a=/id/org/bdd7i7amlc5hg&b=/id/org/5kejufee62q5e", "application/json"
    for accept in ("text/turtle", "application/n-triples", "text/html"):
        yield "/doc/basis/fldlhlcahtirw-2009-97", accept
    yield f"/quality/filing/{sha16}", "text/turtle"
    yield f"/source/{sha16}", "text/html"
    yield "/quality/log", "application/json"
    yield "/", "text/html"
    for accept in ("application/sparql-results+json", "text/csv", "text/html"):
        yield f"/sparql?{urlencode({'query': PROJECTS})}", accept
    for accept in ("application/n-triples", "application/rdf+xml", "text/html"):
        yield f"/sparql?{urlencode({'query': CITATIONS})}", accept
    yield f"/sparql?{urlencode({'query': 'ASK {}'})}", "application/sparql-results+json"


VARYING = re.compile(r"\b(?:000001|[0-9a-f]{12})\b|\d{4}-\d\d-\d\dT[\d:+]+|(?:sha256|state):[0-9a-f]{64}")
"""Versions, dates and checksums: an endpoint has its own."""
CITED = re.compile(r"(?<=/dataset)/000001\b")
"""What a version's IRI has more than the dataset's, which is cited where nobody keeps versions."""


def said(response: httpx.Response) -> Any:
    """Return an answer's content without the version; lines of triples and parts of a page in one order.

    Of a page its headings and tables: an endpoint has no index, from which choices and leading names come.
    """
    kind, text = response.headers["content-type"], VARYING.sub("…", CITED.sub("", response.text))
    if kind.startswith("application/json"):
        return json.loads(text)
    if "n-triples" in kind:
        text = "".join(line for line in text.splitlines(keepends=True) if terms.DCTERMS_isPartOf not in line)
    if kind.startswith("text/html"):
        return re.findall(r"<h[12][ >].*?</h[12]>|<table[ >].*?</table>", _unchosen(text), re.DOTALL)
    if "n-triples" in kind or "sparql" in str(response.url):
        return sorted(line.rstrip(" .") for line in re.split(r"[\n;]", text))
    return text


def _unchosen(text: str) -> str:
    """Return a page without what its server makes from an index: names, places, years, questions, choices."""
    made = ('<div class="columns">.*?</div>', "<datalist.*?</datalist>", '<ul class="facets">.*?</ul>')
    return re.sub("|".join((*made, "<h2>各(?:年度|地区)的项目数</h2>")), "", text, flags=re.DOTALL)


@some_or_all
def test_every_address(one_in: int, beside: httpx.Client, client: httpx.Client, sha16: str) -> None:
    for address, accept in list(addresses(sha16))[::one_in]:
        wanted = client.get(address, headers={"Accept": accept})
        got = beside.get(address, headers={"Accept": accept})
        assert got.status_code == wanted.status_code == 200, (address, accept, got.text[:500])
        assert got.headers["content-type"] == wanted.headers["content-type"]
        if "rdf+xml" in accept or "turtle" in accept:
            continue
        assert said(got) == said(wanted), (address, accept)


@some_or_all
def test_alone(one_in: int, alone: httpx.Client, client: httpx.Client, sha16: str) -> None:
    for address, accept in list(addresses(sha16))[::one_in]:
        got = alone.get(address, headers={"Accept": accept})
        assert got.status_code == 200, (address, accept, got.text[:500])
        if accept == "application/json" and "/views/" in address:
            here, there = said(got), said(client.get(address, headers={"Accept": accept}))
            for row in (*here["rows"], *there["rows"]) if "/views/project?" in address else ():
                row.pop("line")  # those of values come from ledgers, which an endpoint alone does not have
            assert here == there, address
    assert "这里没有原文" in alone.get(f"/source/{sha16}").text
    assert alone.get("/health").json()["status"] == "ok"
    assert alone.get("/source/0000000000000000").status_code == 404


def test_the_source_page_says_that_the_text_is_elsewhere(alone: httpx.Client, sha16: str) -> None:
    for address in (f"/source/{sha16}", f"/source/{sha16}?page=3"):
        page = alone.get(address, headers={"Accept": "text/html"}).text
        assert "这里没有原文" in page
        assert "每一行怎样了" not in page
        assert "入库" not in page


LOOKED_UP = (
    "/search?q=培训",
    "/search/suggest?q=培训",
    "/ask?q=谁引用文件最多",
    "/reconcile/suggest/entity?prefix=培训",
    '/reconcile?queries={"q": {"query": "松委发（2009）97号", "type": "basis"}}',
)


def test_what_needs_an_index_says_that_there_is_none(alone: httpx.Client) -> None:
    for address in LOOKED_UP:
        got = alone.get(address, headers={"Accept": "application/json"})
        assert got.status_code == 501, (address, got.text[:300])
        assert "没有索引" in got.text


def test_the_directory_finds_names_where_its_data_are_those_of_the_endpoint(
    beside: httpx.Client, client: httpx.Client
) -> None:
    for address in LOOKED_UP:
        got, wanted = (each.get(address, headers={"Accept": "application/json"}) for each in (beside, client))
        assert got.status_code == wanted.status_code == 200, (address, got.text[:300])
        assert said(got) == said(wanted), address


def test_a_directory_with_other_data_finds_nothing(elsewhere: str, serve: Serve, examples: Path) -> None:
    with serve(Settings(endpoint=elsewhere, store=examples, query_timeout=25)) as other:
        for address in LOOKED_UP:
            assert other.get(address, headers={"Accept": "application/json"}).status_code == 501


def test_validators_and_faults(alone: httpx.Client) -> None:
    address = f"/sparql?{urlencode({'query': PROJECTS})}"
    assert alone.get(address, headers={"If-None-Match": alone.get(address).headers["etag"]}).status_code == 304
    for query, status in (("SELECT * {", 400), ("SELECT * { SERVICE <http://x/> {} }", 400), ("DROP ALL", 400)):
        assert alone.get("/sparql", params={"query": query}).status_code == status
    packed = alone.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["results"]["bindings"]
    unknown = alone.get("/sparql", params={"query": PROJECTS, "default-graph-uri": "file:///etc/passwd"})
    assert unknown.status_code == 400


def test_the_dataset_is_described_without_versions(alone: httpx.Client) -> None:
    """An endpoint keeps none, and nobody counted."""
    said = alone.get("/dataset.ttl")
    assert said.status_code == 200
    assert "void:sparqlEndpoint" in said.text
    assert not re.search(r"hasVersion|dataDump|dataset/|void:triples", said.text.replace("dataset/cite", ""))
    assert alone.get("/dataset", headers={"Accept": "text/html"}).status_code == 200
    assert alone.get("/dataset/dump.nq.gz").status_code == 404
    cited = alone.get("/dataset/cite.txt", params={"of": "/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"}).text
    assert "songjiang.txt" in cited
    assert "http://localhost:8000/dataset." in cited
    assert alone.get("/sitemap.xml").status_code == 200
