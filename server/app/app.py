"""Build the ASGI application from settings: open the store, start the workers, and register routers and functions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from jixiao.ontology import terms
from jixiao.ontology.errors import of_engine
from jixiao.ontology.text import yaml_text
from jixiao.server import errors
from jixiao.server.app import answer_cache, home
from jixiao.server.app.front import Front
from jixiao.server.apps import reconcile
from jixiao.server.apps.charts import charts as kinds_of_charts, routes as charts
from jixiao.server.apps.check import desk, routes as checking
from jixiao.server.apps.compare import routes as comparing
from jixiao.server.apps.help import guides, interface
from jixiao.server.apps.quality import listing, pages as quality
from jixiao.server.apps.search import routes as search
from jixiao.server.apps.sparql import endpoint
from jixiao.server.dataset import changes, citation, dumps, routes as dataset, sitemap
from jixiao.server.http import compression, language, problems
from jixiao.server.http.negotiation import HTML, PROBLEMS, negotiate
from jixiao.server.linked_data import routes as things, tables
from jixiao.server.logs.access_log import Journal
from jixiao.server.logs.metrics import Metrics
from jixiao.server.pages import findings
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.runtime.service import Service, started
from jixiao.server.settings import Settings
from jixiao.server.sources import routes as sources, sheets
from jixiao.server.views import answers, chips, published, routes as view_routes
from jixiao.server.views.parameters import called
from jixiao.server.vocabulary import routes as vocabulary
from jixiao.shapes.findings.groups import folded, grouped
from jixiao.store import StoreError

FEATURES = (
    home,
    sitemap,
    dumps,
    citation,
    changes,
    dataset,
    view_routes,
    charts,
    comparing,
    things,
    sources,
    quality,
    listing,
    vocabulary,
    guides,
    interface,
    search,
    reconcile,
    endpoint,
    checking,
)
_SERVER = Path(__file__).parents[1]
_NO_TELEMETRY = TelemetryConfig(tracing=False, operation_spans=False, metrics=False, logs=False, auto_configure=False)
"""FastAPI's telemetry is off, since its spans hold the parameters of requests."""


class _Pages(FastAPI):
    """The FastAPI application for all addresses except /sparql, which its OpenAPI document includes nonetheless."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:  # FastAPI keeps the document once it is made
            schema = super().openapi()
            schema["paths"] |= yaml_text.load(
                (_SERVER / "apps" / "sparql" / "openapi.yaml").read_text(encoding="utf-8")
            )
            service = getattr(self.state, "service", None)
            interface.complete(schema, () if service is None else published.views(service).values())
        return super().openapi()


def create_app(settings: Settings, engine: InProcessEngine | None = None, *, warm: bool = False) -> Front:
    """Return the application. Its store is opened and its workers are started when the server starts it.

    An `engine` takes the place of workers. If `warm`, the start includes the first pages. Raises OSError
    for an access log that cannot be opened.
    """
    journal = Journal(settings)
    metrics = Metrics(lambda: journal.dropped)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Metrics]]:
        journal.start()
        try:
            async with started(settings, metrics, engine) as service, dumps.opened(service):
                for failed in await run_in_threadpool(published.fill, service):
                    del published.views(service)[failed]
                service.on_version = partial(service.loop.run_in_executor, None, published.fill, service)
                kinds_of_charts.kinds(service.store.base_iri)
                _offer_to_templates(service)
                app.state.service = service
                front.open(endpoint.Endpoint(service), answer_cache.Kept(service, pages))
                with desk.opened(settings) as own_desk:
                    service.own(desk.Desk, lambda: own_desk)
                    if warm:
                        service.pages.compile()
                        await front.warm()
                    # uvicorn passes the yielded dict to connections.py, which counts connections in the metrics.
                    yield {"metrics": metrics}
        finally:
            journal.stop()

    pages = _Pages(
        redirect_slashes=False,
        title="绩效 jixiao",
        description="预算绩效目标申报表的知识图谱 · a knowledge graph of budget performance-target filings",
        version=version("jixiao"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
    )
    pages.state.metrics = metrics
    for kind in (errors.ServerError, StoreError, HTTPException, Exception):
        pages.add_exception_handler(kind, _failed)
    pages.add_exception_handler(RuntimeError, _damaged)
    pages.add_exception_handler(errors.ClientGoneError, lambda request, error: _Unsent())
    pages.add_exception_handler(language.MovedError, lambda request, moved: moved.args[0])
    pages.add_middleware(compression.Packing)
    for feature in FEATURES:
        pages.include_router(feature.router)
    pages.mount("/static", StaticFiles(directory=_SERVER / "static"))
    front = Front(pages, metrics, journal, settings)
    return front


@asynccontextmanager
async def client_of(
    settings: Settings, address: str, *, follow_redirects: bool = False, engine: InProcessEngine | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Start the application, as a web server would, and stop it after the block (ASGI, lifespan protocol).

    The block gets a client without a network, whose relative addresses are below `address`. An `engine` takes the place
    of workers, for one caller whose requests come one after the other.
    """
    front = create_app(settings, engine)
    if not isinstance(front.inner, FastAPI):
        raise TypeError("an application whose lifespan is FastAPI's")
    async with (
        front.inner.router.lifespan_context(front.inner),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=front), base_url=address, follow_redirects=follow_redirects
        ) as client,
    ):
        yield client


