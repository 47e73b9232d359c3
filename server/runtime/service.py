"""Hold the parts that handlers share while the server runs: store, engine, caches and templates; app.py makes them."""

import asyncio
import ctypes
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.server.editions.metadata import Credit, Document
from jixiao.server.editions.protocols import Edition, Publication
from jixiao.server.editions.source_lines import SourceLines
from jixiao.server.editions.tables import Tables
from jixiao.server.errors import GenerationClearedError, LimitError, NothingPublishedError
from jixiao.server.http.clients import Client
from jixiao.server.http.negotiation import N_TRIPLES, Form
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query import jobs
from jixiao.server.query.binding import bind, bindings, query
from jixiao.server.query.pool import InProcessEngine, Pool
from jixiao.server.query.remote.client import SOLUTIONS_JSON, Remote, RemoteEngine
from jixiao.server.query.remote.store import RemoteStore
from jixiao.server.query.spooled import Cache, Result, key
from jixiao.server.rdf.graph_response import written
from jixiao.server.runtime import turns, work
from jixiao.server.runtime.rendering import Pages
from jixiao.server.settings import Settings
from jixiao.store import Store, StoreMissingError
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.errors import damaged
from jixiao.store.tables.cache import Cache as TableCache

_FOLLOWING = 1  # connections to an endpoint that are reserved for checking if its dataset has changed, and for tables
_FOLLOW_EVERY = 60.0  # seconds between two such checks
_TABLES_WITHIN = 2.0  # seconds that a request waits for tables that are being made
_OBSERVE_EVERY = 1.0  # seconds between two updates of the metrics
_KEPT = 48  # results that are kept for states of the dataset

Answered = TypeVar("Answered")
Other = TypeVar("Other")
Owned = TypeVar("Owned")

Engine = Pool | RemoteEngine | InProcessEngine


