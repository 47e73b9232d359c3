"""Answer /reconcile and the addresses below it, which spreadsheet programs such as OpenRefine use."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from jixiao.server.apps.reconcile import batches, extending, matching
from jixiao.server.apps.reconcile.manifest import ADDRESS, TYPES, described, entity_type, manifest, properties
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NoIndexError, NotInStoreError, ParameterError, QueryTimeoutError, RequestTooLargeError
from jixiao.server.http import requests
from jixiao.server.http.clients import decoded, read_body
from jixiao.server.linked_data import tables
from jixiao.server.linked_data.tables import Table
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.store import Index, SearchTooLongError

router = APIRouter(prefix=ADDRESS, tags=["reconciliation"])

_MOST_BYTES = 256 << 10
_SUGGESTIONS = 10
_FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
"""The policy of the preview, which other sites show in a frame; the page has neither forms nor scripts."""


@router.get("", summary="对照服务的说明，或一批查询 · the service's manifest, or a batch of queries")
def ask(request: Request, service: ServiceDep) -> Response:
    """Answer with the manifest, or a batch given as the parameter `queries` or `extend`.

    Raises ParameterError, NoIndexError, QueryTimeoutError.
    """
    return _answer(service, str(request.base_url), requests.parameters(request))


@router.post("", summary="一批查询 · a batch of queries")
async def ask_by_form(request: Request, service: ServiceDep) -> Response:
    """Answer a batch sent as a form. Raises as `ask` does, RequestTooLargeError and SlowRequestError."""
    body = await read_body(request.receive, _MOST_BYTES, service.settings.body_timeout, _too_large)
    return await run_in_threadpool(_answer, service, str(request.base_url), dict(decoded(body)))


@router.get("/properties", summary="一类事物的属性 · the properties of a type")
def propose(request: Request, service: ServiceDep) -> Response:
    """Answer with the properties that things of a type may be extended by. Raises ParameterError."""
    given = requests.parameters(request)
    kind = given.get("type", "")
    columns = [described(column) for column in properties(tables.lists(service)[kind])] if kind in TYPES else []
    return JSONResponse({"type": kind, "properties": columns})


@router.get("/suggest/{what}", summary="输入时的建议 · suggestions while typing")
def suggest(what: str, request: Request, service: ServiceDep) -> Response:
    """Answer with things, types or properties that begin with or contain `prefix`.

    Raises NotInStoreError, NoIndexError, QueryTimeoutError.
    """
    typed = requests.parameters(request).get("prefix", "").strip()[: batches.LONGEST]
    if what == "entity":
        return JSONResponse({"result": _things(service, typed)})
    if what not in ("type", "property"):
        raise requests.missing(f"{ADDRESS}/suggest/{what}")
    known = [entity_type(name) for name in TYPES]
    if what == "property":
        lists = tables.lists(service)
        known = list({each["id"]: each for name in TYPES for each in map(described, properties(lists[name]))}.values())
    fitting = [each for each in known if typed.casefold() in f"{each['id']} {each['name']}".casefold()]
    return JSONResponse({"result": fitting})


@router.get("/preview", summary="一个事物的简介 · a thing in short")
def preview(request: Request, service: ServiceDep) -> Response:
    """Answer with a small page about a thing, for a frame in another site. Raises NotInStoreError."""
    name = requests.parameters(request).get("id", "")
    below, kind = f"{service.store.base_iri}id/", name.partition("/")[0]
    table = service.on_current(lambda now: _listed(service, now)(kind, {below + name: ""})) if kind in TYPES else None
    if table is None or all(value in (None, "") for value in list(table.rows[0].values())[1:]):
        raise NotInStoreError(f"没有 {name}。", f"There is no {name}.")
    page = service.pages.html("reconcile-preview.html", table=table, row=table.rows[0], kind=TYPES[kind])
    page.headers["Content-Security-Policy"] = _FRAMED
    return page


def _answer(service: Service, site: str, given: Mapping[str, str]) -> Response:
    below = f"{service.store.base_iri}id/"
    if "queries" in given:
        batch = batches.queries(given["queries"])
        return JSONResponse(
            _indexed(service, lambda now, index: matching.match(index, below, batch, _listed(service, now)))
        )
    if "extend" in given:
        wanted = batches.extension(given["extend"])
        return JSONResponse(
            service.on_current(
                lambda now: extending.extend(wanted, below, tables.lists(service), _listed(service, now))
            )
        )
    if unknown := sorted(given.keys() - {"lang"}):
        raise ParameterError(
            f"没有参数 {unknown[0]}；可用 queries、extend。",
            f"There is no parameter {unknown[0]}; use queries or extend.",
        )
    return JSONResponse(manifest(service.store.base_iri, f"{site.removesuffix('/')}{ADDRESS}"))


def _things(service: Service, typed: str) -> list[dict[str, Any]]:
    below = f"{service.store.base_iri}id/"

    def find(_: Edition, index: Index) -> list[dict[str, Any]]:
        names = [name for kind in TYPES for name in (index.names(kind, typed, _SUGGESTIONS) if typed else ())]
        return [
            {"id": name.iri.removeprefix(below), "name": name.label, "notable": [entity_type(name.kind)]}
            for name in names
        ]

    found: list[dict[str, Any]] = _indexed(service, find)
    return found


def _indexed(service: Service, ask: Callable[[Edition, Index], Any]) -> Any:
    """Ask the index of the current generation. Raises NoIndexError and QueryTimeoutError."""

    def of(now: Edition) -> Any:
        if now.index is None:
            raise NoIndexError(
                "这个站点的数据没有索引，不能对照名称。", "This site's data has no index to match names with."
            )
        try:
            return ask(now, now.index)
        except SearchTooLongError as cause:
            raise QueryTimeoutError(
                "查找用时过长，请再试。", "Looking these names up takes too long; try again."
            ) from cause

    return service.on_current(of)


def _listed(service: Service, now: Edition) -> Callable[[str, Mapping[str, str]], Table | None]:
    return partial(tables.listed, service, now)


def _too_large() -> RequestTooLargeError:
    return RequestTooLargeError(
        f"请求超过 {_MOST_BYTES:,} 字节。", f"The request is longer than {_MOST_BYTES:,} bytes."
    )
