"""Fixtures of the server's tests: one small real store made of data/, and a client of the application over it.

The application runs in the process of the tests, and so do its queries (`client`, `running`). A real server with query
workers is for protocol, limits and what other programs ask (`listener`, `listening`). Add a fixture here only when two
test modules need it; a test that changes a store makes its own.
"""

import hashlib
import os
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Store as Quads,
    parse,
    serialize,
)

from jixiao.ingest.document import read_document
from jixiao.ingest.load import ingest
from jixiao.ingest.version import READING
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.server.app.app import create_app
from jixiao.server.app.connections import Configuration
from jixiao.server.query import pool
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.settings import Settings
from jixiao.server.views.view_files import read_rows
from jixiao.store import Contents, Deposit, Origin, Store
from jixiao.store.tables import filling
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import tables
from tests.support import browsers
from tests.support.reader import Reader
from tests.support.shared import made_once
from tests.support.writing import commit, committing, dump, stored, whole_vocabulary, withdraw

DATA = Path(__file__).parent / "data"
BASE = "http://localhost:8000/"
HTML = {"Accept": "text/html"}
"""The headers of a reader who wants a page."""
SONGJIANG, MINHANG = "中国人民政治协商会议上海市松江区委员会办公室", "上海市闵行区人民政府办公室"
"""The bodies of the two documents."""
NUMBER = "松委发〔2009〕97号"
"""The number of a document that both cite."""
INGEST = Path(__file__).parents[1] / "ingest"
CASES, WHOLE_FILING = INGEST / "cases", (INGEST / "whole-filing.txt").read_text(encoding="utf-8")
"""Filings of the tests of reading: a folder for each case, and a filing that was read whole."""


def deposit(name):
    """The document data/{name}.txt with the triples of data/{name}.ttl."""
    content = (DATA / f"{name}.txt").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    here = Iris(BASE).source(sha256)
    turtle = f"PREFIX here: <{here}>\n" + (DATA / f"{name}.ttl").read_text(encoding="utf-8")
    turtle += f'here: <{terms.sha256}> "{sha256}" ; <{terms.DCTERMS_extent}> {len(content)} ;\n'
    turtle += f'  <{terms.DCTERMS_format}> "text/plain" .\n'
    quads = list(parse(turtle, format=RdfFormat.TURTLE, base_iri=BASE))
    labels = {q.subject: q.object for q in quads if q.predicate == NamedNode(terms.RDFS_label)}
    typed = {q.subject: q.object for q in quads if q.predicate == NamedNode(terms.RDF_type)}
    lines = content.decode().splitlines()
    return Deposit(
        sha256=sha256,
        file_name=f"{name}.txt",
        media_type="text/plain",
        content=content,
        rendition={
            "sha256": sha256,
            "file_name": f"{name}.txt",
            "media_type": "text/plain",
            "encoding": "utf-8",
            "lines": [{"n": n, "text": text.replace("某某", "■■■"), "page": None} for n, text in enumerate(lines, 1)],
        },
        ledger={"share": 1.0, "lines": [_used(n, text, quads) for n, text in enumerate(lines, 1)]},
        source_triples=serialize([q.triple for q in quads], format=RdfFormat.N_TRIPLES) or b"",
        report_triples=_report(name, sha256),
        contents=Contents(
            {s.value: labels[s].value for s, t in typed.items() if t == NamedNode(terms.Project)},
            tuple(sorted(s.value for s, t in typed.items() if t == NamedNode(terms.Filing))),
            tuple(
                sorted(
                    q.subject.value
                    for q in quads
                    if q.object == NamedNode(terms.readPartial)
                    and typed[q.subject] in (NamedNode(terms.Project), NamedNode(terms.Evaluation))
                )
            ),
            evaluations={s.value: labels[s].value for s, t in typed.items() if t == NamedNode(terms.Evaluation)},
        ),
        reading=READING,
    )


def _report(name, sha256):
    """The N-Triples of data/{name}-report.ttl, where there is one."""
    path = DATA / f"{name}-report.ttl"
    if not path.exists():
        return b""
    iris = Iris(BASE)
    prefixes = f"PREFIX here: <{iris.report_graph(sha256)}#>\nPREFIX source: <{iris.source(sha256)}>\n"
    quads = parse(prefixes + path.read_text(encoding="utf-8"), format=RdfFormat.TURTLE, base_iri=BASE)
    return serialize([q.triple for q in quads], format=RdfFormat.N_TRIPLES) or b""


