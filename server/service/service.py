"""What the handlers share while the server runs: store, engine, views, labels and templates; made once by app.py."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from jixiao.server.errors import GenerationClearedError, NothingPublishedError, ServerError
from jixiao.server.http.clients import Client
from jixiao.server.publication.credit import Credit, Credits
from jixiao.server.publication.protocols import Edition, Publication
from jixiao.server.queries.binding import query
from jixiao.server.remote.client import SOLUTIONS_JSON, Remote
from jixiao.server.remote.engine import RemoteEngine
from jixiao.server.remote.store import RemoteStore
from jixiao.server.sandbox.cache import Cache, key
from jixiao.server.sandbox.engine import Engine
from jixiao.server.sandbox.jobs import Job
from jixiao.server.sandbox.pool import Limits, Pool
from jixiao.server.sandbox.results import Result
from jixiao.server.sandbox.seats import Line
from jixiao.server.service.pages import Pages
from jixiao.server.settings import Settings
from jixiao.server.watch.metrics import Metrics
from jixiao.store import Store, StoreMissingError

_LOOKING = 1  # connections of the one that looks whether the endpoint's dataset has changed
_LOOKED_AT_EVERY = 60.0  # seconds
_PULSE = 0.2  # seconds for which an answer tells that there will be another
_OBSERVED_EVERY = 1.0  # seconds
_OURS = "own queries"  # in place of a client's address, where queries are counted by client

Answered = TypeVar("Answered")
Owned = TypeVar("Owned")


class Pulse:
    """When a query of the server's own was last answered for whoever asks whether it lives, and from which version."""

    def __init__(self) -> None:
        self.asking = asyncio.Lock()
        self.felt = -_PULSE
        self.version = ""
        self.error: ServerError | None = None


@dataclass(frozen=True)
class Service:
    """The running server's parts. Handlers in threads use run(), answer() and on_current(), those in the loop ask()."""

    settings: Settings
    store: Publication
    engine: Engine
    cache: Cache
    metrics: Metrics
    pages: Pages
    loop: asyncio.AbstractEventLoop
    credits: Credits = field(default_factory=Credits)
    pulse: Pulse = field(default_factory=Pulse)
    _owned: dict[type, Any] = field(default_factory=dict)
    _owning: threading.Lock = field(default_factory=threading.Lock)

    def own(self, kind: type[Owned], make: Callable[[], Owned] | None = None) -> Owned:
        """Return the one instance of a feature's cache, made by `make` (by default `kind()`) at its first use.

        Features so own their caches, and the service need not know them. Raises what `make` raises.
        """
        with self._owning:
            if kind not in self._owned:
                self._owned[kind] = (make or kind)()
            owned: Owned = self._owned[kind]
            return owned

    def generation(self) -> Edition:
        """The generation to answer from. Raises NothingPublishedError, StoreUnusableError."""
        generation = self.store.current()
        if generation is None:
            raise NothingPublishedError("库中还没有数据。", "The store holds nothing yet.")
        return generation

    async def newest(self) -> Edition:
        """The same, without ever opening one in the event loop."""
        settled = self.store.settled()
        return settled if settled is not None else await run_in_threadpool(self.generation)

    def on_current(self, ask: Callable[[Edition], Answered]) -> Answered:
        """What `ask` makes of the current generation; asked once more if that was cleared away meanwhile."""
        try:
            return ask(self.generation())
        except GenerationClearedError:
            return ask(self.generation())

    async def on_newest(self, ask: Callable[[Edition], Awaitable[Answered]]) -> Answered:
        """on_current() for the event loop."""
        try:
            return await ask(await self.newest())
        except GenerationClearedError:
            return await ask(await self.newest())

    def job(self, generation: Edition, query: str, wanted: str | None, timeout: float) -> Job:
        """A query on a generation's own dataset under this server's limits, its result in the form that is wanted."""
        return Job(
            graph_path=generation.graph_directory,
            base_iri=self.store.base_iri,
            query=query,
            wanted=wanted,
            max_bytes=self.settings.max_result_bytes,
            timeout=timeout,
        )

    async def ask(self, job: Job, named: str | None, client: Client, *, own: bool = False) -> tuple[Result, bool]:
        """The result of a job, and whether it was kept from an earlier one; `named` is what cache.key() says of it.

        Raises what Pool.run raises.
        """
        if named is not None and self.cache.max_bytes:
            kept = self.cache.get(named)
            if kept is not None:
                return kept, True
        result = await self.engine.run(job, client, own)
        if named is not None:
            self.cache.put(named, result)
        return result, False

    def run(
        self, generation: Edition, query: str, media_type: str = SOLUTIONS_JSON, timeout: float | None = None
    ) -> bytes:
        """The result of one of the server's own queries, within `timeout` seconds; not for the event loop's thread.

        Raises what Pool.run raises. It passes the guard as a stranger's does: a second line of defence, should ever a
        value become query text.
        """
        job = self.job(generation, query, media_type, timeout or self.settings.view_timeout)
        asking = self._own(job, version(generation))
        return asyncio.run_coroutine_threadsafe(asking, self.loop).result()

    def rows(self, generation: Edition, query: str) -> list[dict[str, dict[str, str]]]:
        """The rows of one of the server's own queries, as SPARQL 1.1 Query Results JSON has them. Raises as above."""
        found: list[dict[str, dict[str, str]]] = json.loads(self.run(generation, query))["results"]["bindings"]
        return found

    async def alive(self) -> str:
        """The version of the dataset, from which a query was answered a moment ago. Raises what Pool.run raises.

        However many ask, one query at a time is run for them.
        """
        pulse = self.pulse
        async with pulse.asking:
            lately = self.loop.time() - pulse.felt < _PULSE
            if not lately or pulse.version != (await self.newest()).version:
                try:
                    pulse.version, pulse.error = await self._beat(), None
                except ServerError as error:
                    pulse.error = error
                pulse.felt = self.loop.time()
            if pulse.error is not None:
                raise pulse.error
            return pulse.version

    async def _beat(self) -> str:
        async def ask(now: Edition) -> str:
            job = self.job(now, query("alive"), SOLUTIONS_JSON, self.settings.view_timeout)
            await self.ask(job, None, Client(_OURS), own=True)
            return now.version

        return await self.on_newest(ask)

    def observe(self) -> None:
        """Tell the metrics what there is now."""
        self.engine.observe(self.metrics)
        self.metrics.cache(len(self.cache), self.cache.size)
        generation = self.store.settled()
        if generation is not None:
            self.metrics.generation(generation.number)

    def credit(self, now: Edition) -> Credit:
        """Under which licence and as what the state of the dataset is used and cited."""
        return self.credits.of(self.store.publisher(), now.manifest)

    async def _own(self, job: Job, generation: str) -> bytes:
        result, _ = await self.ask(job, key(job, generation), Client(_OURS), own=True)
        return result.read()