class _Unsent(Response):
    """The answer to a client that has hung up: none, so that the log has the status HUNG_UP."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


def _damaged(request: Request, error: Exception) -> Response:
    """Return the response to an error of Oxigraph about a damaged graph; any other error is raised again."""
    damage = of_engine(error)
    if damage is None:
        raise error
    return _failed(request, damage)


def _failed(request: Request, error: Exception) -> Response:
    """Return the response to an error: a page for browsers, otherwise problem+json.

    An unknown address with a slash at its end is redirected (308) to the one without it, if this site has that one.
    """
    if isinstance(error, errors.ServerError):
        error.__traceback__ = None  # its frames hold the edition, and the worker whose query failed holds the error
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if path.endswith("/") and _is_address(request, path[:-1]):
            asked = request.url.query
            return RedirectResponse(quote(path[:-1]) + (f"?{asked}" if asked else ""), status_code=308)
    service: Service | None = getattr(request.app.state, "service", None)
    if service is None or negotiate(request.headers.get("accept"), PROBLEMS) != HTML:
        return problems.as_json(error)
    return service.pages.html(
        "problem.html",
        error=error,
        headers=problems.headers(error) | {"Vary": language.wish().vary},
        titles=problems.titles,
    )


def _is_address(request: Request, path: str) -> bool:
    """Return whether a path is an address of this site, and does not begin with //, which leads to another site."""
    matches = (route.matches({**request.scope, "path": path})[0] for route in request.app.routes)
    return not path.startswith("//") and (path == "/sparql" or any(each is not Match.NONE for each in matches))


def _offer_to_templates(service: Service) -> None:
    """Give templates the functions that ask the dataset or belong to one application: the renderer imports neither."""
    service.pages.offer(
        {
            "beside": partial(_beside, service),
            "chips_of": partial(chips.chips, service),
            "fields_beside": partial(chips.more, service),
            "caveat_on": partial(published.caveat, service),
            "called": called,
            "guides_on": partial(guides.on, service.settings.root_path),
            "chart_of": partial(kinds_of_charts.of_view, service.store.base_iri),
        }
    )


def _beside(service: Service, answer: answers.Answer) -> dict[str, Any] | None:
    """Return the findings and further facts to show with the project of a view's answer; None for an empty answer.

    The findings are those of the project and of its self-evaluations. `quote` is the line that states its amount, or
    else its first line; `kind` are the words for the kind of the amount.

    A limit is an error here and leaves nothing out, since the page may be cached with a strong ETag. Raises the errors
    of Pool.run.
    """
    if not answer.rows:
        return None
    project = str(answer.rows[0]["project"])
    own = service.on_current(lambda now: tables.listed(service, now, "project", {project: ""}))
    kind = own and next(each.words(own.rows[0][each.name]) for each in own.columns if each.name == "amountKind")
    parts = sorted({str(row["itemIri"]) for row in answer.rows if row["itemIri"]})
    found = findings.of_project(service, project, parts)
    known = [row for row in answer.rows if row["line"]]
    stating = next((row for row in known if row["property"] == terms.amount), known[0] if known else None)
    quote = stating and sheets.quoted(service, str(stating["source"]), int(str(stating["line"])))
    evaluated = tables.evaluations_of(service, project)
    every = [*found["findings"], *(finding for each in evaluated for finding in each.beside["findings"])]
    found |= {"findings": every, "folded": folded(grouped(every))}
    found |= {"evaluations": evaluated, "kind": kind, "quote": quote}
    return {**found, "originals": service.settings.serve_originals}
