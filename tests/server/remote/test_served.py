"""The server over an endpoint elsewhere answers every address as the server over the store's own directory does.

What the endpoint, as the store that is served, says of sources and state is what the store's directory says.
"""

import asyncio
import json
import re
from contextlib import ExitStack, aclosing
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from jixiao.ontology import terms
from jixiao.ontology.errors import BaseIriMalformedError
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.apps.charts.charts import kinds
from jixiao.server.editions import renditions
from jixiao.server.errors import EndpointUnavailableError
from jixiao.server.query.remote.client import Remote
from jixiao.server.query.remote.store import RemoteStore, look
from jixiao.server.views.evidence import LedgerLines
from jixiao.server.views.view_files import load
from jixiao.store import BaseIriError, Publisher, SourceMissingError, Store
from tests.server.conftest import BASE
from tests.server.remote.conftest import connected, ready
from tests.support.pages import page, replied, words
from tests.support.writing import withdraw

PROJECTS = "SELECT ?s WHERE { ?s a <https://w3id.org/jixiao/ontology#Project> } ORDER BY ?s"
some_or_all = pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.judge)])
CITATIONS = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/jixiao/ontology#Citation> ; ?p ?o }"


@pytest.fixture(
    scope="module", params=["jixiao", pytest.param("virtuoso", marks=[pytest.mark.debian, pytest.mark.judge])]
)
def elsewhere(request, store):
    """The address of an endpoint with the quads of the tests' store."""
    if request.param == "virtuoso":
        return request.getfixturevalue("load")(store).endpoint
    return f"{request.getfixturevalue('listener').base_url}/sparql"


@pytest.fixture(scope="module")
def alone(elsewhere, serve):
    """A server over the endpoint alone."""
    with serve(endpoint=elsewhere, query_timeout=25) as client:
        yield ready(client)


@pytest.fixture(scope="module")
def beside(elsewhere, serve, store):
    """A server over the endpoint with the store's directory beside it."""
    with serve(endpoint=elsewhere, store=store.path, query_timeout=25) as client:
        yield ready(client)


PROJECT = "id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
PAGES = (
    "/views/projects-citing?number=松委发（2009）97号",
    f"/views/project?project=/{PROJECT}",
    "/views/projects",
    "/views/spending",
    "/quality/findings",
)
FORMS = {
    "/doc/basis/fldlhlcahtirw-2009-97": ("text/turtle", "application/n-triples", "text/html"),
    "/quality": ("application/json", "text/html"),
    "/quality/log": ("application/json",),
    "/views/indicator-library": ("application/json",),
    f"/compare?a=/{PROJECT}&b=/id/project/5kejufee62q5e/2023/jj5q2bc2mirsu": ("application/json",),
    "/compare?a=/id/org/bdd7i7amlc5hg&year_a=2022&b=/id/org/5kejufee62q5e&year_b=2023": ("application/json",),
    "/": ("text/html",),
    f"/sparql?{urlencode({'query': PROJECTS})}": ("application/sparql-results+json", "text/csv", "text/html"),
    f"/sparql?{urlencode({'query': CITATIONS})}": ("application/n-triples", "application/rdf+xml", "text/html"),
    f"/sparql?{urlencode({'query': 'ASK {}'})}": ("application/sparql-results+json",),
}
"""Addresses with the media types in which each is asked for."""


def addresses(sha16):
    """Address and Accept."""
    given = {each.path: {p.name: p.example for p in each.params if p.required} for each in load().values()}
    needed = {"citations": "?document=松委发（2009）97号", "targets": "?text=满意"}
    forms = dict.fromkeys(PAGES, ("application/json", "text/csv", "text/html"))
    forms[f"/quality/filing/{sha16}"] = ("application/json", "text/csv", "text/html", "text/turtle")
    forms |= {f"{path}?{urlencode(typed)}": ("application/json",) for path, typed in given.items()}
    forms |= {f"/charts/{chart}{needed.get(chart, '')}": ("text/csv",) for chart in kinds(DEFAULT_BASE)}
    forms |= {f"/source/{sha16}": ("text/html",), **FORMS}
    return [(address, accept) for address, accepts in forms.items() for accept in accepts]


VARYING = re.compile(r"\b(?:000001|[0-9a-f]{12})\b|\d{4}-\d\d-\d\dT[\d:+]+|(?:sha256|state):[0-9a-f]{64}")
"""Versions, dates and checksums: an endpoint has its own."""
FROM_AN_INDEX = '<div class="columns">.*?</div>|<datalist.*?</datalist>|<h2>各(?:年度|地区)的项目数</h2>'
"""Parts of a page that need an index: names, places, years, questions, choices."""
CITED = re.compile(r"(?<=/dataset)/000001\b")
"""The end of a version's IRI; where nobody keeps versions, the dataset's IRI is cited, which has none."""


