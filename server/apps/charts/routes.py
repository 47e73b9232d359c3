"""Answer /charts, the list of charts, and /charts/{name}, one chart as a page with its table, JSON, CSV or xlsx."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.apps.charts import charts, drawings, targets, tiles
from jixiao.server.errors import ParameterError
from jixiao.server.http import language, negotiation, requests, signposting
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, chips, downloads, published, view_files
from jixiao.server.views.parameters import Given

router = APIRouter()
_ENCODED = re.compile(r"(?:%[89A-F][0-9A-F])+")
"""Percent-encoded characters that are not ASCII, which are decoded in the address below a chart's picture."""


@dataclass(frozen=True)
class Asked:
    """A request for a chart: its kind, its view's parameters (`given`), and those that choose the chart (`own`)."""

    kind: charts.Kind
    given: Given
    own: Mapping[str, str]

    def address(self, **more: str) -> str:
        """Return the chart's address with its parameters, of which `more` replaces or adds some."""
        return requests.address(self.kind.view.path, {**self.own, **self.given, **more})


def of_view(base_iri: str, view: str, given: Given) -> str | None:
    """Return the address of the chart that shows a view's rows, with those of the view's filters that the chart has.

    None if no chart shows them, or if it requires a parameter that is not among the filters `given`.
    """
    for kind, *_ in charts.kinds(base_iri).values():
        if view in kind.stated["views"]:
            names = {each.name: each.name for each in kind.view.params} | kind.stated["views"][view]
            kept = {names[name]: value for name, value in given.items() if name in names and requests.several(value)}
            needed = {each.name for each in kind.view.needs}
            return requests.address(kind.view.path, kept) if needed <= kept.keys() else None
    return None


@router.get("/charts", summary="图表目录 · all charts")
def index(service: ServiceDep) -> Response:
    """Answer with the list of charts, a form for each chart that needs a parameter, and the money of each year."""
    base_iri, names = service.store.base_iri, service.generation().index
    asked = Asked(charts.chosen(charts.named(base_iri, "spending"), {"by": "year"}), {}, {"by": "year"})
    chart = _made(service, asked)
    return service.pages.html(
        "charts.html",
        kinds=[(kind, published.fields(service, kind.view, {}, names)) for kind, *_ in charts.kinds(base_iri).values()],
        chart=chart,
        drawn=_drawn(service, asked, chart) if chart.drawing else None,
        here=asked.address(),
    )


@router.get("/charts/{name}", summary="一张图 · a chart and its table")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a chart as a page, JSON, CSV or xlsx; a page that lacks a required parameter asks for it in a form.

    Raises NotInStoreError for an unknown chart.
    """
    alike = charts.named(service.store.base_iri, name)
    given, how, form = requests.taken(request, negotiation.VIEWS)
    language.settle(form)
    names = {key for kind in alike for key in (*kind.choice, *kind.stated.get("own", ()))}
    own = {key: requests.once(given, key) for key in names if key in given}
    filters = {key: value for key, value in given.items() if key not in own}
    asked, chart, error = Asked(alike[0], filters, own), None, None
    try:
        asked = replace(asked, kind=charts.chosen(alike, own))
        chart = _made(service, asked)
    except ParameterError as fault:
        if form != negotiation.HTML:
            raise
        error = fault if any(requests.several(typed) for typed in given.values()) else None
    if chart is None or form == negotiation.HTML:
        return _page(service, asked, chart, error)
    answer = replace(chart.answer, params={key: value for key, value in given.items() if requests.several(value)})
    subject = downloads.Subject(
        downloads.file_stem(answer), chart.title, language.wish().own(service.store.base_iri) + asked.address()
    )
    return downloads.download(answer, form, subject, downloads.Style.of(how))


def _made(service: Service, asked: Asked) -> charts.Chart:
    """Return the chart that a request asks for. Raises ParameterError if the request has limit, offset or sort."""
    for name in view_files.PAGING:
        if name in asked.given:
            raise ParameterError(f"图表没有参数 {name}。", f"Charts have no parameter {name}.")
    if asked.kind.view.name == "targets":
        return targets.make(service, asked.kind, asked.given, asked.own.get("unit"))
    return (targets.reached if asked.kind.view.name == "reached" else charts.make)(service, asked.kind, asked.given)


def _page(service: Service, asked: Asked, chart: charts.Chart | None, error: ParameterError | None) -> Response:
    view, found = asked.kind.view, chart and chart.drawing and chart.drawing.found()
    alike = charts.named(service.store.base_iri, view.path.rpartition("/")[2])
    offered = [] if chart is None else [*charts.offers(alike, asked.kind), *chart.offers]
    is_map = chart is not None and asked.kind.stated["by"] == "place"
    return service.pages.html(
        "chart.html",
        error=error,
        headers=None if chart is None else signposting.header(chart.answer.links),
        kind=asked.kind,
        view=view,
        given=asked.given,
        fields=published.fields(service, view, asked.given, service.generation().index),
        at=requests.address(view.path, {name: asked.own[name] for name in asked.kind.choice if name in asked.own}),
        chart=chart,
        behind=charts.behind,
        found=found,
        map=tiles.drawn(chart.rows, asked.given, chart.answer.apart) if is_map and chart else None,
        offers=[(each, asked.address(**{each["parameter"]: each["value"]})) for each in offered],
        drawn=None if chart is None or chart.drawing is None else _drawn(service, asked, chart),
        forms={form: asked.address(format=form) for form in ("xlsx", "csv", "json")},
        here=asked.address(),
    )


def _drawn(service: Service, asked: Asked, chart: charts.Chart) -> dict[str, Any]:
    """Return the JSON values from which the browser draws a chart, in the page's language.

    They are the drawing, and the lines of text above and below it in a picture that is saved.
    """
    spoken = language.wish().language

    def href(iri: str) -> str | None:
        address = service.pages.href(iri)
        return None if address is None else language.address(address, spoken)

    applied = chips.listed(service, asked.kind.view, asked.given) or Bilingual("无", "none")
    found = chart.drawing and chart.drawing.found()
    head = (
        *([chart.title] if found else []),
        Bilingual(f"图中所示：{chart.shows.zh}。", f"Shown: {chart.shows.en}."),
        Bilingual(f"条件：{applied.zh}", f"Filters: {applied.en}"),
    )
    return {
        "drawing": None if chart.drawing is None else drawings.to_json(chart.drawing, spoken, href),
        "name": asked.kind.view.path.rpartition("/")[2],
        "title": in_language(found or chart.title, spoken),
        "head": [in_language(each, spoken) for each in head],
        "foot": [in_language(each, spoken) for each in (*chart.told, *_source(service, asked, chart.answer))],
    }


def _source(service: Service, asked: Asked, answer: answers.Answer) -> Iterator[Bilingual]:
    """Yield lines for a picture that state its source: dataset, version, date and address."""
    version, credit = answer.dataset_version, answer.credit
    if credit is not None:
        version += f" ({credit.made.date().isoformat()})"
        iri = language.located(credit.iri)
        yield Bilingual(f"来源：{credit.title.zh}，{iri}", f"Source: {credit.title.en}, {iri}")
    yield Bilingual(f"数据集版本 {version}", f"Dataset version {version}")
    address = _ENCODED.sub(
        lambda match: unquote(match[0]), (language.wish().own(service.store.base_iri) + asked.address())
    )
    yield Bilingual(f"地址：{address}", f"Address: {address}")
