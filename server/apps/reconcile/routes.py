"""Answer /reconcile and the addresses below it, which spreadsheet programs such as OpenRefine use."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from jixiao.server.apps.reconcile import batches, matching
from jixiao.server.apps.reconcile.batches import ADDRESS, TYPES, described, entity_type, manifest, properties
from jixiao.server.editions import lookups, protocols
from jixiao.server.errors import NotInStoreError, RequestTooLargeError
from jixiao.server.http import clients, requests
from jixiao.server.linked_data import tables
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep

router = APIRouter(prefix=ADDRESS, tags=["reconciliation"])

MOST_BYTES = 256 << 10
_FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
"""The policy of the preview, which other sites show in a frame; the page has neither forms nor scripts."""


@router.get("", summary="对照服务的说明，或一批查询 · the service's manifest, or a batch of queries")
@work.seated
def ask(request: Request, service: ServiceDep) -> Response:
    """Answer with the manifest, or a batch given as the parameter `queries` or `extend`.

    Raises ParameterError, NoIndexError, QueryTimeoutError.
    """
    return _answer(service, str(request.base_url), requests.parameters(request))


@router.post("", summary="一批查询 · a batch of queries")
async def ask_by_form(request: Request, service: ServiceDep) -> Response:
    """Answer a batch sent as a form. Raises as `ask` does, RequestTooLargeError and SlowRequestError."""
    too_large = RequestTooLargeError(
        f"请求超过 {MOST_BYTES:,} 字节。", f"The request is longer than {MOST_BYTES:,} bytes."
    )
    body = await clients.read_body(request.receive, MOST_BYTES, service.settings.body_timeout, too_large)
    given = dict(clients.decoded(body))
    return await service.desk.done(request, lambda: _answer(service, str(request.base_url), given))


@router.get("/properties", summary="一类事物的属性 · the properties of a type")
def propose(request: Request, service: ServiceDep) -> Response:
    """Answer with the properties that things of a type may be extended by. Raises ParameterError."""
    kind = requests.parameters(request).get("type", "")
    return JSONResponse({"type": kind, "properties": _properties(service, (kind,) if kind in TYPES else ())})


@router.get("/suggest/{what}", summary="输入时的建议 · suggestions while typing")
@work.seated
def suggest(what: str, request: Request, service: ServiceDep) -> Response:
    """Answer with things, types or properties that begin with or contain `prefix`.

    Raises NotInStoreError, NoIndexError, QueryTimeoutError.
    """
    typed = requests.parameters(request).get("prefix", "").strip()[: batches.LONGEST]
    if what == "entity":
        return JSONResponse({"result": service.on_current(lambda now: _things(service, now, typed))})
    if what not in ("type", "property"):
        raise requests.missing(f"{ADDRESS}/suggest/{what}")
    known = _properties(service, TYPES) if what == "property" else [entity_type(name) for name in TYPES]
    return JSONResponse(
        {"result": [each for each in known if typed.casefold() in f"{each['id']} {each['name']}".casefold()]}
    )


@router.get("/preview", summary="一个事物的简介 · a thing in short")
def preview(request: Request, service: ServiceDep) -> Response:
    """Answer with a small page about a thing, for a frame in another site. Raises NotInStoreError."""
    name = requests.parameters(request).get("id", "")
    kind = name.partition("/")[0]
    thing = {_below(service) + name: ""}
    table = service.on_current(lambda now: tables.listed(service, now, kind, thing)) if kind in TYPES else None
    if table is None or all(value in (None, "") for value in list(table.rows[0].values())[1:]):
        raise NotInStoreError(f"没有 {name}。", f"There is no {name}.")
    headers = {"Content-Security-Policy": _FRAMED}
    return service.pages.html(
        "reconcile-preview.html", headers=headers, table=table, row=table.rows[0], kind=TYPES[kind]
    )


def _answer(service: Service, site: str, given: Mapping[str, str]) -> Response:
    if "queries" in given:
        batch = batches.queries(given["queries"])
        return JSONResponse(service.on_current(lambda now: _matches(service, now, batch)))
    if "extend" in given:
        ids, names = batches.extension(given["extend"])
        lists, below = tables.lists(service), _below(service)
        return JSONResponse(
            service.on_current(
                lambda now: matching.extend(ids, names, below, lists, partial(tables.listed, service, now))
            )
        )
    requests.refuse_unknown(given.keys() - {"lang"}, ("queries", "extend"))
    return JSONResponse(manifest(service.store.base_iri, f"{site.removesuffix('/')}{ADDRESS}"))


def _matches(service: Service, now: protocols.Edition, batch: Mapping[str, batches.Query]) -> Mapping[str, Any]:
    with lookups.index_of(now) as index:
        return matching.match(index, _below(service), batch, partial(tables.listed, service, now))


def _things(service: Service, now: protocols.Edition, typed: str) -> list[dict[str, Any]]:
    with lookups.index_of(now) as index:
        names = [name for kind in TYPES for name in (index.names(kind, typed, 10) if typed else ())]
    return [
        {"id": name.iri.removeprefix(_below(service)), "name": name.label, "notable": [entity_type(name.kind)]}
        for name in names
    ]


def _properties(service: Service, types: Iterable[str]) -> list[dict[str, str]]:
    """Return the properties of types, each once."""
    columns = [column for name in types for column in properties(tables.lists(service)[name])]
    return list({column.name: described(column) for column in columns}.values())


def _below(service: Service) -> str:
    """Return the IRI to which an identifier such as org/… is appended: base IRI + `id/`."""
    return f"{service.store.base_iri}id/"
