"""Answer /views (the list of views), and /views/{name} (one view as HTML, JSON, CSV or xlsx)."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import DESCRIPTIONS, HTML, JSON, SEARCHES, VIEWS, choose
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import published

router = APIRouter()


@router.get("/views", summary="视图目录 · all views")
@router.get("/views.{suffix}", include_in_schema=False)
def index(request: Request, service: ServiceDep) -> Response:
    """Answer with the views and their parameters as a page or JSON. Raises NotInStoreError."""
    named = requests.suffix(request, "/views", SEARCHES) or requests.only(request, "format")
    views = published.views(service).values()
    if choose(request.headers.get("accept"), named, SEARCHES) == JSON:
        return JSONResponse({"views": [view.described() for view in views]}, headers={"Vary": "Accept"})
    return service.pages.html(
        "views.html", views=[(view, published.fields(service, view, {}, None) if view.needs else ()) for view in views]
    )


@router.get("/indicators", summary="指标库 · the library of indicators")
def library(request: Request) -> Response:
    """Redirect (308) to the view that lists the names of indicators."""
    return graph_response.redirect(request, "/views/indicator-library", 308)


@router.get("/views/{name}", summary="一个视图的答案 · a view's answer")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the rows of a view, or with the view's form if a page lacks a required parameter.

    The rows of a cube come as RDF, too.
    Raises NotInStoreError for an unknown view, or a link that cites a version that the store never had.
    """
    view = published.named_view(service, name)
    # Answers with components can be stated as a data cube (cube.py).
    offers = (*VIEWS, *DESCRIPTIONS) if any(column.component for column in view.columns) else VIEWS
    given, how, form = requests.taken(request, offers)
    cited = published.cited(service, given)
    language.settle(form)
    if form == HTML:
        return published.show(service, view, given, lambda _: {"cited": cited})
    return published.file(service, view, given, form, how)