def version(generation: Edition) -> str:
    """What tells a generation from all others, those of a store that was made anew included."""
    return f"{generation.version} {generation.manifest.checksum}"


@asynccontextmanager
async def started(settings: Settings, metrics: Metrics) -> AsyncIterator[Service]:
    """Open the store, or look at the endpoint, and start the workers. All ends with the block.

    Raises StoreMissingError, StoreUnusableError, BaseIriError, EndpointUnavailableError.
    """
    async with AsyncExitStack() as ending:
        store, engine = await _remote(settings, ending) if settings.endpoint else _local(settings, metrics)
        ending.push_async_callback(engine.close)
        service = Service(
            settings=settings,
            store=store,
            engine=engine,
            cache=Cache(settings.cache_bytes),
            metrics=metrics,
            pages=Pages(store.base_iri, settings.root_path),
            loop=asyncio.get_running_loop(),
        )
        ending.callback(asyncio.create_task(_observe(service)).cancel)
        yield service


def _local(settings: Settings, metrics: Metrics) -> tuple[Publication, Engine]:
    if settings.store is None:
        raise StoreMissingError("没有指定库 · no store is named")
    store = Store.open(settings.store)
    generation = store.current()
    pool = Pool(_limits(settings), metrics)
    pool.start("" if generation is None else generation.graph_directory)
    return store, pool


async def _remote(settings: Settings, ending: AsyncExitStack) -> tuple[Publication, Engine]:
    connections = sum(settings.seats)
    remote = Remote(settings.endpoint or "", connections=connections + _LOOKING)
    ending.push_async_callback(remote.close)
    beside = None if settings.store is None else Store.open(settings.store)
    store = await RemoteStore.connect(remote, settings.base_iri, beside)
    ending.callback(asyncio.create_task(store.follow(_LOOKED_AT_EVERY)).cancel)
    return store, RemoteEngine(remote, connections, _line(settings))


async def _observe(service: Service) -> None:
    """Keep the metrics of what is there up to date: each server process knows its own only."""
    while True:
        service.observe()
        await asyncio.sleep(_OBSERVED_EVERY)


def _line(settings: Settings) -> Line:
    return Line(settings.waiting, settings.waiting_per_client, settings.patience)


def _limits(settings: Settings) -> Limits:
    quick, heavy = settings.seats
    return Limits(
        quick_seats=quick,
        heavy_seats=heavy,
        line=_line(settings),
        promote_after=settings.promote_after,
        memory=settings.query_memory,
        spool_bytes=settings.spool_bytes,
    )


def service(request: Request) -> Service:
    """The service of the app that got the request."""
    running: Service = request.app.state.service
    return running


ServiceDep = Annotated[Service, Depends(service)]
