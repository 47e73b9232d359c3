"""Answer /views, the list of views, and /views/{name}, one view as HTML, JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import graph_response, requests
from jixiao.server.http.negotiation import CSV, HTML, JSON, VIEW_LISTS, VIEWS, Form, choose
from jixiao.server.http.problems import problem
from jixiao.server.http.signposting import Link, header
from jixiao.server.publication import renditions, term_addresses
from jixiao.server.publication.page_metadata import Document
from jixiao.server.service.service import Service, ServiceDep
from jixiao.server.views import example_queries, published
from jixiao.server.views.answers import Answer
from jixiao.server.views.view_files import View

router = APIRouter()


@router.get("/views", summary="视图目录 · all views")
@router.get("/views.{suffix}", include_in_schema=False)
def index(request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """Answer with the views and their parameters: a page, JSON, or the queries as RDF. Raises NotInStoreError."""
    named = requests.suffix(request, "/views", VIEW_LISTS)
    form = choose(request.headers.get("accept"), named or format, VIEW_LISTS)
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
    """Answer with the rows of a view, or with the view's form if a page lacks a required parameter."""
    view = published.views(service).get(name)
    if view is None:
        known = "、".join(published.views(service))
        raise NotInStoreError(f"没有视图 {name}；有：{known}。", f"There is no view {name}; there are {known}.")
    given = requests.parameters(request)
    how = {key: given.pop(key, "") for key in requests.FORM_PARAMETERS}
    if not how["format"] and requests.takes_only_rdf(request, VIEWS):
        # RDF describes the views' queries; there is no RDF form of the rows.
        return RedirectResponse("/views", status_code=303, headers={"Vary": "Accept"})
    form = choose(request.headers.get("accept"), how["format"] or None, VIEWS)
    try:
        answer = published.answer(service, view, given)
    except ParameterError as error:
        if form != HTML:
            raise
        return page(service, view, given, None, problem(error))
    if form == HTML:
        return page(service, view, given, answer, None)
    further = _further(view, given | {"format": "csv"}, answer) if form == CSV else None
    if further is None:
        return download(answer, form, name, how["bom"] == "1")
    response = download(answer, form, name, how["bom"] == "1", [Link(further, "next")])
    response.headers["X-Result-Cut"] = f"rows={len(answer.rows)}"
    return response


def download(
    answer: Answer, form: Form, name: str, byte_order_mark: bool = False, links: Sequence[Link] = ()
) -> Response:
    """Return an answer as JSON, or as a CSV file called `name`; `links` are added to the answer's own."""
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header((*answer.links, *links))}
    if form != CSV:
        return Response(answer.to_json(), headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return Response(answer.to_csv(byte_order_mark=byte_order_mark), headers=headers)


def page(
    service: Service,
    view: View,
    given: Mapping[str, str],
    answer: Answer | None,
    fault: Mapping[str, Any] | None,
    **document: Any,
) -> Response:
    """Return a view's page; `document` describes it as a page of linked data, if it is one."""
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
    """Return the address of the next rows, or None if there are no more."""
    if answer is None or not answer.truncated:
        return None
    return _address(view, given, offset=str(int(given.get("offset") or 0) + len(answer.rows)))


def _cited(view: View, given: Mapping[str, str], document: Document | None) -> str:
    """Return the address to cite for the page."""
    return _address(view, given).rstrip("?") if document is None else f"/{document.at(document.page)}"


def _address(view: View, given: Mapping[str, str], **more: str) -> str:
    return requests.address(f"/views/{view.name}", given, **more)


def _excerpts(service: Service, view: View, answer: Answer) -> dict[tuple[str, int], tuple[renditions.Line, ...]]:
    """Return the lines around each row's line, by source and line; none unless the view asks for context."""
    if view.context is None:
        return {}
    places = {(str(row["source"]), line) for row in answer.rows if isinstance(line := row["line"], int)}
    texts = {source: renditions.lines(service.store, source.rpartition("/")[2]) for source, _ in places}
    return {(source, line): renditions.excerpt(texts[source], line, view.context) for source, line in places}


def _fact_lines(service: Service, answer: Answer) -> Mapping[tuple[str, str], int]:
    """Return the line of each fact by project and property, for rows that have no line of their own."""
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
