"""Settings come in, the web application goes out. A list: what is opened, which routers and which headers there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server import home, problems, resources, sources, sparql, view_routes
from jixiao.server.service import start
from jixiao.server.settings import Settings

_HERE = Path(__file__).parent
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # The data is public and there are no cookies: any page may read it.
    "Access-Control-Allow-Origin": "*",
}


def create_app(settings: Settings) -> FastAPI:
    """The application; the store is opened and the workers are started when it starts, not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = start(settings)
        app.state.service = service
        try:
            yield
        finally:
            service.pool.close()

    app = FastAPI(
        title="绩效 jixiao",
        description="预算绩效目标申报表的知识图谱 · a knowledge graph of budget performance-target filings",
        version=version("jixiao"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.add_middleware(Headers)
    for router in (home.router, view_routes.router, sparql.router, resources.router, sources.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    return app


class Headers:
    """Gives every answer the headers above, and answers HEAD as GET without a body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bodiless = scope["method"] == "HEAD"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if bodiless else scope, receive, sending)
