"""Settings come in, the web application goes out. A list: what is opened, which routers there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from jixiao.server import filing_reports, home, problems, quality, resources, sources, sparql, view_routes
from jixiao.server.headers import Headers
from jixiao.server.service import start
from jixiao.server.settings import Settings

_HERE = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The application; the store is opened and the workers are started when it starts, not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = start(settings)
        app.state.service = service
        try:
            yield
        finally:
            service.close()

    app = FastAPI(
        redirect_slashes=False,
        title="绩效 jixiao",
        description="预算绩效目标申报表的知识图谱 · a knowledge graph of budget performance-target filings",
        version=version("jixiao"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.add_middleware(Headers)
    for room in (home, view_routes, sparql, resources, sources, filing_reports, quality):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    return app
