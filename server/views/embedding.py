"""Answer /embed/{name}: a view's rows alone, to stand in a frame of the sites that the setting `embed_from` names."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.server.errors import NotInStoreError
from jixiao.server.http import requests
from jixiao.server.http.headers import HEADERS
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import published
from jixiao.server.views.page import ROWS, address

router = APIRouter()

_POLICY = "Content-Security-Policy"


@router.get("/embed/{name}", summary="一个视图，供嵌入别的网页 · a view to stand in another page")
def embed(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the first rows of a view, and a link to its page. Raises NotInStoreError and ParameterError."""
    view = published.views(service).get(name)
    sites = service.settings.embed_from
    if not sites:
        raise NotInStoreError("本站没有开放嵌入。", "This site does not let its views stand in other pages.")
    if view is None:
        raise requests.missing(f"/embed/{name}")
    given = requests.repeated(request)
    answer = published.answer(service, view, given, ROWS)
    page = service.pages.html("embed.html", view=view, answer=answer, whole=address(view, given))
    page.headers[_POLICY] = HEADERS[_POLICY].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    return page
