"""Fixtures of the tests of endpoints elsewhere: a Virtuoso, stores loaded into it, and a way to ask without a loop."""

import asyncio
import hashlib
import io
import os
import sys
import threading
import time
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store as Graph

sys.path.insert(0, str(Path(__file__).parent))

import virtuoso as virtuoso_server

from jixiao.server.query.evaluation import plan
from jixiao.server.query.jobs import Job
from jixiao.server.query.remote.client import SOLUTIONS_JSON, Remote
from jixiao.server.query.remote.store import RemoteStore
from jixiao.store import Store
from jixiao.store.export import export
from tests.support.writing import whole_vocabulary

ROOT = Path(__file__).parents[3]
SEEDS = Path(os.environ.get("JIXIAO_SHARED", ROOT.parent / "shared")) / "seeds"


@dataclass(frozen=True)
class Loaded:
    """A store, and the address of an endpoint that holds the same quads."""

    store: Store
    endpoint: str


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory):
    """A running Virtuoso."""
    if virtuoso_server.MISSING:
        pytest.skip(f"needs Debian's package virtuoso-opensource-7-bin: {', '.join(virtuoso_server.MISSING)}")
    with virtuoso_server.running(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(scope="session")
def load(virtuoso):
    """Loads a store into it, once, each into a default graph of its own."""

    @cache
    def load(store):
        n_quads = io.BytesIO()
        export(store, "nq", n_quads)
        graph = f"{store.base_iri}graph/default-{hashlib.sha256(n_quads.getvalue()).hexdigest()[:8]}"
        virtuoso.load(n_quads.getvalue(), graph)
        return Loaded(store, virtuoso.endpoint(graph))

    return load


@pytest.fixture(
    scope="session",
    params=["small", pytest.param("examples", marks=pytest.mark.judge), pytest.param("seeds", marks=pytest.mark.judge)],
)
def loaded(
    request,
    load,
    tmp_path_factory,
    run,
):
    """The tests' own small store with its decisions and self-evaluations, the examples and the seeds, in Virtuoso."""
    if request.param == "small":
        return load(request.getfixturevalue("evaluated"))
    if request.param == "examples":
        return load(Store.open(request.getfixturevalue("examples")))
    if not SEEDS.is_dir():
        pytest.skip(f"no filings at {SEEDS}")
    path = tmp_path_factory.mktemp("seeds") / "store"
    with whole_vocabulary():  # the stores in Virtuoso share its graph
        done = run("ingest", SEEDS, "--store", path)
    assert done.returncode == 0, done.stderr
    return load(Store.open(path))


@pytest.fixture(scope="session")
def awkward(virtuoso):
    """The awkward data, and the address of an endpoint that has them."""
    graph = Graph()
    graph.load(path=Path(__file__).with_name("awkward.ttl"), format=RdfFormat.TURTLE)
    name = "http://localhost:8000/graph/awkward"
    virtuoso.load(graph.dump(format=RdfFormat.N_QUADS) or b"", name)
    return graph, virtuoso.endpoint(name)


def ready(client):
    """The client of a server over an endpoint once it has tables."""
    for _ in range(600):
        if client.get("/health").status_code == 200:
            return client
        time.sleep(0.1)
    raise AssertionError(client.get("/health").text)


def connected(endpoint, then, *given, **more):
    """Return the result of `then` on the store behind an endpoint, before its tables are made."""

    async def connect():
        async with aclosing(Remote(endpoint)) as remote:
            return await then(await RemoteStore.connect(remote, *given, **more))

    return asyncio.run(connect())


@pytest.fixture
def changing(own, listen):
    """A store that a test changes, and its endpoint."""
    with listen(own) as client:
        yield own, f"{client.base_url}/sparql"


@contextmanager
def asked(endpoint, base_iri):
    """Give a function that asks an endpoint, without an event loop: from query and media type to the result.

    Its calls wait for each other: views ask for a page and its counts from two threads.
    """
    turn = threading.Lock()
    with asyncio.Runner() as runner:

        async def connect():
            return Remote(endpoint, base_iri)

        async def answer(query, media_type=SOLUTIONS_JSON, **more):
            job = Job("", base_iri or "", query, wanted=media_type, **more)
            return (await remote.answer(job, *plan(job))).getvalue()

        remote = runner.run(connect())

        def ask(*args, **kwargs):
            with turn:
                return runner.run(answer(*args, **kwargs))

        try:
            yield ask
        finally:
            runner.run(remote.aclose())


@pytest.fixture(scope="session")
def asking():
    """Opens an endpoint, for a block; gives its run()."""
    return asked
