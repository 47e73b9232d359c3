"""Make the page of a view: its form with known values, the filters in force, its rows, and links to more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from jixiao.ontology import numbers
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import renditions
from jixiao.server.editions.page_metadata import Document
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.http.problems import problem
from jixiao.server.http.signposting import header
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.answers import Answer
from jixiao.server.views.names import AmbiguousError, Names, Resolved
from jixiao.server.views.parameters import Given, Parameter, several
from jixiao.server.views.view_files import MAX_ROWS, PAGING, View
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.index.results import Choice

ROWS = 50
"""Rows of a page."""

FEW = 12
"""Most values that a form offers as a list to choose from; more are offered as completions of a text field."""

CHOSEN = ("year", "operator", "category", "fault")
"""Kinds of parameters that may be shown as a list; others accept part of a name, which a list does not."""

_OFFERED = 200
_SHOWN = 12
_LEDGERS = 1024  # sources whose lines are kept, some kilobytes each


@dataclass(frozen=True)
class Chip:
    """A filter in force: the parameter's label, the value, the address without it, and the things that it means.

    `remove` is None for a required value. `meant` pairs each thing with the address of the answer without that thing.
    """

    label: Bilingual
    value: str
    remove: str | None
    meant: tuple[tuple[Resolved, str], ...] = ()


@dataclass(frozen=True)
class Narrower:
    """A value that narrows the answer, with its number of rows and the address of the narrower answer."""

    label: str
    rows: int
    address: str


@dataclass(frozen=True)
class Facet:
    """The values of one parameter in the answer."""

    label: Bilingual
    values: tuple[Narrower, ...]


@dataclass(frozen=True)
class Field:
    """A parameter of the form, the typed value, and the known values; `few` means that they are shown as a list."""

    parameter: Parameter
    typed: str
    choices: tuple[Choice, ...]
    few: bool


def page(
    service: Service,
    view: View,
    given: Given,
    answer: Answer | None,
    error: ParameterError | None,
    **document: Any,
) -> Response:
    """Return the page of a view: its form and, unless `answer` is None, its rows.

    `document` passes further values to the template; its `document`, if any, describes the page as linked data.
    """
    own = f"{view.name}.html"
    fault = None if error is None else problem(error)
    names = None if document.get("document") else published.names(service.generation())
    made = service.pages.html(
        own if service.pages.has(own) else "view.html",
        status_code=200 if fault is None else fault["status"],
        view=view,
        given=given,
        fields=fields(view, given, names),
        answer=answer,
        problem=fault,
        ambiguous=_ambiguous(view, given, error),
        excerpts=_excerpts(service, view, answer) if answer is not None else {},
        fact_lines=_fact_lines(service, answer) if answer is not None else {},
        chips=_chips(view, given, answer),
        facets=_facets(view, given, answer),
        orders=_orders(view, given),
        pager=_pager(view, given, answer),
        near=[] if answer is None else [(n, address(view, given, **{n.parameter: n.value})) for n in answer.near],
        elsewhere=_elsewhere(view, given),
        here=_cited(view, given, document.get("document")),
        site=service.store.base_iri.rstrip("/"),
        **{"document": None, **document},
    )
    if answer is not None:
        made.headers.update(header(answer.links))
    return made


def rows(service: Service, view: View) -> int | None:
    """Return the number of rows of a page, or None for the view's own limit if the view has a template of its own."""
    return None if service.pages.has(f"{view.name}.html") else ROWS


def address(view: View, given: Given, **more: str) -> str:
    """Return the address of a view with given parameters and those of `more`; the old `offset` is dropped."""
    kept = {name: value for name, value in given.items() if name != "offset"}
    return requests.address(f"/views/{view.name}", {**kept, **more})


def further(view: View, given: Given, answer: Answer | None) -> str | None:
    """Return the address of the next page of rows, or None if there are no more rows."""
    if answer is None or not answer.truncated:
        return None
    return address(view, given, offset=str(offset(given) + len(answer.rows)))


def fields(view: View, given: Given, names: Names | None) -> tuple[Field, ...]:
    """Return the fields of a view's form, with the values that an index knows for each."""
    return tuple(_field(parameter, given, names) for parameter in view.params)


def _field(parameter: Parameter, given: Given, names: Names | None) -> Field:
    typed = several(given.get(parameter.name, ""))
    kind = parameter.reads.choices
    known = tuple(names.choices(kind, limit=_OFFERED)) if names is not None and kind else ()
    one = not typed or (len(typed) == 1 and typed[0] in {choice.value for choice in known})
    return Field(parameter, ", ".join(typed), known, few=parameter.kind in CHOSEN and 0 < len(known) <= FEW and one)


def _chips(view: View, given: Given, answer: Answer | None) -> list[Chip]:
    resolved = () if answer is None else answer.resolved
    chips = []
    for parameter in view.params:
        typed = several(given.get(parameter.name, ""))
        for text in typed:
            others = [each for each in typed if each != text]
            meant = tuple(each for each in resolved if each.parameter == parameter.name and each.typed == text)
            chips.append(
                Chip(
                    Bilingual(parameter.label_zh, parameter.label_en),
                    next((each.label for each in meant if each.iri.endswith(text)), text),
                    None if parameter.required and not others else _with(view, given, parameter.name, others),
                    tuple(
                        (each, _with(view, given, parameter.name, [*others, *_paths(meant, each)])) for each in meant
                    ),
                )
            )
    return chips