def said(response):
    """Return an answer's content without the version; lines of triples and parts of a page in one order.

    Of a page its headings and tables: an endpoint has no index, from which choices and leading names come.
    """
    kind, text = response.headers["content-type"], VARYING.sub("…", CITED.sub("", response.text))
    if kind.startswith("application/json"):
        return json.loads(text)
    if "n-triples" in kind:
        text = "".join(line for line in text.splitlines(keepends=True) if terms.DCTERMS_isPartOf not in line)
    if kind.startswith("text/html"):
        text = re.sub(FROM_AN_INDEX, "", text, flags=re.DOTALL)
        return re.findall(r"<h[12][ >].*?</h[12]>|<table[ >].*?</table>", text, re.DOTALL)
    if "n-triples" in kind or "sparql" in str(response.url):
        return sorted(line.rstrip(" .") for line in re.split(r"[\n;]", text))
    return text


@some_or_all
def test_every_address(one_in, beside, client, sha16):
    for address, accept in addresses(sha16)[::one_in]:
        wanted = client.get(address, headers={"Accept": accept})
        got = beside.get(address, headers={"Accept": accept})
        assert got.status_code == wanted.status_code == 200, (address, accept, got.text[:500])
        assert got.headers["content-type"] == wanted.headers["content-type"]
        if "rdf+xml" in accept or "turtle" in accept:
            continue
        assert said(got) == said(wanted), (address, accept)


@some_or_all
def test_alone(one_in, alone, client, sha16):
    for address, accept in addresses(sha16)[::one_in]:
        got = replied(200, alone.get(address, headers={"Accept": accept}))
        if accept == "application/json" and "/views/" in address:
            here, there = said(got), said(client.get(address, headers={"Accept": accept}))
            for row in (*here["rows"], *there["rows"]) if "/views/project?" in address else ():
                row.pop("line")  # those of values come from ledgers, which an endpoint alone does not have
            assert here == there, address
    assert "这里没有原文" in alone.get(f"/source/{sha16}").text
    assert alone.get("/health").json()["status"] == "ok"
    assert alone.get("/sparql?query=ASK{}", headers={"If-None-Match": "*"}).status_code == 304
    assert alone.get("/source/0000000000000000").status_code == 404


def test_other_values_are_offered_with_their_numbers(alone):
    values = page(alone, "/views/projects", year="2022").xpath("//li[@class='chip']//div[@class='panel']/ul/li")
    assert words(values) == ["2023 1", "2022 2"]


LOOKED_UP = (
    "/search?q=培训",
    "/search/suggest?q=培训",
    "/ask?q=谁引用文件最多",
    "/reconcile/suggest/entity?prefix=培训",
    '/reconcile?queries={"q": {"query": "松委发（2009）97号", "type": "basis"}}',
)


def test_what_needs_an_index_says_that_there_is_none(alone):
    for address in LOOKED_UP:
        replied(501, alone.get(address, headers={"Accept": "application/json"}), "没有索引")


def test_the_directory_finds_names_where_its_data_are_those_of_the_endpoint(beside, client):
    for address in LOOKED_UP:
        got, wanted = (each.get(address, headers={"Accept": "application/json"}) for each in (beside, client))
        assert got.status_code == wanted.status_code == 200, (address, got.text[:300])
        assert said(got) == said(wanted), address


def test_a_directory_with_other_data_finds_nothing(elsewhere, serve, examples):
    with serve(endpoint=elsewhere, store=examples, query_timeout=25) as other:
        for address in LOOKED_UP:
            assert other.get(address, headers={"Accept": "application/json"}).status_code == 501


def test_the_dataset_is_described_without_versions(alone):
    """An endpoint keeps none, and nobody counted."""
    said = replied(200, alone.get("/dataset.ttl"), "void:sparqlEndpoint")
    assert not re.search(r"hasVersion|dataDump|dataset/|void:triples", said.text.replace("dataset/cite", ""))
    assert alone.get("/dataset", headers={"Accept": "text/html"}).status_code == 200
    assert alone.get("/dataset/dump.nq.gz").status_code == 404
    assert alone.get("/sitemap.xml").status_code == 200


async def itself(store):
    return store


@pytest.fixture(scope="module")
def endpoint(listener):
    return f"{listener.base_url}/sparql"


@pytest.fixture(scope="module")
def remote_store(endpoint):
    return connected(endpoint, itself)


def undated(records):
    return [
        replace(
            record,
            added="",
            filings=tuple(sorted(record.filings)),
            projects=dict(record.projects),
            reading=0,  # the graph does not state by which rules a source was read
            origins=(),  # asked for where they are shown
            sums={},  # an endpoint has no files
            alike={},  # what a writer compares with names of other filings; the graph does not state it
        )
        for record in records
    ]


