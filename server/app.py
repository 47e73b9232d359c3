"""Settings come in, the ASGI application goes out. A list: what is opened, which routers there are."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from jixiao.server import (
    citing,
    dataset,
    dumps,
    filing_reports,
    graphs,
    home,
    problems,
    quality,
    resources,
    sitemap,
    sources,
    term_routes,
    view_routes,
)
from jixiao.server.front import Front
from jixiao.server.journal import Journal
from jixiao.server.metrics import Metrics
from jixiao.server.packing import Packing
from jixiao.server.protocol_schema import PATHS
from jixiao.server.service import started
from jixiao.server.settings import Settings
from jixiao.server.sparql import Endpoint

HANDED_ON = "JIXIAO_HANDED_ON"
"""The environment variable in which `jixiao serve` hands its settings to further server processes, as JSON."""

_HERE = Path(__file__).parent


class _Pages(FastAPI):
    """All but /sparql, which stands in the description nonetheless."""

    def openapi(self) -> dict[str, Any]:
        schema = super().openapi()
        schema["paths"] |= PATHS
        return schema


def create_app(settings: Settings) -> Front:
    """The application; the store is opened and the workers are started when it starts, not before.

    Raises OSError for an access log that cannot be opened.
    """
    journal = Journal(settings)
    metrics = Metrics(lambda: journal.dropped)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Metrics]]:
        journal.start()
        try:
            async with started(settings, metrics) as service:
                app.state.service = service
                front.endpoint = Endpoint(service)
                # In every scope's `state`, where connections.py finds what to tell of connections.
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
    )
    pages.state.metrics = metrics
    problems.install(pages)
    pages.add_middleware(Packing)
    for room in (
        home,
        sitemap,
        dumps,
        citing,
        dataset,
        view_routes,
        resources,
        graphs,
        sources,
        filing_reports,
        quality,
        term_routes,
    ):
        pages.include_router(room.router)
    pages.mount("/static", StaticFiles(directory=_HERE / "static"))
    front = Front(pages, metrics, journal, settings.root_path)
    return front


def handed_on() -> Front:
    """The application of one of several server processes, from the settings in the environment."""
    return create_app(Settings.model_validate_json(os.environ[HANDED_ON]))