@dataclass
class Service:
    """The parts of the running server: store, its tables, engine (which runs queries), cache of results, and so on.

    `desk` admits the work that handlers do in threads. `damaged_files` is the number of the store's files that differ
    from their checksums, None before the first comparison. `on_version` is called when the dataset has another version.

    Handlers in threads use run() and on_current(), those in the event loop ask().
    """

    settings: Settings
    store: Publication
    engine: Engine
    cache: Cache
    metrics: Metrics
    tables: Tables
    lines: SourceLines
    pages: Pages
    desk: work.Desk
    loop: asyncio.AbstractEventLoop
    damaged_files: int | None = None
    on_version: Callable[[], object] = lambda: None
    _owned: dict[type, Any] = field(default_factory=dict)
    _owning: threading.Lock = field(default_factory=threading.Lock)
    _kept: BoundedCache[Any] = field(default_factory=lambda: BoundedCache(_KEPT))

    def own(self, kind: type[Owned], make: Callable[[], Owned] | None = None) -> Owned:
        """Return the only instance of the class `kind`, made by `make` (by default `kind()`) at its first use.

        Modules keep their caches this way without the service knowing their classes. Raises the errors of `make`.
        """
        with self._owning:
            if kind not in self._owned:
                self._owned[kind] = (make or kind)()
            return cast(Owned, self._owned[kind])

    def kept(self, kind: str, state: Hashable, make: Callable[[], Owned]) -> Owned:
        """Return what `make` made of a kind for a state of the dataset; it is made anew if that was long ago.

        The state must have all that the result depends on. Raises the errors of `make`.
        """
        return cast(Owned, self._kept.get_or_make((kind, state), make))

    def generation(self) -> Edition:
        """Return the generation to answer from. Raises NothingPublishedError, StoreUnusableError."""
        generation = self.store.current()
        if generation is None:
            raise NothingPublishedError("库中还没有数据。", "The store holds nothing yet.")
        return generation

    async def newest(self) -> Edition:
        """Return the generation to answer from; opening it, if needed, is done in a thread, not in the event loop."""
        settled = self.store.settled()
        return settled if settled is not None else await run_in_threadpool(self.generation)

    def on_current(self, ask: Callable[[Edition], Answered]) -> Answered:
        """Return ask(current generation), called a second time if the generation was deleted during the first call.

        Raises StoreUnusableError if the current generation's graph is gone.
        """
        now = self.generation()
        try:
            return ask(now)
        except GenerationClearedError:
            return ask(_later(now, self.generation()))

    async def on_newest(self, ask: Callable[[Edition], Awaitable[Answered]]) -> Answered:
        """Return the result of an asynchronous `ask` in the way of on_current(), for handlers in the event loop."""
        now = await self.newest()
        try:
            return await ask(now)
        except GenerationClearedError:
            return await ask(_later(now, await self.newest()))

    def job(self, generation: Edition, query: str, wanted: str | None, timeout: float) -> jobs.Job:
        """Return the job that runs a query on a generation's data within `timeout` seconds.

        `wanted` is the name or media type of the form of the result, None for the form that is offered first.
        """
        return jobs.Job(
            graph_path=generation.graph_directory,
            base_iri=self.store.base_iri,
            query=query,
            wanted=wanted,
            max_bytes=self.settings.max_result_bytes,
            timeout=timeout,
        )

    async def ask(self, job: jobs.Job, named: str | None, client: Client, *, own: bool = False) -> tuple[Result, bool]:
        """Return the result of a job, and True if it came from the cache.

        `named` is the job's key(), None to bypass the cache; `own` marks the server's own queries. Raises the
        errors of Pool.run.
        """
        if named is not None and self.cache.max_bytes:
            kept = self.cache.get(named)
            if kept is not None:
                return kept, True
        result = await self.engine.run(job, client, own)
        if named is not None and not result.in_file:
            self.cache.put(named, result)
        return result, False

    def run(
        self, generation: Edition, query: str, media_type: str = SOLUTIONS_JSON, timeout: float | None = None
    ) -> bytes:
        """Return the result of one of the server's own queries, within `timeout` seconds; not for the event loop.

        Raises the errors of Pool.run. The guard checks these queries like those of clients, in case a value from a
        request should ever get into a query's text. The query of a request that has a turn at the desk ends with it.
        """
        turns.look()
        job = self.job(generation, query, media_type, timeout or self.settings.view_timeout)
        named, turn = key(job, version(generation)), turns.turn()
        if turn is None:
            return asyncio.run_coroutine_threadsafe(self._own(job, named), self.loop).result()
        job = job._replace(timeout=min(job.timeout, turn.left))
        return turn.result(asyncio.run_coroutine_threadsafe(self._own(job, named), self.loop))

    def rows(self, generation: Edition, query: str) -> list[dict[str, dict[str, str]]]:
        """Return the bindings of SPARQL 1.1 Query Results JSON for one of the server's own queries. Raises as run()."""
        return bindings(self.run(generation, query))

    def named_graph(self, generation: Edition, path: str, document: Document, form: Form) -> bytes:
        """Return the graph named base IRI + `path`, and statements about the document that it is read from.

        Raises NotAcceptableError for data that XML cannot express, and the errors of Pool.run.
        """
        graph = NamedNode(f"{self.store.base_iri}{path}")
        facts = parse(
            self.run(generation, bind(query("named-graph"), {"graph": graph}), N_TRIPLES.media_type),
            format=RdfFormat.N_TRIPLES,
        )
        triples = [fact.triple for fact in facts]
        return written([*triples, *document.triples(generation, self.store.publisher(), (), ())], form)

    async def alive(self, now: Edition) -> str:
        """Return the version of an edition that has tables and on which a query succeeds now.

        Raises TablesPendingError and the errors of Pool.run.
        """
        await asyncio.to_thread(self.tables.of, now)
        await self._own(self.job(now, query("alive"), SOLUTIONS_JSON, self.settings.view_timeout), None)
        return now.version

    def observe(self) -> None:
        """Update the metrics with the current state of engine, cache and generation.

        If the generation has changed since the last call, drop the cached results and free the memory of earlier
        generations.
        """
        self.engine.observe(self.metrics)
        self.metrics.set(cache_entries=len(self.cache), cache_bytes=self.cache.size)
        generation = self.store.settled()
        if generation is not None:
            self.metrics.set(generation=generation.number)
            if self.cache.begin(version(generation)):
                self.on_version()
                _release_memory()

    def credit(self, now: Edition) -> Credit:
        """Return the licence and citation of an edition of the dataset."""
        return Credit.of(self.store.publisher(), now.manifest)

    async def _own(self, job: jobs.Job, named: str | None) -> bytes:
        # The server's own queries have these words in place of a client's address.
        result, _ = await self.ask(job, named, Client("own queries"), own=True)
        return result.read()


