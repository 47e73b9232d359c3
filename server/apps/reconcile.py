"""Reconciliation at /reconcile: match names of a spreadsheet with bodies, documents, projects and their evaluations.

Spreadsheet programs such as OpenRefine use it (W3C Reconciliation API, 0.2). Each thing that a name may mean has a
score from 0 to 100: 100 for exactly that name. A candidate is reported as a certain match only if no other one has
exactly that name or number, and if it agrees with all values that the client gave. Things that were matched can be
extended by further properties (section 6), the columns of the lists in linked_data/lists/.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response

from jixiao.ontology import terms
from jixiao.ontology.text import folding
from jixiao.server.editions import lookups
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NotInStoreError, ParameterError, RequestTooLargeError
from jixiao.server.http import clients, requests
from jixiao.server.linked_data import tables
from jixiao.server.linked_data.kinds import BY_NAME, Kind
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.runtime.turns import look
from jixiao.server.views import amounts, answers, parameters
from jixiao.store.index import lookup
from jixiao.store.index.found import Name
from jixiao.store.index.index import Index

Sent = TypeVar("Sent")

ADDRESS = "/reconcile"
TYPES: Mapping[str, Kind] = {name: BY_NAME[name] for name in ("org", "basis", "project", "evaluation")}
"""Types of things that names can be matched with, by the type's identifier."""
_UNASKED = ("org", "basis", "project")
"""Types for a name without one; an evaluation has its project's name, of which both would then be uncertain."""

BATCH = 20
"""Most queries in one request; clients learn it from the manifest."""


router = APIRouter(prefix=ADDRESS, tags=["reconciliation"])

MOST_BYTES = 256 << 10
_MOST_SKIPPED = 10_000  # suggestions; there are fewer
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
    """Answer with the properties by which things of a type may be extended. Raises ParameterError."""
    kind = requests.parameters(request).get("type", "")
    return JSONResponse({"type": kind, "properties": _properties(service, {kind} & TYPES.keys())})


@router.get("/suggest/{what}", summary="输入时的建议 · suggestions while typing")
@work.seated
def suggest(what: str, request: Request, service: ServiceDep) -> Response:
    """Answer with names of `what`: things, types or properties that begin with or contain the parameter `prefix`.

    The parameter `cursor` is a number of suggestions to skip (section 5). Raises NotInStoreError, ParameterError,
    NoIndexError, QueryTimeoutError.
    """
    given = requests.parameters(request)
    typed = given.get("prefix", "").strip()[:LONGEST]
    skipped = requests.count(given, "cursor", 0, 0, _MOST_SKIPPED)
    suggestions: list[dict[str, Any]]
    if what == "entity":
        suggestions = service.on_current(lambda now: _things(service, now, typed))
    elif what in ("type", "property"):
        known = _properties(service, TYPES) if what == "property" else [_entity_type(name) for name in TYPES]
        suggestions = [each for each in known if typed.casefold() in f"{each['id']} {each['name']}".casefold()]
    else:
        raise requests.missing(f"{ADDRESS}/suggest/{what}")
    return JSONResponse({"result": suggestions[skipped:]})


@router.get("/preview", summary="一个事物的简介 · a thing in short")
def preview(request: Request, service: ServiceDep) -> Response:
    """Answer with a small page about a thing, for a frame in another site. Raises NotInStoreError."""
    name = requests.parameters(request).get("id", "")
    kind = name.partition("/")[0]
    things = _of_kind(service, kind, [name]) if kind in TYPES else {}
    table = service.on_current(lambda now: tables.listed(service, now, kind, things)) if things else None
    if table is None or all(value in (None, "") for value in list(table.rows[0].values())[1:]):
        raise NotInStoreError(f"没有 {name}。", f"There is no {name}.")
    return service.pages.html(
        "reconcile-preview.html",
        headers={"Content-Security-Policy": _FRAMED},
        table=table,
        row=table.rows[0],
        kind=TYPES[kind],
    )


