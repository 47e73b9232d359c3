"""What the handlers share while the server runs: store, pool, views, labels and templates; made once by app.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from jixiao.server import guard
from jixiao.server.answers import Answer
from jixiao.server.binding import QUERIES
from jixiao.server.errors import GenerationClearedError, NothingPublishedError
from jixiao.server.pages import Pages
from jixiao.server.pool import Limits, Pool
from jixiao.server.settings import Settings
from jixiao.server.tally import Tallies
from jixiao.server.views import View, load, read
from jixiao.server.worker import Job
from jixiao.store import Generation, Store

SOLUTIONS_JSON = "application/sparql-results+json"

Answered = TypeVar("Answered")


@dataclass(frozen=True)
class Service:
    """The running server's parts. Safe to share between threads.

    `pool` runs strangers' queries, `lane` the server's own, so that a page never waits behind a query of a minute.
    """

    settings: Settings
    store: Store
    pool: Pool
    lane: Pool
    views: dict[str, View]
    description: View
    pages: Pages
    tallies: Tallies = field(default_factory=Tallies)

    def generation(self) -> Generation:
        """The generation to answer from. Raises NothingPublishedError, StoreUnusableError."""
        generation = self.store.current()
        if generation is None:
            raise NothingPublishedError("库中还没有数据。", "The store holds nothing yet.")
        return generation

    def on_current(self, ask: Callable[[Generation], Answered]) -> Answered:
        """What `ask` makes of the current generation; asked once more if that was cleared away meanwhile."""
        try:
            return ask(self.generation())
        except GenerationClearedError:
            return ask(self.generation())

    def job(self, generation: Generation, query: str, media_type: str = SOLUTIONS_JSON) -> Job:
        """A query on a generation's own dataset under this server's limits."""
        return Job(
            graph_path=str(generation.graph_path),
            query=query,
            base_iri=self.store.base_iri,
            media_type=media_type,
            default_graphs=None,
            named_graphs=None,
            max_bytes=self.settings.max_result_bytes,
            timeout=self.settings.query_timeout,
        )

    def run(
        self, generation: Generation, query: str, media_type: str = SOLUTIONS_JSON, timeout: float | None = None
    ) -> bytes:
        """The result of one of the server's own queries, within `timeout` seconds. Raises what Pool.run raises.

        It passes the guard as a stranger's does: a second line of defence, should ever a value become query text.
        """
        checked = guard.check(query, self.store.base_iri)
        job = self.job(generation, checked.text, media_type)
        return self.lane.run(replace(job, timeout=timeout or self.settings.view_timeout))

    def answer(self, view: View, given: Mapping[str, str]) -> Answer:
        """A view's answer from the current generation. Raises what View.answer and Pool.run raise."""
        return self.on_current(lambda now: view.answer(lambda sparql: self.run(now, sparql), given, now.version))

    def close(self) -> None:
        """End all workers."""
        self.pool.close()
        self.lane.close()


def start(settings: Settings) -> Service:
    """Open the store, read the views, start the workers. Raises StoreMissingError, StoreUnusableError."""
    store = Store.open(settings.store)
    limits = Limits(settings.workers, settings.waiting, settings.patience, settings.query_memory)
    return Service(
        settings=settings,
        store=store,
        pool=Pool(limits),
        lane=Pool(replace(limits, workers=settings.view_workers)),
        views=load(store.base_iri),
        description=read(QUERIES / "description.rq", store.base_iri),
        pages=Pages(store.base_iri),
    )


def service(request: Request) -> Service:
    """The service of the app that got the request."""
    running: Service = request.app.state.service
    return running


ServiceDep = Annotated[Service, Depends(service)]