def unless_limited(ask: Callable[[], Answered], otherwise: Other) -> Answered | Other:
    """Return ask(), or `otherwise` if a limit stops `ask`, for pages to which its answer is not essential.

    Raises GenerationClearedError, after which on_current() asks again.
    """
    try:
        return ask()
    except GenerationClearedError:
        raise
    except LimitError:
        return otherwise


def _later(now: Edition, later: Edition) -> Edition:
    """Return `later`, the generation that came after `now`, whose graph was not found.

    Raises StoreUnusableError if no generation came after it.
    """
    if later.version == now.version:
        raise damaged(Path(now.graph_directory))
    return later


def version(generation: Edition) -> str:
    """Return an identifier unique to a generation; it contains the checksum, since a new store reuses the numbers."""
    return f"{generation.version} {generation.manifest.checksum}"


@asynccontextmanager
async def started(
    settings: Settings, metrics: Metrics, engine: InProcessEngine | None = None
) -> AsyncIterator[Service]:
    """Open the store or connect to the endpoint, and start the workers; the end of the block stops and closes them.

    An `engine` takes the place of workers. Raises StoreMissingError, BaseIriError,
    EndpointUnavailableError.
    """
    async with AsyncExitStack() as ending:
        cache = TableCache(settings.tables_folder, settings.tables_bytes)
        cache.sweep()
        store, runs = (
            await _remote(settings, ending, cache) if settings.endpoint else _local(settings, metrics, ending, engine)
        )
        lines = SourceLines(store, settings.root_path)
        service = Service(
            settings=settings,
            store=store,
            engine=runs,
            cache=Cache(settings.cache_bytes),
            metrics=metrics,
            tables=Tables(cache, _TABLES_WITHIN if engine is None else None),
            lines=lines,
            pages=Pages(store.base_iri, settings.root_path, lines=lines, checks=settings.offers_checks),
            desk=work.Desk(settings),
            loop=asyncio.get_running_loop(),
        )
        ending.callback(asyncio.create_task(_observe(service)).cancel)
        yield service


def _local(
    settings: Settings, metrics: Metrics, ending: AsyncExitStack, engine: InProcessEngine | None
) -> tuple[Publication, Engine]:
    if settings.store is None:
        raise StoreMissingError("没有指定库 · no store is named")
    store = Store.open(settings.store)
    if engine is not None:
        return store, engine
    generation = store.current()
    pool = Pool(settings, metrics)
    ending.push_async_callback(pool.close)
    pool.start("" if generation is None else generation.graph_directory)
    return store, pool


async def _remote(settings: Settings, ending: AsyncExitStack, cache: TableCache) -> tuple[Publication, Engine]:
    remote = Remote(settings.endpoint or "", connections=sum(settings.seats) + _FOLLOWING)
    ending.push_async_callback(remote.aclose)
    beside = None if settings.store is None else Store.open(settings.store)
    store = await RemoteStore.connect(remote, settings.base_iri, beside, cache)
    ending.callback(asyncio.create_task(store.follow(_FOLLOW_EVERY)).cancel)
    return store, RemoteEngine(remote, settings)


def _release_memory() -> None:
    """Free what the cyclic garbage collector and the allocator of glibc keep, most of it from earlier generations.

    Rendered templates are cycles, which hold a generation with its open files.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have no such function
    if trim is not None:
        trim(0)


async def _observe(service: Service) -> None:
    """Update this process's metrics every `_OBSERVE_EVERY` seconds, since no process can read another's state."""
    while True:
        service.observe()
        await asyncio.sleep(_OBSERVE_EVERY)


def _of_app(request: Request) -> Service:
    """Return the service of the app that received the request."""
    return cast(Service, request.app.state.service)


ServiceDep = Annotated[Service, Depends(_of_app)]
