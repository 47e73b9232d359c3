"""Answer /views (the list of views), /views/{name} (a view), /tables (the list of tables) and /tables/{name}.

A table gives rows under conditions, or in groups. /embed has only rows of a view or table, for a frame in a page of
another site.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.server.errors import NotInStoreError
from jixiao.server.http import headers, language, requests
from jixiao.server.http.negotiation import HTML, JSON, SEARCHES, VIEWS, choose
from jixiao.server.rdf import graph_response
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import published, table_address
from jixiao.server.views.parameters import Given
from jixiao.store.tables.table import Table

router = APIRouter()

_POLICY = "Content-Security-Policy"


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

    Raises NotInStoreError for an unknown view, or a link that cites a version that the store never had.
    """
    view = published.named_view(service, name)
    given, how, form = requests.taken(request, VIEWS)
    cited = published.cited(service, given)
    language.settle(form)
    if form == HTML:
        return published.show(service, view, given, lambda _: {"cited": cited})
    return published.file(service, view, given, form, how)


@router.get("/tables", summary="各张表 · all tables")
def list_tables(request: Request, service: ServiceDep) -> Response:
    """Answer with the tables, their columns and the operators of these, as a page or JSON."""
    form = choose(request.headers.get("accept"), requests.only(request, "format") or None, SEARCHES)
    listed = sorted(published.tables(service).values(), key=lambda table: not table.row)
    if form == JSON:
        return JSONResponse(
            {"tables": [table_address.described(table) for table in listed]}, headers={"Vary": "Accept"}
        )
    return service.pages.html("table-list.html", tables=listed)


@router.get("/tables/{name}", summary="一张表的行 · rows of a table")
@work.seated
def show_table(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with rows or groups of a table.

    Raises NotInStoreError for an unknown table, ParameterError and LimitError.
    """
    table, base_iri = published.named_table(service, name), service.store.base_iri
    given, how, form = requests.taken(request, VIEWS)
    cited = published.cited(service, given)
    adding, operator, value = (
        requests.once({each: given.pop(each, "")}, each) for each in ("add", "operator", "value")
    )
    if operator:
        condition = f"{adding}.{operator}"
        more = {condition: [*requests.several(given.get(condition, "")), value or "1"]}
        return RedirectResponse(requests.address(f"/tables/{name}", {**given, **more}), status_code=303)
    language.settle(form)
    given = table_address.ordered(given)
    if form != HTML:
        return published.file(service, table_address.read(table, given, base_iri), given, form, how)
    # A page offers columns to choose from.
    view = table_address.read(table, {**given, published.COLUMNS: ""}, base_iri)
    beside = {"layout": "table.html", "cited": cited, **_beside(service, table, given, adding)}
    return published.show(service, view, given, lambda _: beside)


@router.get("/embed/{path:path}", summary="一个视图或一张表，供嵌入别的网页 · a view or table to stand in another page")
@work.seated
def embed(path: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the first rows of a view, or of a table below `tables/`, and a link to their page.

    Raises NotInStoreError, also unless the setting `embed_from` names sites; ParameterError and LimitError.
    """
    sites = service.settings.embed_from
    if not sites:
        raise NotInStoreError("本站没有开放嵌入。", "This site does not allow its views to be embedded in other pages.")
    name, given = path.removeprefix("tables/"), table_address.ordered(requests.repeated(request))
    view = published.named_view(service, name) if name == path else table_view(service, name, given)
    answered = published.answer(service, view, given, published.ROWS)
    policy = headers.HEADERS[_POLICY].replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    return service.pages.html(
        "embed.html", headers={_POLICY: policy}, view=view, answer=answered, whole=published.address(view, given)
    )


def table_view(service: Service, name: str, given: Given) -> table_address.TableView:
    """Return the view of an address of a table. Raises NotInStoreError for an unknown table, and ParameterError."""
    return table_address.read(published.named_table(service, name), given, service.store.base_iri)


def _beside(service: Service, table: Table, given: Given, adding: str) -> dict[str, Any]:
    """Return what the page of a table has to choose from, each thing by name, and the column to set a condition on."""
    every = table_address.places(table)
    chosen = every.get(adding)
    return {
        "table": table,
        "offered_places": {each.label: name for name, each in reversed(every.items())},
        "groups": {name: each.label for name, each in every.items() if each.group},
        "measures": {name: each.label for name, each in table_address.measures(table).items()},
        "figures": table_address.figured(given),
        "chosen": {name: requests.several(given.get(name, "")) for name in table_address.SHAPING},
        "adding": chosen
        and {
            "name": adding,
            "label": chosen.label,
            "operators": chosen.operators,
            "field": published.field(
                service,
                chosen.parameter("value", next(iter(chosen.operators.values()))),
                (),
                service.generation().index,
            ),
        },
    }