def _answer(service: Service, site: str, given: Mapping[str, str]) -> Response:
    if "queries" in given:
        batch = _parsed("queries", given, _BATCH)
        for query in batch.values():
            _require("类型", "type", query.types, TYPES)
            _require(
                "属性", "property", (each.pid for each in query.properties or ()), _named(service, query.types or TYPES)
            )
        return JSONResponse(service.on_current(lambda now: _matches(service, now, batch)))
    if "extend" in given:
        wanted = _parsed("extend", given, _EXTENSION)
        names = [each.id for each in wanted.properties]
        _require("属性", "property", names, _named(service, TYPES))
        return JSONResponse(service.on_current(lambda now: _extended(service, now, wanted.ids, names)))
    requests.refuse_unknown(given.keys() - {"lang"}, ("queries", "extend"))
    return JSONResponse(_manifest(service.store.base_iri, f"{site.removesuffix('/')}{ADDRESS}"))


def _things(service: Service, now: Edition, typed: str) -> list[dict[str, Any]]:
    with lookups.index_of(now) as index:
        names = [name for kind in TYPES for name in (index.names(kind, typed, 10) if typed else ())]
    return [
        {"id": name.iri.removeprefix(_below(service)), "name": name.label, "notable": [_entity_type(name.kind)]}
        for name in names
    ]


def _properties(service: Service, types: Iterable[str]) -> list[dict[str, str]]:
    """Return the properties of several types, each once, as dicts with `id` and `name`."""
    return [_described(column) for column in _named(service, types).values()]


def _below(service: Service) -> str:
    """Return the IRI to which an identifier such as org/… is appended: base IRI + `id/`."""
    return f"{service.store.base_iri}id/"


def _of_kind(service: Service, kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Return a dict from the IRIs of a type's identifiers to "" (no name); an identifier that makes no IRI is left out.

    Identifiers of other types are left out, too.
    """
    iris = (f"{_below(service)}{each}" for each in ids if each.startswith(f"{kind}/"))
    return {each: "" for each in iris if parameters.iri(each, service.store.base_iri)}


def _manifest(base_iri: str, here: str) -> dict[str, Any]:
    """Return the manifest of the service at `here`, an absolute address without a final slash."""
    return {
        "versions": ["0.1", "0.2"],
        "name": "绩效 jixiao",
        "identifierSpace": f"{base_iri}id/",
        "schemaSpace": terms.JX,
        "documentation": f"{here.removesuffix(ADDRESS)}/help/reconcile",
        "defaultTypes": [_entity_type(name) for name in TYPES],
        "view": {"url": f"{base_iri}id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            name: {"service_url": here, "service_path": f"/suggest/{name}"} for name in ("entity", "type", "property")
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
        "batchSize": BATCH,
    }


def _entity_type(name: str) -> dict[str, str]:
    """Return a type as `id` and `name`; the name is in both languages, since the protocol has one text for it."""
    return {"id": name, "name": f"{TYPES[name].one.zh} {TYPES[name].one.en}"}


def _columns(service: Service, kind: str) -> list[answers.Column]:
    """Return the columns of a type's list that clients may add: all but the name, IRIs, notes and link targets."""
    listed = tables.lists(service)[kind].columns
    others = {listed[1].name, *(column.note for column in listed)}
    return [column for column in listed if column.name not in others and column.type != "iri"]


def _named(service: Service, kinds: Iterable[str]) -> dict[str, answers.Column]:
    """Return the columns of several types by name."""
    return {column.name: column for kind in kinds for column in _columns(service, kind)}


def _described(column: answers.Column) -> dict[str, str]:
    """Return a column as a property of the protocol: `id`, and `name` with the label in both languages."""
    return {"id": column.name, "name": f"{column.label.zh} {column.label.en}"}


LONGEST = 500
"""Most characters of a name to match; a longer one matches nothing."""
_MOST = 20  # candidates per name


def _require(zh: str, en: str, names: Iterable[str], known: Collection[str]) -> None:
    """Raise ParameterError for the first of `names` that is not in `known`; they are called `zh` or `en`."""
    if unknown := [name for name in names if _short(name) not in known]:
        raise ParameterError(
            f"没有{zh} {unknown[0]}；有：{'、'.join(known)}。",
            f"There is no {en} {unknown[0]}; there are {', '.join(known)}.",
        )


def _short(name: str) -> str:
    """Return the name of a type or property without the ontology's namespace."""
    return name.removeprefix(terms.JX).removeprefix("jx:")


def _texts(sent: object) -> list[str]:
    """Return a type or value that a client sent, or a list of them, as texts; an object as its `id` and `name`."""
    if isinstance(sent, dict):
        sent = [sent.get("id"), sent.get("name")]
    if isinstance(sent, list):
        return [text for each in sent for text in _texts(each)]
    return [] if sent in (None, "") else [str(sent)]


class _Value(BaseModel):
    """A value, or several, that a thing should have in a column; `pid` is the column's name, `v` the value sent."""

    pid: str = ""
    v: Any = None


class Query(BaseModel):
    """One name to match (`query`), with the wanted types, the largest number of candidates, and values to compare."""

    query: str = ""
    type: str | dict[str, Any] | list[str | dict[str, Any]] | None = None
    limit: int = Field(default=5, ge=1, strict=True)
    properties: list[_Value] | None = None

    @property
    def text(self) -> str:
        """The name to match; "" if it is too long, so that the other queries of the batch are still answered."""
        return self.query.strip() if len(self.query) <= LONGEST else ""

    @property
    def types(self) -> tuple[str, ...]:
        """The wanted types, by name."""
        asked = self.type if isinstance(self.type, list) else [self.type]
        return tuple(_short(text) for each in asked for text in _texts(each)[:1])


class _Column(BaseModel):
    """A column that a client asks for to extend things, given by its name as `id`."""

    id: str = ""


class _Extension(BaseModel):
    """A request to extend things by columns: the identifiers of the things, and the columns."""

    ids: list[str] = Field(max_length=1000)
    properties: list[_Column] = Field(max_length=20)


_FAULTS = {
    "json_invalid": "不是 JSON",
    "missing": "缺少",
    "too_long": "太多",
    "greater_than_equal": "应为正整数",
    "int_type": "应为正整数",
}
"""Words for errors in a value, by the type that pydantic gives them; any other type is a value of a wrong type."""
_BATCH = TypeAdapter(Annotated[dict[str, Query], Field(max_length=BATCH)])
_EXTENSION = TypeAdapter(_Extension)


def _parsed(name: str, given: Mapping[str, str], kind: TypeAdapter[Sent]) -> Sent:
    """Return the JSON text of a request's parameter `name`, checked and converted to the type of `kind`.

    Raises ParameterError.
    """
    try:
        return kind.validate_json(given[name])
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, (name, *fault["loc"])))
        zh = _FAULTS.get(fault["type"], "类型不对")
        raise ParameterError(f"{place} 有误：{zh}。", f"{place} is wrong: {fault['msg']}.") from None