def _paths(meant: Sequence[Resolved], without: Resolved) -> list[str]:
    """Return the IRIs of all things that a name was taken to mean, except one."""
    return [each.iri for each in meant if each is not without]


def _with(view: View, given: Given, name: str, values: Sequence[str]) -> str:
    kept = {key: value for key, value in given.items() if key not in (name, "offset")}
    return requests.address(f"/views/{view.name}", kept | {name: list(values)} if values else kept)


def _facets(view: View, given: Given, answer: Answer | None) -> list[Facet]:
    if answer is None or answer.whole is None:
        return []
    labels = {parameter.name: Bilingual(parameter.label_zh, parameter.label_en) for parameter in view.params}
    return [
        Facet(
            labels[name],
            tuple(
                Narrower(each.label, each.rows, address(view, given, **{name: each.value})) for each in values[:_SHOWN]
            ),
        )
        for name, values in answer.whole.facets.items()
        if len(values) > 1
    ]


def _orders(view: View, given: Given) -> dict[str, tuple[str, str]]:
    """Return, by sortable column, the address that sorts rows by it, and the order in force: up, down or empty."""
    now = "".join(several(given.get("sort", "")))
    numeric = {column.name: column.numeric or column.type == "year" for column in view.columns}
    orders = {}
    for name in view.sortable():
        force = {name: "up", f"-{name}": "down"}.get(now, "")
        first, second = (f"-{name}", name) if numeric[name] else (name, f"-{name}")
        orders[name] = address(view, given, sort=second if now == first else first), force
    return orders


def _pager(view: View, given: Given, answer: Answer | None) -> dict[str, Any] | None:
    """Return the first and last row shown, the number of all, and the addresses of other pages by relation."""
    if answer is None or answer.whole is None or not answer.rows:
        return None
    start, shown, total = offset(given), len(answer.rows), answer.whole.rows
    step = int("".join(several(given.get("limit", ""))) or ROWS)
    starts: dict[str, int] = {}
    if start:
        starts |= {"first": 0, "prev": max(0, start - step)}
    if answer.truncated:
        starts |= {"next": start + shown, "last": (total - 1) // step * step}
    links = {relation: address(view, given, offset=str(at)) for relation, at in starts.items()}
    return {"first": start + 1, "last": start + shown, "total": total, "links": links}


def offset(given: Given) -> int:
    """Return the number of rows before the first one that is asked for."""
    return int("".join(several(given.get("offset", ""))) or 0)


def _elsewhere(view: View, given: Given) -> dict[str, str]:
    """Return addresses of the answer: csv, xlsx and json with all rows; `api` without page and format, for programs."""
    asked = {name: value for name, value in given.items() if name not in PAGING or name == "sort"}
    whole = {**asked, "limit": str(MAX_ROWS)}
    forms = {form: requests.address(f"/views/{view.name}", whole, format=form) for form in ("csv", "xlsx", "json")}
    return forms | {"api": requests.address(f"/views/{view.name}", asked)}


def _ambiguous(view: View, given: Given, error: ParameterError | None) -> list[tuple[Any, str]]:
    if not isinstance(error, AmbiguousError):
        return []
    [kind] = {parameter.kind for parameter in view.params if parameter.name == error.parameter}
    if kind != "document-number":
        return [(each, address(view, given, **{error.parameter: each.iri})) for each in error.choices]
    return [
        (each, address(view, given, number=each.label))
        if numbers.parse(each.label)
        else (each, requests.address("/views/projects", {"basis": each.iri}))
        for each in error.choices
    ]


def _cited(view: View, given: Given, document: Document | None) -> str:
    """Return the address by which the page is cited."""
    if document is not None:
        return f"/{document.at(document.page)}"
    return requests.address(f"/views/{view.name}", given)


def _excerpts(service: Service, view: View, answer: Answer) -> dict[tuple[str, int], tuple[renditions.Line, ...]]:
    """Return the source lines around each row's line, by source and line; none if the view has no `context`."""
    if view.context is None:
        return {}
    places = {(str(row["source"]), line) for row in answer.rows if isinstance(line := row["line"], int)}
    texts = {source: service.store.rendition(source.rpartition("/")[2]) for source in {source for source, _ in places}}
    return {(source, line): renditions.text_around(texts[source], line, view.context) for source, line in places}


class _FactLines(BoundedCache[Mapping[str, Mapping[str, int]]]):
    """Cache for the lines of the facts of a source."""


def _fact_lines(service: Service, answer: Answer) -> Mapping[tuple[str, str], int]:
    """Return the line of each fact by project and property, for the sources of rows whose column `line` is empty."""
    rows = (row for row in answer.rows if row.get("source") and row.get("line", 0) is None)
    found: dict[tuple[str, str], int] = {}
    known = service.own(_FactLines, lambda: _FactLines(_LEDGERS))
    for source, project in sorted({(str(row["source"]), str(row["project"])) for row in rows}):
        record = service.store.source(source.rpartition("/")[2])
        lines = known.get((record.sha256, record.revision))
        if lines is None:
            lines = renditions.fact_lines(service.store.ledger(record.sha16))
            if lines:  # an endpoint's source may get its ledger later
                known.put((record.sha256, record.revision), lines)
        found |= {(project, name): line for name, line in lines.get(project, {}).items()}
    return found
