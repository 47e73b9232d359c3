"""Answer /views (the list of views), /views/{name} (one view as HTML, JSON, CSV or xlsx) and /embed/{name}.

/embed/{name} has only rows, for a frame in a page of another site; the setting `embed_from` names the sites allowed.
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.server.editions import term_addresses
from jixiao.server.errors import NotInStoreError
from jixiao.server.http import headers, language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, VIEW_LISTS, VIEWS, choose
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import example_queries, published

router = APIRouter()

_POLICY = "Content-Security-Policy"


@router.get("/views", summary="视图目录 · all views")
@router.get("/views.{suffix}", include_in_schema=False)
def index(request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """Answer with the views and their parameters: a page, JSON, or the queries as RDF. Raises NotInStoreError."""
    form = choose(request.headers.get("accept"), requests.suffix(request, "/views", VIEW_LISTS) or format, VIEW_LISTS)
    views = tuple(published.views(service).values())
    if form == JSON:
        return JSONResponse({"views": [view.described() for view in views]}, headers={"Vary": "Accept"})
    base = service.store.base_iri
    links = [*graph_response.describedby("/views", form), signposting.Link(term_addresses.LICENSE, "license")]
    described = graph_response.Description(
        about=("views", base, *(f"{view.question} {view.sparql}" for view in views)),
        triples=lambda: example_queries.triples(base, views),
        page=lambda: service.pages.html(
            "views.html",
            views=[(view, published.fields(service, view, {}, None)) for view in views],
            links=links,
            about=example_queries.about(base, views),
        ),
        links=links,
        first=(f"{base}views",),
    )
    return graph_response.answer(request, form, described)


@router.get("/views/{name}", summary="一个视图的答案 · a view's answer")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the rows of a view, or with the view's form if a page lacks a required parameter."""
    views = published.views(service)
    if name not in views:
        known = "、".join(views)
        raise NotInStoreError(f"没有视图 {name}；有：{known}。", f"There is no view {name}; there are {known}.")
    view = views[name]
    given = requests.repeated(request)
    how = {key: given.pop(key, "") for key in requests.FORM_PARAMETERS}
    named = requests.once(how, "format")
    if not named and requests.takes_only_rdf(request, VIEWS):
        # RDF describes the views' queries; there is no RDF form of the rows.
        return RedirectResponse("/views", status_code=303, headers={"Vary": "Accept"})
    form = choose(request.headers.get("accept"), named or None, VIEWS)
    cited = requests.once({"version": given.pop("version", "")}, "version")
    if form == HTML:
        return language.redirect() or published.show(service, view, given, cited=cited)
    return published.table(service, view, given, form, how)


@router.get("/embed/{name}", summary="一个视图，供嵌入别的网页 · a view to stand in another page")
def embed(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the first rows of a view and a link to its page. Raises NotInStoreError and ParameterError."""
    sites = service.settings.embed_from
    if not sites:
        raise NotInStoreError("本站没有开放嵌入。", "This site does not let its views stand in other pages.")
    view = published.views(service).get(name)
    if view is None:
        raise requests.missing(f"/embed/{name}")
    given = requests.repeated(request)
    answer = published.answer(service, view, given, published.ROWS)
    policy = headers.HEADERS[_POLICY].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    whole = published.address(view, given)
    return service.pages.html("embed.html", headers={_POLICY: policy}, view=view, answer=answer, whole=whole)