def _used(n, text, quads):
    read = [
        (q.subject.value, terms.RDFS_label)
        for q in quads
        if q.predicate == NamedNode(terms.sourceLine) and q.object.value == str(n)
    ]
    if "年度资金申请总额" in text:
        amounts = [q for q in quads if q.predicate == NamedNode(terms.annualRequest) and q.object.value in text]
        read += [(q.subject.value, terms.annualRequest) for q in amounts]
    use = "person" if "联系人" in text else "fact" if read else "blank" if not text else "boilerplate"
    return {"n": n, "use": use, "facts": [{"node": iri, "property": name, "why": None} for iri, name in read]}


def why(reason):
    """Reason and date of a decision."""
    return {terms.DCTERMS_description: Literal(reason, language="zh"), terms.DCTERMS_date: _date("2026-01-31")}


def _date(day):
    return Literal(day, datatype=NamedNode(terms.XSD_date))


def make_store(path):
    """A store with both documents (songjiang, minhang), a correction, and a finding that is accepted."""
    store = Store.create(path, BASE)
    with committing(store) as batch:
        for name in ("songjiang", "minhang"):
            batch.add(deposit(name))
        batch.locate(deposit("songjiang").sha16, [Origin("https://www.example.gov.cn/songjiang.txt")])
        batch.decide(
            terms.Correction,
            {
                terms.concerns: NamedNode(f"{BASE}id/project/bdd7i7amlc5hg/2022/drt3w5eppcz32"),
                terms.correctedProperty: NamedNode(terms.endDate),
                terms.correctedValue: _date("2022-12-31"),
                **why("原件留空"),
            },
            "更正",
        )
        batch.decide(
            terms.Acceptance,
            {
                terms.concerns: NamedNode(f"{BASE}id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"),
                terms.acceptedFault: NamedNode("https://w3id.org/jixiao/shapes#AmountNotANumber"),
                **why("核对无误"),
            },
            "认可",
        )
    return store


@pytest.fixture(scope="session")
def anyio_backend():
    """The loop of the tests that are coroutines, which are marked `anyio`."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def no_spares():
    """Let servers start no spare processes for queries: tests ask little, and test_pool.py tries the spares."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pool, "SPARES", 0)
        yield


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """Return a function that puts both documents (songjiang, minhang) into a store: a copy, if there is none yet."""
    made = made_once(tmp_path_factory, "little-server", lambda place: make_store(place / "store")) / "store"

    def fill(path):
        return make_store(path) if path.exists() else Store.open(shutil.copytree(made, path))

    return fill


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """The store, with the whole vocabulary, that all tests read and none changes."""

    def make(place):
        with whole_vocabulary():
            dump(make_store(place / "store"))

    return Store.open(
        shutil.copytree(
            made_once(tmp_path_factory, "server", make) / "store", tmp_path_factory.mktemp("server") / "store"
        )
    )


class _Within(httpx.BaseTransport):
    """Hand requests to an application on the event loop of another thread, as its server would."""

    def __init__(self, app, portal):
        self._app, self._portal = httpx.ASGITransport(app, raise_app_exceptions=False), portal

    def handle_request(self, request):
        return self._portal.call(self._answer, request)

    async def _answer(self, request):
        answer = await self._app.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        content = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content))


def settled(place, given):
    """Settings by name for a store, with few processes and no log; settings that are given whole stay as they are."""
    if isinstance(place, Settings):
        return place.model_copy(update={"access_log": "", **given})
    few = {"quick_seats": 1, "heavy_seats": 1, "access_log": ""}
    of_store = {} if place is None else {"store": getattr(place, "path", place)}
    return Settings(**(few | of_store | dict(given)))


@contextmanager
def running(place=None, **given):
    """A client of an application in this process, which evaluates queries itself, without limits."""
    front = create_app(settled(place, given), InProcessEngine())
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(front.inner.router.lifespan_context(front.inner)),
        Reader(base_url="http://127.0.0.1:8000", transport=_Within(front, portal)) as client,
    ):
        yield client


