"""An endpoint as the store that is served: what it says of sources and state is what the store's directory says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from jixiao.ontology import terms
from jixiao.ontology.errors import BaseIriMalformedError
from jixiao.server.editions import renditions
from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import EndpointUnavailableError
from jixiao.server.query.remote.client import Remote
from jixiao.server.query.remote.store import RemoteStore, look
from jixiao.server.settings import Settings
from jixiao.server.views.evidence import LedgerLines
from jixiao.store import BaseIriError, Deposit, Publisher, SourceMissingError, SourceRecord, Store
from tests.server.conftest import Serve
from tests.server.remote.conftest import Loaded
from tests.support.writing import commit, withdraw

BASE = "http://localhost:8000/"

Made = TypeVar("Made")


def connected(
    endpoint: str,
    then: Callable[[RemoteStore], Awaitable[Made]],
    base_iri: str | None = None,
    beside: Store | None = None,
) -> Made:
    """Return the result of `then` on the store behind an endpoint."""

    async def connect() -> Made:
        async with aclosing(Remote(endpoint)) as remote:
            return await then(await RemoteStore.connect(remote, base_iri, beside))

    return asyncio.run(connect())


async def itself(store: RemoteStore) -> RemoteStore:
    return store


@pytest.fixture(scope="module")
def endpoint(listener: httpx.Client) -> str:
    return f"{listener.base_url}/sparql"


@pytest.fixture(scope="module")
def remote_store(endpoint: str) -> RemoteStore:
    return connected(endpoint, itself)


def undated(records: tuple[SourceRecord, ...]) -> list[SourceRecord]:
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


def test_sources(remote_store: RemoteStore, store: Store) -> None:
    assert undated(remote_store.sources()) == undated(store.sources())
    with pytest.raises(SourceMissingError):
        remote_store.source("0" * 16)


def test_state(remote_store: RemoteStore, store: Store) -> None:
    own = store.current()
    seen = remote_store.current()
    assert remote_store.base_iri == store.base_iri == BASE
    assert replace(seen.manifest.counts, quads=0) == replace(own.manifest.counts, quads=0)
    assert 0 < seen.manifest.counts.quads < own.manifest.counts.quads
    assert len(seen.version) == 12
    assert remote_store.settled() is seen


def test_it_is_a_publication(remote_store: RemoteStore, store: Store) -> None:
    publications: tuple[Publication, ...] = (remote_store, store)
    assert all(publication.current() is not None for publication in publications)


def test_an_endpoint_tells_of_its_current_version_alone(remote_store: RemoteStore, store: Store) -> None:
    seen = remote_store.current()
    assert (seen.statistics, seen.members(terms.Project, 0, 9), seen.member_count(terms.Project)) == (None, None, None)
    [version] = remote_store.versions()
    assert version.manifest == seen.manifest
    assert (version.statistics, version.dumps) == (None, ())
    assert undated(version.live_sources) == undated(store.versions()[0].live_sources)
    assert remote_store.version(seen.version) is not None
    assert remote_store.version("000001") is None


def test_the_publishers_words_are_in_the_directory(endpoint: str, remote_store: RemoteStore, tmp_path: Path) -> None:
    assert remote_store.publisher() == Publisher()
    beside = Store.create(tmp_path / "beside", BASE)
    (tmp_path / "beside" / "dataset.toml").write_text("dumps_kept = 3\n", encoding="utf-8")
    assert connected(endpoint, itself, beside=beside).publisher().dumps_kept == 3


def test_without_a_directory_there_is_no_text(remote_store: RemoteStore, sha16: str) -> None:
    assert renditions.lines(remote_store, sha16) == ()
    assert LedgerLines(remote_store).of(sha16) == {}
    assert renditions.around((), (5,), 2) == ()
    assert (remote_store.refusals(), remote_store.log()) == ((), ())
    for missing in (remote_store.original, remote_store.rendition):
        with pytest.raises(SourceMissingError):
            missing(sha16 if missing == remote_store.original else "0" * 16)


def test_with_a_directory_there_is_all(endpoint: str, store: Store, sha16: str) -> None:
    both = connected(endpoint, itself, beside=store)
    assert renditions.lines(both, sha16) == renditions.lines(store, sha16)
    assert both.ledger(sha16) == store.ledger(sha16)
    assert both.original(sha16) == store.original(sha16)
    assert both.log() == store.log() != ()
    assert both.sources() == store.sources()


def test_base_iris_that_differ(endpoint: str, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other", "https://other.example/")
    for base_iri, beside in ((None, other), ("https://other.example/", None), (BASE, other)):
        with pytest.raises(BaseIriError, match="base IRI"):
            connected(endpoint, itself, base_iri, beside)


def test_a_look_before_serving(endpoint: str) -> None:
    assert look(endpoint, "http://localhost:8000").counts.projects == 3
    with pytest.raises(BaseIriMalformedError):
        look(endpoint, "localhost")
    with pytest.raises(ValueError, match="http"):
        look("localhost:8000/sparql")
    with pytest.raises(EndpointUnavailableError):
        look(endpoint.replace("/sparql", "/nothing"))


@pytest.fixture
def changing(fill: Callable[[Path], Store], listen: Serve, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A store that a test changes, and its endpoint."""
    store = fill(tmp_path / "store")
    with listen(Settings(store=store.path)) as client:
        yield store, f"{client.base_url}/sparql"


def test_it_moves_on(changing: tuple[Store, str], songjiang: Deposit, sha16: str) -> None:
    store, endpoint = changing

    async def follow(seen: RemoteStore) -> None:
        before = seen.current()
        await seen.refresh()
        assert seen.current() is before
        withdraw(store, sha16, "误收")
        await seen.refresh()
        assert seen.current().version != before.version
        assert sha16 not in seen.current().sources
        commit(store, songjiang)
        following = asyncio.create_task(seen.follow(0.05))
        for _ in range(100):
            await asyncio.sleep(0.05)
            if sha16 in seen.current().sources:
                break
        following.cancel()
        assert seen.current().sources.keys() == before.sources.keys()

    connected(endpoint, follow)


def test_a_decision_is_another_state(changing: tuple[Store, str]) -> None:
    """A correction changes a value and no count."""
    store, endpoint = changing

    async def decide(seen: RemoteStore) -> None:
        before = seen.current()
        with store.writing() as batch:
            batch.undo(1)
            batch.commit()
        await seen.refresh()
        assert seen.current() is not before

    connected(endpoint, decide)


def test_what_fails_leaves_the_last_state(
    fill: Callable[[Path], Store],
    listen: Serve,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = fill(tmp_path / "store").path

    async def outlive(address: str, stop: Callable[[], Any]) -> None:
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

    running = listen(Settings(store=path))
    client = running.__enter__()
    asyncio.run(outlive(f"{client.base_url}/sparql", lambda: running.__exit__(None, None, None)))
    assert "could not be looked at" in caplog.text


@pytest.mark.debian
def test_virtuoso_says_the_same(loaded: Loaded, caplog: pytest.LogCaptureFixture) -> None:
    seen = connected(loaded.endpoint, itself)
    own = loaded.store.current()
    assert undated(seen.sources()) == undated(loaded.store.sources())
    assert replace(seen.current().manifest.counts, quads=0) == replace(own.manifest.counts, quads=0)
    assert seen.base_iri == loaded.store.base_iri
    assert caplog.text == ""
