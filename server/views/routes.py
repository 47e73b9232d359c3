"""The addresses of the views: /views lists them, /views/{name} answers one as HTML, JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import graph_response
from jixiao.server.http.negotiation import CSV, DESCRIPTIONS, HTML, JSON, VIEW_LISTS, VIEWS, Form, choose, negotiate
from jixiao.server.http.problems import problem
from jixiao.server.http.signposting import Link, header
from jixiao.server.publication import renditions, term_addresses
from jixiao.server.publication.page_metadata import Document
from jixiao.server.service.service import Service, ServiceDep
from jixiao.server.views import example_queries, published
from jixiao.server.views.answers import Answer
from jixiao.server.views.view_files import View

router = APIRouter()

Found = TypeVar("Found")

HOW = ("format", "bom")
"""Parameters of every view that say how it is answered, not what."""


@router.get("/views", summary="视图目录 · all views")
def index(request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """The views and their parameters: a page, JSON, or the queries as RDF."""
    return _index(request, service, choose(request.headers.get("accept"), format, VIEW_LISTS))


@router.get("/views.{suffix}", include_in_schema=False)
def index_as(suffix: str, request: Request, service: ServiceDep) -> Response:
    """The same in the form of that suffix. Raises NotInStoreError."""
    named = next((form for form in VIEW_LISTS if form.name == suffix), None)
    if named is None:
        raise NotInStoreError(f"没有 /views.{suffix}。", f"There is no /views.{suffix}.")
    return _index(request, service, named)


def _index(request: Request, service: Service, form: Form) -> Response:
    views = tuple(published.views(service).values())
    if form == JSON:
        return JSONResponse({"views": [_entry(view) for view in views]}, headers={"Vary": "Accept"})
    base = service.store.base_iri
    links = [*graph_response.describedby("/views", form), Link(term_addresses.LICENSE, "license")]
    described = graph_response.Description(
        about=("views", base, *(f"{view.question} {view.sparql}" for view in views)),
        triples=lambda: example_queries.triples(base, views),
        page=lambda: service.pages.html(
            "views.html", views=views, links=links, about=example_queries.about(base, views)
        ),
        links=links,
        first=(f"{base}views",),
    )
    return graph_response.answer(request, form, described)


@router.get("/views/{name}", summary="一个视图的答案 · a view's answer")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """The answer; for people without the parameters that it needs, its form."""
    view = published.views(service).get(name)
    if view is None:
        known = "、".join(published.views(service))
        raise NotInStoreError(f"没有视图 {name}；有：{known}。", f"There is no view {name}; there are {known}.")
    given = once(request)
    how = {key: given.pop(key, "") for key in HOW}
    accept = request.headers.get("accept")
    if not how["format"] and negotiate(accept, VIEWS) is None and negotiate(accept, DESCRIPTIONS) is not None:
        # As RDF there is the query, not its rows.
        return RedirectResponse("/views", status_code=303, headers={"Vary": "Accept"})
    form = choose(accept, how["format"] or None, VIEWS)
    try:
        answer = published.answer(service, view, given)
    except ParameterError as error:
        if form != HTML:
            raise
        body = problem(error)
        return page(service, view, given, None, body)
    if form == HTML:
        return page(service, view, given, answer, None)
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header(answer.links)}
    if form == CSV:
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        if (further := _further(view, given | {"format": "csv"}, answer)) is not None:
            headers |= header((*answer.links, Link(further, "next"))) | {"X-Result-Cut": f"rows={len(answer.rows)}"}
        return Response(answer.to_csv(byte_order_mark=how["bom"] == "1"), headers=headers)
    return Response(answer.to_json(), headers={**headers, "Content-Type": JSON.content_type})


def once(request: Request) -> dict[str, str]:
    """The query's parameters, each of which may be given once. Raises ParameterError."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise ParameterError(f"参数 {name} 只能有一个。", f"There may be one {name} only.")
        given[name] = value
    return given


def page(
    service: Service,
    view: View,
    given: Mapping[str, str],
    answer: Answer | None,
    fault: Mapping[str, Any] | None,
    **document: Any,
) -> Response:
    """A view's page; `document` is what a page of linked data says of itself, where this is one."""
    own = f"{view.name}.html"
    made = service.pages.html(
        own if service.pages.has(own) else "view.html",
        status_code=200 if fault is None else fault["status"],
        view=view,
        given=given,
        answer=answer,
        problem=fault,
        excerpts=_excerpts(service, view, answer) if answer is not None else {},
        fact_lines=_fact_lines(service, answer) if answer is not None else {},
        elsewhere={form.name: _address(view, given, format=form.name) for form in (CSV, JSON)},
        further=_further(view, given, answer),
        here=_cited(view, given, document.get("document")),
        **(document or {"document": None}),
    )
    if answer is not None:
        made.headers.update(header(answer.links))
    return made


def _further(view: View, given: Mapping[str, str], answer: Answer | None) -> str | None:
    """The address of the next rows, where there are more."""
    if answer is None or not answer.truncated:
        return None
    return _address(view, given, offset=str(int(given.get("offset") or 0) + len(answer.rows)))


def _cited(view: View, given: Mapping[str, str], document: Document | None) -> str:
    """The address that is cited for the page."""
    return _address(view, given).rstrip("?") if document is None else f"/{document.at(document.page)}"


def _address(view: View, given: Mapping[str, str], **more: str) -> str:
    return f"/views/{view.name}?{urlencode({**{k: v for k, v in given.items() if v}, **more})}"


def _excerpts(service: Service, view: View, answer: Answer) -> dict[tuple[str, int], tuple[renditions.Line, ...]]:
    """The lines around each row's line, by source and line, where the view asks for them."""
    if view.context is None:
        return {}
    places = {(str(row["source"]), line) for row in answer.rows if isinstance(line := row["line"], int)}
    texts = {source: renditions.lines(service.store, source.rpartition("/")[2]) for source, _ in places}
    return {(source, line): renditions.excerpt(texts[source], line, view.context) for source, line in places}


def _fact_lines(service: Service, answer: Answer) -> Mapping[tuple[str, str], int]:
    """The line of each fact by project and property, of those rows that have no line of their own."""
    rows = (row for row in answer.rows if row.get("source") and row.get("line", 0) is None)
    found: dict[tuple[str, str], int] = {}
    for source, project in sorted({(str(row["source"]), str(row["project"])) for row in rows}):
        found |= renditions.fact_lines(service.store, source.rpartition("/")[2], project)
    return found


def _entry(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "title": {"zh": view.title_zh, "en": view.title_en},
        "question": {"zh": view.question.zh, "en": view.question.en},
        "description": {"zh": view.description_zh, "en": view.description_en},
        "params": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "required": parameter.required,
                "label": {"zh": parameter.label_zh, "en": parameter.label_en},
                "example": parameter.example,
            }
            for parameter in view.params
        ],
        "columns": [{"name": c.name, "label": dict(c.label), "type": c.type} for c in view.columns],
    }