_CONTRADICTED = 0.6
"""Factor of the score for each value in which a candidate differs from the client's."""
_ROUNDING = 1
_ASKED = 20  # most candidates of a kind that are looked up and scored


def _matches(service: Service, now: Edition, batch: Mapping[str, Query]) -> dict[str, dict[str, Any]]:
    """Return the candidates for each query of a batch, best first, as JSON values by the query's key.

    Raises NoIndexError, QueryTimeoutError, SearchTooLongError and the errors of Pool.run.
    """
    with lookups.index_of(now) as index:
        candidates = {key: _candidates(index, query) for key, query in batch.items()}
    rows: dict[str, answers.Row] = {}
    for kind in TYPES:
        names = [name for scored in candidates.values() for _, name in scored if name.kind == kind]
        rows |= _rows(service, now, kind, {name.iri: name.label for name in names})
    below = _below(service)
    linked = {column.name: column.link or "" for column in _named(service, TYPES).values()}
    return {key: {"result": _results(below, batch[key], scored, rows, linked)} for key, scored in candidates.items()}


def _rows(service: Service, now: Edition, kind: str, names: Mapping[str, str]) -> dict[str, answers.Row]:
    """Return the rows of a kind's list about the things in `names` (IRI to name), by IRI."""
    table = tables.listed(service, now, kind, names)
    return {} if table is None else {str(row[table.columns[0].name]): row for row in table.rows}


def _candidates(index: Index, query: Query) -> list[tuple[float, Name]]:
    """Return the things that a query's text may mean, in no order, each with its best score and name."""
    best: dict[str, tuple[float, Name]] = {}
    for kind in (query.types or _UNASKED) if query.text else ():
        for form in lookup.forms(kind, query.text):
            look()
            for score, name in lookup.candidates(index, kind, form, query.text, _ASKED):
                if name.iri not in best or best[name.iri][0] < score:
                    best[name.iri] = score, name
    return list(best.values())