@contextmanager
def listening(place=None, **given):
    """A client of uvicorn on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as accepting:
        quiet = settled(place, given)
        server = uvicorn.Server(Configuration(create_app(quiet), quiet))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [accepting]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            with Reader(base_url=f"http://127.0.0.1:{accepting.getsockname()[1]}", timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving_files(folder, files):
    """A client of a server over a store of files, made in a folder, all of which are taken in."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    store = Store.create(folder / "store", BASE)
    assert {outcome.status for outcome in ingest([folder / name for name in files], store)} == {"added"}
    with running(store) as client:
        yield client


def serving_one(folder, filing):
    """A client of a server over a store of one filing, both made in a folder."""
    return serving_files(folder, {"filing.txt": filing})


def filed(content, name="filing.txt"):
    """The deposit of a file, which must be one that is taken in."""
    found = read_document(content.encode() if isinstance(content, str) else content, name, BASE).deposit
    assert found, name
    return found


def graph_of(update):
    """A graph that an update has made."""
    graph = Quads()
    graph.update(update)
    return graph


def answering(graph):
    """A function that answers SELECT queries over a graph in JSON, as an engine does."""

    def run(sparql):
        return graph.query(sparql).serialize(format=QueryResultsFormat.JSON) or b""

    return run


def answered(view, graph, given, page=None):
    """The answer of a view over a graph, of which tables are made for it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite"
        run = filling.of_graph(graph, path.parent)
        # The IRIs of such graphs do not tell kinds of things.
        filling.fill(path, [*tables().values()], lambda table: run(table.sparql))
        file = TableFile(path, os.open(path, os.O_RDONLY))
        return view.answer(answering(graph), given, "1", page=page, tables=lambda _: file)


def queried(view, graph, given):
    """The rows that the query beside the answer of a view gives."""
    return read_rows(answering(graph)(view.bind(given)), view.columns)


def asking(folder, deposit):
    """A function that answers views over a store of one deposit, made in a folder."""
    now = commit(Store.create(folder / "store", BASE), deposit)
    return lambda view, given: view.answer(answering(now.graph), given, "000001", tables=lambda _: now.tables)


@pytest.fixture(scope="session")
def evaluated(tmp_path_factory):
    """A store with both documents (songjiang, minhang) and self-evaluations, which all tests read and none changes."""

    def make(place):
        with whole_vocabulary():
            stored(make_store(place / "store"), deposit("evaluations"))

    return Store.open(
        shutil.copytree(
            made_once(tmp_path_factory, "evaluated", make) / "store", tmp_path_factory.mktemp("evaluated") / "store"
        )
    )


@pytest.fixture(scope="session")
def of_evaluated(evaluated):
    """A client of a server over that."""
    with running(evaluated) as answering:
        yield answering


@pytest.fixture(scope="session")
def client(store):
    """A client of the application over the store."""
    with running(store) as answering:
        yield answering


@pytest.fixture(scope="session")
def listener(store):
    """A client of a real server over the store."""
    with listening(store, query_timeout=25, max_result_bytes=8 << 20) as answering:
        yield answering


@pytest.fixture(scope="session")
def grown(tmp_path_factory, filled):
    """A store of two versions, the second without songjiang.txt."""
    store = filled(tmp_path_factory.mktemp("grown") / "store")
    dump(store)
    withdraw(store, deposit("songjiang").sha16, "测试")
    dump(store)
    return store


@pytest.fixture(scope="session")
def of_grown(grown):
    """A client of a server over that."""
    with running(grown) as answering:
        yield answering


@pytest.fixture(scope="session")
def serve():
    """Return a function that serves a store for a block in this process, with a client."""
    return running


@pytest.fixture(scope="session")
def listen():
    """Return a function that starts a real server over a store for a block, with its client."""
    return listening


@pytest.fixture(scope="module")
def browser():
    """The Chromium of this process; its pages are closed behind each module."""
    with browsers.chromium() as running:
        yield running


@pytest.fixture
def own(tmp_path, filled):
    """A store with both documents (songjiang, minhang) that a test may change."""
    return filled(tmp_path / "store")


@pytest.fixture(scope="session")
def deposits():
    """Return a function from the name of a document of data/ to its deposit."""
    return deposit


@pytest.fixture(scope="session")
def songjiang():
    """The document songjiang.txt."""
    return deposit("songjiang")


@pytest.fixture(scope="session")
def sha16(songjiang):
    """Its number."""
    return songjiang.sha16
