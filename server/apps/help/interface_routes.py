"""Answer /docs: the description of the interface for people, made from the one for programs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.server.apps.help import interface
from jixiao.server.runtime.service import ServiceDep

router = APIRouter()


@router.get("/docs", summary="接口说明 · the interface")
def docs(request: Request, service: ServiceDep) -> Response:
    """Answer with the operations of /openapi.json, by groups."""
    return service.pages.html("api.html", groups=interface.groups(request.app.openapi()))
