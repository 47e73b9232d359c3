"""Run the web application over a store in this process, for those who ask its HTTP interface without a network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from jixiao.server.app.app import create_app
from jixiao.server.query.in_process import InProcessEngine
from jixiao.server.settings import Settings


@asynccontextmanager
async def client_of(
    settings: Settings, address: str, *, follow_redirects: bool = False, engine: InProcessEngine | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Start the application, as a web server would, and stop it after the block (ASGI, lifespan protocol).

    The block gets a client, whose relative addresses are below `address`. An `engine` takes the place of workers, for
    one caller whose requests come one after the other.
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
