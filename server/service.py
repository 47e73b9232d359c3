"""What the handlers share while the server runs: store, pool, views, labels and templates; made once by app.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from jixiao.server.binding import QUERIES
from jixiao.server.errors import NothingPublishedError
from jixiao.server.pages import Pages
from jixiao.server.pool import Limits, Pool
from jixiao.server.settings import Settings
from jixiao.server.views import View, load, read
from jixiao.server.worker import Job
from jixiao.store import Generation, Store

SOLUTIONS_JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Service:
    """The running server's parts. Safe to share between threads."""

    settings: Settings
    store: Store
    pool: Pool
    views: dict[str, View]
    description: View
    pages: Pages

    def generation(self) -> Generation:
        """The generation to answer from. Raises NothingPublishedError, StoreUnusableError."""
        generation = self.store.current()
        if generation is None:
            raise NothingPublishedError("库中还没有数据。", "The store holds nothing yet.")
        return generation

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

    def select(self, generation: Generation, query: str) -> bytes:
        """A SELECT's results as SPARQL JSON. Raises what Pool.run raises."""
        return self.pool.run(self.job(generation, query))


def start(settings: Settings) -> Service:
    """Open the store, read the views, start the workers. Raises StoreMissingError, StoreUnusableError."""
    store = Store.open(settings.store)
    limits = Limits(settings.workers, settings.waiting, settings.patience, settings.query_memory)
    return Service(
        settings=settings,
        store=store,
        pool=Pool(limits),
        views=load(store.base_iri),
        description=read(QUERIES / "description.rq", store.base_iri),
        pages=Pages(store.base_iri),
    )


def service(request: Request) -> Service:
    """The service of the app that got the request."""
    running: Service = request.app.state.service
    return running


ServiceDep = Annotated[Service, Depends(service)]
