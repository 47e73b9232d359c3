"""SPARQL over HTTP: a query comes in by GET, form or body, its result goes out in the form that was asked for.

SPARQL 1.1 Protocol, sections 2.1 and 2.2 (updates are refused); results in the W3C's JSON, XML, CSV and TSV, triples as
Turtle and N-Triples. A browser gets a form, and its results as a table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from jixiao.server import guard
from jixiao.server.errors import (
    ParameterError,
    QueryRefusedError,
    RequestTooLargeError,
    ServerError,
    UnsupportedMediaError,
)
from jixiao.server.negotiation import GRAPHS, HTML, RDF_XML, SOLUTIONS, choose, negotiate
from jixiao.server.problems import problem
from jixiao.server.rdf_xml import well_formed
from jixiao.server.service import SOLUTIONS_JSON, Service, ServiceDep
from jixiao.store import Generation

router = APIRouter()

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
ONCE = ("query", "format", "timeout")
MAX_TABLE_ROWS = 1000
"""Rows that the HTML table shows; all of them are had as CSV."""


@dataclass(frozen=True)
class Asked:
    """A request to the endpoint, decoded once."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    wanted: str | None
    timeout: float | None
    accept: str | None


@dataclass(frozen=True)
class Shown:
    """What the page for people shows: the query, and its solutions, its triples or what is wrong with it."""

    query: str
    table: Mapping[str, Any] | None = None
    graph: str | None = None
    problem: Mapping[str, Any] | None = None


@router.get("/sparql", summary="SPARQL 查询 · SPARQL query")
async def get(request: Request, service: ServiceDep) -> Response:
    """The protocol's query by GET; without a query, the form."""
    asked = _asked(request, _decoded(request.scope["query_string"]))
    return await run_in_threadpool(_answer, service, asked)


@router.post("/sparql", summary="SPARQL 查询 · SPARQL query")
async def post(request: Request, service: ServiceDep) -> Response:
    """The protocol's query by POST, as a form or directly."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    body = await _body(request, service.settings.max_query_bytes)
    pairs = _decoded(request.scope["query_string"])
    if kind == FORM_TYPE:
        pairs += _decoded(body)
    elif kind == QUERY_TYPE:
        pairs.append(("query", _utf8(body)))
    elif kind == "application/sparql-update":
        raise QueryRefusedError("此处只能查询，不能更新。", "This endpoint answers queries; it takes no updates.")
    else:
        raise UnsupportedMediaError(
            f"POST 的内容类型应为 {FORM_TYPE} 或 {QUERY_TYPE}。",
            f"POST takes {FORM_TYPE} or {QUERY_TYPE}.",
        )
    return await run_in_threadpool(_answer, service, _asked(request, pairs))


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise RequestTooLargeError(f"请求超过 {most:,} 字节。", f"The request is longer than {most:,} bytes.")
    return bytes(body)


def _decoded(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> ParameterError:
    return ParameterError("参数应为 UTF-8 编码。", "Parameters are percent-encoded UTF-8.")


def _asked(request: Request, pairs: list[tuple[str, str]]) -> Asked:
    if any(name == "update" for name, _ in pairs):
        raise QueryRefusedError("此处只能查询，不能更新。", "This endpoint answers queries; it takes no updates.")
    once: dict[str, str] = {}
    for name, value in pairs:
        if name in once:
            raise ParameterError(f"参数 {name} 只能有一个。", f"There may be one {name} only.")
        if name in ONCE:
            once[name] = value
    return Asked(
        query=once.get("query"),
        default_graphs=tuple(guard.graph_iri(value) for name, value in pairs if name == "default-graph-uri"),
        named_graphs=tuple(guard.graph_iri(value) for name, value in pairs if name == "named-graph-uri"),
        wanted=once.get("format") or None,
        timeout=_timeout(once.get("timeout")),
        accept=request.headers.get("accept"),
    )


def _timeout(typed: str | None) -> float | None:
    if not typed:
        return None
    try:
        seconds = float(typed)
    except ValueError:
        seconds = -1
    if not 0 < seconds < float("inf"):
        raise ParameterError("参数 timeout 应为正的秒数。", "The parameter timeout takes a positive number of seconds.")
    return seconds


def _answer(service: Service, asked: Asked) -> Response:
    if asked.query is None or not asked.query.strip():
        if choose(asked.accept, asked.wanted, (*SOLUTIONS, HTML)) == HTML:
            return _page(service, Shown(asked.query or ""))
        raise ParameterError("缺少参数 query。", "The parameter query is missing.")
    try:
        return _result(service, asked, asked.query)
    except ServerError as error:
        if asked.wanted or negotiate(asked.accept, (*SOLUTIONS, HTML)) != HTML:
            raise
        return _page(service, Shown(asked.query, problem=problem(error)))


def _result(service: Service, asked: Asked, query: str) -> Response:
    if len(query.encode()) > service.settings.max_query_bytes:
        most = service.settings.max_query_bytes
        raise RequestTooLargeError(f"查询超过 {most:,} 字节。", f"The query is longer than {most:,} bytes.")
    checked = guard.check(query, service.store.base_iri)
    form = choose(asked.accept, asked.wanted, (*(GRAPHS if checked.gives_graph else SOLUTIONS), HTML))
    shown = "text/turtle" if checked.gives_graph else SOLUTIONS_JSON
    default, named = _dataset(asked, checked)

    def run(generation: Generation) -> bytes:
        job = service.job(generation, checked.text, shown if form == HTML else form.media_type)
        timeout = min(asked.timeout or job.timeout, job.timeout)
        return service.pool.run(replace(job, default_graphs=default, named_graphs=named, timeout=timeout))

    content = service.on_current(run)
    if form == RDF_XML:
        content = well_formed(content, GRAPHS)
    if form == HTML:
        if checked.gives_graph:
            return _page(service, Shown(query, graph=content.decode()))
        return _page(service, Shown(query, table=json.loads(content)))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})


def _dataset(asked: Asked, checked: guard.Checked) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The dataset of the protocol, else of the query's FROM, else the store's own (Protocol, section 2.1.4)."""
    for default, named in (
        (asked.default_graphs, asked.named_graphs),
        (checked.default_graphs, checked.named_graphs),
    ):
        if default or named:
            return default, named
    return None, None


def _page(service: Service, shown: Shown) -> Response:
    return service.pages.html(
        "sparql.html",
        status_code=shown.problem["status"] if shown.problem else 200,
        shown=shown,
        most=MAX_TABLE_ROWS,
        timeout=service.settings.query_timeout,
        version=service.generation().version,
        examples=[(view.title_zh, view.title_en, view.sparql) for view in service.views.values()],
    )