def _results(
    below: str,
    query: Query,
    candidates: Sequence[tuple[float, Name]],
    rows: Mapping[str, answers.Row],
    linked: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the candidates as the protocol has them, best first, at most _MOST.

    `linked` maps a column of names to the column with the IRIs of the named things.
    """
    results: list[dict[str, Any]] = []
    for likeness, name in sorted(candidates, key=lambda each: (-each[1].projects, each[1].iri)):
        row = rows.get(name.iri, {})
        features = {
            each.pid: _fits(row[_short(each.pid)], row.get(linked[_short(each.pid)]), _texts(each.v))
            for each in query.properties or ()
            if _short(each.pid) in row and "".join(_texts(each.v)).strip()
        }
        score = likeness * _CONTRADICTED ** list(features.values()).count(False)
        results.append(
            {
                "id": name.iri.removeprefix(below),
                "name": name.label,
                "description": " · ".join(
                    answers.written(row[column]) for column in _TOLD.get(name.kind, ()) if row.get(column) is not None
                ),
                "type": [_entity_type(name.kind)],
                "score": score,
                "match": score >= lookup.CERTAIN,
                "features": [
                    {"id": "name", "value": round(likeness, _ROUNDING)},
                    *({"id": pid, "value": fits} for pid, fits in features.items()),
                ],
            }
        )
    results.sort(key=lambda result: -result["score"])
    is_certain = sum(result["match"] for result in results) == 1
    for result in results:
        result["score"] = round(result["score"], _ROUNDING)
        result["match"] = result["match"] and is_certain
    return results[: min(query.limit, _MOST)]


_DATED = re.compile(r"(\d{4})(?:年度?|(?:[-/.年](?:0?[1-9]|1[0-2])(?:\D.*)?|(?:0\d|1[0-2])[0-3]\d))$")
"""A year, or a date in it: 2022年度, 2022-01-31T00:00:00Z, 2022年1月, 20220131."""


def _fits(value: answers.Value, linked: answers.Value, wanted: Iterable[str]) -> bool:
    """Return True if a value is one of the wanted texts; False for no value.

    Numbers are equal however they are written (39万元, 390000.00), and a year is that of a date. Of other values, or of
    the IRI that a value is `linked` to, a part is enough.
    """
    figure = _figure(value, answers.written(value))
    if figure is not None:
        return any(_figure(value, each) == figure for each in wanted)
    there = folding.bare(f"{answers.written(value)} {answers.written(linked)}")
    return any(folding.bare(each) and folding.bare(each) in there for each in wanted)


def _figure(value: answers.Value, text: str) -> Decimal | None:
    """Return the number that a text states as `value` may be; None for other texts."""
    plain = folding.fold(text).strip() if len(text) <= LONGEST else ""
    return amounts.amount(_DATED.sub(r"\1", plain) if isinstance(value, int) else plain.removesuffix("%"))


_TOLD: Mapping[str, tuple[str, ...]] = {
    "project": ("department", "year"),
    "basis": ("number",),
    "evaluation": ("department", "year"),
}
"""Columns shown in a candidate's description, to distinguish things with the same name, by kind."""


def _extended(service: Service, now: Edition, ids: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """Return the columns `names` of the things `ids`, as the protocol's answer in JSON values.

    A value that is missing, or of an unknown thing, is an empty list. Raises the errors of Pool.run.
    """
    below = _below(service)
    columns = {name: _named(service, TYPES)[_short(name)] for name in names}
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {each: {name: [] for name in names} for each in ids}
    for kind in TYPES:
        of_kind = _named(service, (kind,))
        for iri, row in _rows(service, now, kind, _of_kind(service, kind, rows)).items():
            cells = rows[iri.removeprefix(below)]
            cells |= {name: _cell(row, column, below) for name, column in columns.items() if column.name in of_kind}
    department = {"type": {"id": "org", "name": "机构 Body"}}
    return {
        "meta": [
            _described(column) | {"id": name} | (department if column.link else {}) for name, column in columns.items()
        ],
        "rows": rows,
    }


def _cell(row: answers.Row, column: answers.Column, below: str) -> list[dict[str, Any]]:
    value = row[column.name]
    if value is None:
        return []
    linked = row.get(column.link) if column.link else None
    if isinstance(linked, str) and linked.startswith(below):
        return [{"id": linked.removeprefix(below), "name": str(value)}]
    if isinstance(value, Decimal):
        return [{"float": float(value)}]
    if isinstance(value, int):
        return [{"int": value}]
    words = column.words(value)
    return [{"str": value if words is None else words.zh}]
