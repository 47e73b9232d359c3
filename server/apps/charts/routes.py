"""Answer /charts, the list of charts, and /charts/{name}, one chart as a page with its table, JSON, CSV or xlsx."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.apps.charts import documents, drawings, spending, targets
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, negotiation, requests, signposting
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, chips, downloads, published, view_files
from jixiao.server.views.parameters import Given

router = APIRouter()
_ENCODED = re.compile(r"(?:%[89A-F][0-9A-F])+")
"""Percent-encoded characters that are not ASCII, which are decoded in the address below a chart's picture."""

KINDS = {
    kind.name: kind
    for kind in (
        drawings.Kind(
            "spending",
            Bilingual("项目的资金", "Money of projects"),
            Bilingual("按机构、按年度，或按资金来源。", "By body, by year, or by source of funds."),
            "spending",
            ("by", "of"),
            spending.make,
        ),
        drawings.Kind(
            "provinces",
            Bilingual("各省的项目和资金", "Projects and money by province"),
            Bilingual("一省一格的地图，和各省的金额。", "A map with a tile for each province, and the money of each."),
            "provinces",
            (),
            spending.provinces,
        ),
        drawings.Kind(
            "targets",
            Bilingual("指标目标值的分布", "Distribution of an indicator's targets"),
            Bilingual(
                "例如满意度的目标，定 90% 的有多少，定 95% 的有多少。",
                "How many satisfaction targets are 90%, and how many 95%?",
            ),
            "targets",
            ("unit",),
            targets.make,
            "text",
        ),
        drawings.Kind(
            "reached",
            Bilingual("自评完成了多少", "What self-evaluations reached"),
            Bilingual(
                "各类指标有多少未达到、正好达到、超过目标。",
                "How many targets of each type were missed, met exactly or exceeded.",
            ),
            "results",
            (),
            targets.reached,
        ),
        drawings.Kind(
            "citations",
            Bilingual("一份文件逐年的引用", "Citations of a document over the years"),
            Bilingual("每个年度有多少项目以它为依据。", "How many projects of each year are based on a document."),
            "citations",
            (),
            documents.citations,
            "document",
        ),
        drawings.Kind(
            "network",
            Bilingual("引用最多的文件", "Documents cited most"),
            Bilingual("哪些文件被最多的项目引用。", "The documents that the most projects cite."),
            "legal-bases",
            (),
            documents.cited_most,
        ),
    )
}


_OF_VIEWS = {
    "spending": ("spending", {"department": "department", "region": "region", "year": "year"}),
    "bodies": ("spending", {"region": "region", "year": "year"}),
    "indicators": ("targets", {name: name for name in ("text", "type", "department", "region", "year")}),
    "results": ("reached", {name: name for name in ("text", "type", "project", "department", "region", "year")}),
    "legal-bases": ("network", {name: name for name in ("text", "project", "department", "region", "year")}),
    "projects-citing": ("citations", {"number": "document", "department": "department", "region": "region"}),
}
"""By view: the chart of the view, and the names of the chart's parameters by the view's names for them."""


@dataclass(frozen=True)
class Asked:
    """A request for a chart: its kind, its query (`view`), the query's parameters (`given`), and the chart's `own`."""

    kind: drawings.Kind
    view: view_files.View
    given: Given
    own: Mapping[str, str]

    @property
    def all(self) -> Given:
        """All parameters."""
        return {**self.own, **self.given}

    def address(self, **more: str) -> str:
        """Return the chart's address with its parameters, of which `more` replaces or adds some."""
        return requests.address(f"/charts/{self.kind.name}", {**self.all, **more})


def _of_view(view: str, given: Given) -> str | None:
    """Return the address of the chart that shows a view's rows, with those of the view's filters that the chart has.

    None if the chart requires a parameter that is not among the filters `given`.
    """
    name, known = _OF_VIEWS[view]
    kept = {known[each]: value for each, value in given.items() if each in known and requests.several(value)}
    return requests.address(f"/charts/{name}", kept) if KINDS[name].required in (None, *kept) else None


CHARTS_OF_VIEWS = {view: partial(_of_view, view) for view in _OF_VIEWS}
"""Functions from the parameters of a view's answer to the address of its chart, by the view's name."""