def same(seen, store):
    """Hold that an endpoint tells the sources and the state of the store that it serves."""
    assert undated(seen.sources()) == undated(store.sources())
    counts, own = seen.current().manifest.counts, store.current().manifest.counts
    assert replace(counts, quads=0) == replace(own, quads=0)
    assert 0 < counts.quads < own.quads
    assert seen.base_iri == store.base_iri == BASE


def test_sources_and_state(remote_store, store):
    same(remote_store, store)
    with pytest.raises(SourceMissingError):
        remote_store.source("0" * 16)
    assert len(remote_store.current().version) == 12
    assert remote_store.settled() is remote_store.current()


@pytest.mark.debian
def test_virtuoso_says_the_same(loaded, caplog):
    same(connected(loaded.endpoint, itself), loaded.store)
    assert caplog.text == ""


def test_an_endpoint_tells_of_its_current_version_alone(remote_store, store):
    seen = remote_store.current()
    assert (seen.statistics, seen.members(terms.Project, 0, 9), seen.member_count(terms.Project)) == (None, None, None)
    [version] = remote_store.versions()
    assert (version.manifest, version.statistics, version.dumps) == (seen.manifest, None, ())
    assert undated(version.live_sources) == undated(store.versions()[0].live_sources)
    assert remote_store.version(seen.version) is not None
    assert remote_store.version("000001") is None


def test_the_publishers_words_are_in_the_directory(endpoint, remote_store, tmp_path):
    assert remote_store.publisher() == Publisher()
    beside = Store.create(tmp_path / "beside", BASE)
    (tmp_path / "beside" / "dataset.toml").write_text("dumps_kept = 3\n", encoding="utf-8")
    assert connected(endpoint, itself, beside=beside).publisher().dumps_kept == 3


def test_without_a_directory_there_is_no_text(remote_store, sha16):
    assert renditions.lines(remote_store, sha16) == ()
    assert LedgerLines(remote_store).of(sha16) == {}
    assert renditions.around((), (5,), 2) == ()
    assert (remote_store.refusals(), remote_store.log()) == ((), ())
    for missing in (remote_store.original, remote_store.rendition):
        with pytest.raises(SourceMissingError):
            missing(sha16 if missing == remote_store.original else "0" * 16)


def test_with_a_directory_there_is_all(endpoint, store, sha16):
    both = connected(endpoint, itself, beside=store)
    assert renditions.lines(both, sha16) == renditions.lines(store, sha16)
    assert (both.ledger(sha16), both.original(sha16)) == (store.ledger(sha16), store.original(sha16))
    assert both.log() == store.log() != ()
    assert both.sources() == store.sources()


def test_base_iris_that_differ(endpoint, tmp_path):
    other = Store.create(tmp_path / "other", "https://other.example/")
    for base_iri, beside in ((None, other), ("https://other.example/", None), (BASE, other)):
        with pytest.raises(BaseIriError, match="base IRI"):
            connected(endpoint, itself, base_iri, beside)


def test_a_look_before_serving(endpoint):
    assert look(endpoint, "http://localhost:8000").counts.projects == 3
    with pytest.raises(BaseIriMalformedError):
        look(endpoint, "localhost")
    with pytest.raises(ValueError, match="http"):
        look("localhost:8000/sparql")
    with pytest.raises(EndpointUnavailableError):
        look(endpoint.replace("/sparql", "/nothing"))


def test_it_moves_on(changing, sha16):
    store, endpoint = changing

    async def follow(seen):
        before = seen.current()
        following = asyncio.create_task(seen.follow(0.05))
        withdraw(store, sha16, "误收")
        for _ in range(100):
            await asyncio.sleep(0.05)
            if seen.current() is not before:
                break
        following.cancel()
        assert seen.current().version != before.version
        assert before.sources.keys() - seen.current().sources.keys() == {sha16}

    connected(endpoint, follow)


def test_a_decision_is_another_state(changing):
    """A correction changes a value and no count."""
    store, endpoint = changing

    async def decide(seen):
        before = seen.current()
        with store.writing() as batch:
            batch.undo(1)
            batch.commit()
        await seen.refresh()
        assert seen.current() is not before

    connected(endpoint, decide)


def test_what_fails_leaves_the_last_state(own, listen, caplog):
    async def outlive(address, stop):
        async with aclosing(Remote(address)) as remote:
            seen = await RemoteStore.connect(remote)
            before = seen.current()
            await asyncio.to_thread(stop)
            with pytest.raises(EndpointUnavailableError):
                await seen.refresh()
            following = asyncio.create_task(seen.follow(0.01))
            await asyncio.sleep(0.3)
            following.cancel()
            assert seen.current() is before

    with ExitStack() as server:
        client = server.enter_context(listen(own))
        asyncio.run(outlive(f"{client.base_url}/sparql", server.close))
    assert "could not be looked at" in caplog.text
