"""/ says what is here and where to begin, /health whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from jixiao.server.binding import query
from jixiao.server.service import ServiceDep
from jixiao.store import Generation

router = APIRouter()

MANY = 50
"""Sources that the home page lists."""


@router.get("/", summary="首页 · home")
def home(service: ServiceDep) -> Response:
    """The home page, also while nothing is published yet."""
    generation = service.store.current()
    live = [record for record in service.store.sources() if record.live]
    return service.pages.html(
        "home.html",
        manifest=None if generation is None else generation.manifest,
        views=tuple(service.views.values()),
        sources=live[:MANY],
        others=max(0, len(live) - MANY),
    )


@router.get("/health", summary="能否回答 · whether it can answer")
def health(service: ServiceDep) -> Response:
    """200 once a query has been answered from the current generation, else 503."""

    def version(generation: Generation) -> str:
        service.run(generation, query("alive"))
        return generation.version

    body = {"status": "ok", "dataset_version": service.on_current(version)}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