@router.get("/charts", summary="图表目录 · all charts")
def index(service: ServiceDep) -> Response:
    """Answer with the list of charts, a form for each chart that needs a parameter, and the money of each year."""
    names = service.generation().index
    views = {kind.name: drawings.query(service, kind.query) for kind in KINDS.values()}
    kinds = [(kind, views[name], published.fields(service, views[name], {}, names)) for name, kind in KINDS.items()]
    asked = Asked(KINDS["spending"], views["spending"], {}, {"by": "year"})
    chart = _made(service, asked)
    return service.pages.html(
        "charts.html",
        kinds=kinds,
        chart=chart,
        drawn=_drawn(service, asked, chart) if chart.drawing else None,
        here=asked.address(),
    )


@router.get("/charts/{name}", summary="一张图 · a chart and its table")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a chart as a page, JSON, CSV or xlsx; a page that lacks a required parameter asks for it in a form.

    Raises NotInStoreError for an unknown chart.
    """
    kind = KINDS.get(name)
    if kind is None:
        zh, en = "、".join(KINDS), ", ".join(KINDS)
        raise NotInStoreError(f"没有图表 {name}；有：{zh}。", f"There is no chart {name}; there are {en}.")
    given, how, form = requests.taken(request, negotiation.VIEWS)
    language.settle(form)
    own = {key: requests.once(given, key) for key in kind.own if key in given}
    filters = {key: value for key, value in given.items() if key not in own}
    asked = Asked(kind, drawings.query(service, kind.query), filters, own)
    try:
        chart = _made(service, asked)
    except ParameterError as error:
        if form != negotiation.HTML:
            raise
        return _page(service, asked, None, error)
    if form == negotiation.HTML:
        return _page(service, asked, chart, None)
    answer = replace(chart.answer, params={name: value for name, value in asked.all.items() if requests.several(value)})
    subject = downloads.Subject(
        downloads.file_stem(answer), chart.title, language.wish().own(service.store.base_iri) + asked.address()
    )
    return downloads.download(answer, form, subject, downloads.Style.of(how))


def _made(service: Service, asked: Asked) -> drawings.Chart:
    """Return the chart that a request asks for.

    Raises ParameterError if the required parameter is missing, or if the request has limit, offset or sort.
    """
    for name in view_files.PAGING:
        if name in asked.given:
            raise ParameterError(f"图表没有参数 {name}。", f"Charts have no parameter {name}.")
    if (needed := asked.kind.required) and not requests.several(asked.given.get(needed, "")):
        [parameter] = [each for each in asked.view.params if each.name == needed]
        raise ParameterError(
            f"请填{parameter.label.zh}，例如 {needed}={parameter.example}。",
            f"Fill in {parameter.label.en}; for example {needed}={parameter.example}.",
        )
    return asked.kind.make(service, asked.view, asked.given, **asked.own)


def _page(service: Service, asked: Asked, chart: drawings.Chart | None, error: ParameterError | None) -> Response:
    blank = error is not None and not any(requests.several(typed) for typed in asked.all.values())
    return service.pages.html(
        "chart.html",
        error=None if blank else error,
        headers=None if chart is None else signposting.header(chart.answer.links),
        kind=asked.kind,
        view=asked.view,
        given=asked.given,
        fields=published.fields(service, asked.view, asked.given, service.generation().index),
        at=requests.address(f"/charts/{asked.kind.name}", {k: v for k, v in asked.own.items() if k != "unit"}),
        chart=chart,
        offers=()
        if chart is None
        else [(each, asked.address(**{each["parameter"]: each["value"]})) for each in chart.offers],
        drawn=None if chart is None or chart.drawing is None else _drawn(service, asked, chart),
        forms={form: asked.address(format=form) for form in ("xlsx", "csv", "json")},
        here=asked.address(),
    )


def _drawn(service: Service, asked: Asked, chart: drawings.Chart) -> dict[str, Any]:
    """Return the JSON values from which the browser draws a chart, in the page's language.

    They are the drawing, and the lines of text above and below it in a picture that is saved.
    """
    spoken = language.wish().language

    def href(iri: str) -> str | None:
        address = service.pages.href(iri)
        return None if address is None else language.address(address, spoken)

    applied = chips.listed(service, asked.view, asked.given) or Bilingual("无", "none")
    found = chart.drawing and chart.drawing.found()
    head = (
        *([chart.title] if found else []),
        Bilingual(f"图中所示：{chart.shows.zh}。", f"Shown: {chart.shows.en}."),
        Bilingual(f"条件：{applied.zh}", f"Filters: {applied.en}"),
    )
    return {
        "drawing": None if chart.drawing is None else drawings.to_json(chart.drawing, spoken, href),
        "name": asked.kind.name,
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
