"""Answer /charts, the list of charts, and /charts/{name}, one chart as a page with its table, JSON, CSV or xlsx."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import bars, charts, tiles
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, VIEWS
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import chips, published, view_files
from jixiao.server.views.answers import Answer
from jixiao.server.views.parameters import Given

router = APIRouter()


@router.get("/charts", summary="图表目录 · all charts")
def index(service: ServiceDep) -> Response:
    """Answer with the list of charts, and a form for each chart that needs a parameter."""
    kinds, names = charts.kinds(service.store.base_iri).values(), service.generation().index
    return service.pages.html(
        "charts.html", kinds=[(kind, published.fields(service, kind.view, {}, names)) for kind in kinds]
    )


@router.get("/charts/{name}", summary="一张图 · a chart and its table")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a chart as a page, JSON, CSV or xlsx. Raises NotInStoreError for an unknown chart.

    The old parameter `by` redirects to the chart of this name.
    """
    given, how, form = requests.taken(request, VIEWS)
    if by := given.pop("by", ""):
        path = f"/charts/{name}-by-{by}" if by != "body" else f"/charts/{name}"
        return RedirectResponse(requests.address(path, {**given, "of": "", **how}), status_code=301)
    kind, cited = charts.named(service.store.base_iri, name), published.cited(service, given)
    lot = requests.once({"of": given.pop("of", "")}, "of")
    language.settle(form)
    if form != HTML:
        return published.file(service, kind.view, given, form, how)

    def page(answer: Answer | None) -> dict[str, Any]:
        return {"layout": "chart.html", "kind": kind, "cited": cited, **_drawn(service, kind, given, answer, lot)}

    return published.show(service, kind.view, given, page, limit=view_files.MAX_ROWS)


def _drawn(service: Service, kind: charts.Kind, given: Given, answer: Answer | None, lot: str) -> dict[str, Any]:
    """Return what the page of a chart shows. Raises ParameterError for an unknown lot."""
    made, title = bars.drawn(kind, answer, lot) if answer else None, kind.view.title
    here = requests.address(kind.view.path, {**given, "of": lot})
    if answer is None or made is None:
        return {"chart": None, "here": here, "title": kind.name or title}
    texts, rows = (
        {each.name: "、".join(requests.several(given[each.name])) for each in kind.view.needs},
        made.table(given),
    )
    names = {name: published.meant(service, given, answer, name) or text for name, text in texts.items()}
    provinces = {
        str(row["iri"]).rpartition("/")[2]: {**cell, "amount": cell["figure"]}
        for row in rows
        if row["iri"]
        for cell in row["cells"]
    }
    alike = [each for each in charts.kinds(service.store.base_iri).values() if each.views.keys() & kind.views]
    return {
        "chart": made,
        "here": here,
        "title": Bilingual(title.zh.format_map(names), title.en.format_map(names)),
        "heads": [made.by.label, *made.series.values()],
        "table": rows,
        "map": tiles.tiles(provinces) if kind.by == "place" else None,
        "offers": [
            (said, requests.address(kind.view.path, {**given, "of": of}), chosen, number)
            for said, number, of, chosen in made.offers
        ],
        "beside": [(each.view.title, charts.address(each, given), each is kind, None) for each in alike],
        "filters": chips.listed(service, kind.view, given) or Bilingual("无", "none"),
        "axis": made.axis(language.wish().language),
    }
