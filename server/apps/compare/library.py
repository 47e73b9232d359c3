"""Answer /indicators, the library of indicators: for each name the projects and bodies that use it, and the targets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import repeat
from statistics import quantiles

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal
from starlette.responses import RedirectResponse

from jixiao.ontology import grouping
from jixiao.server.apps.compare import result
from jixiao.server.apps.compare.verdicts import DIRECTORY, Facts
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, VIEWS
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, published, view_files
from jixiao.server.views.parameters import Given
from jixiao.server.views.typed_names import Queried, read_terms
from jixiao.server.words import WORDS

router = APIRouter()

PATH = "/indicators"
_SPREAD = tuple(
    answers.Column(name, kind, {"zh": zh, "en": en})
    for name, kind, zh, en in (
        ("operator", "operator", "比较符", "Sign"),
        ("unit", "text", "计量单位", "Unit"),
        ("targets", "integer", "目标值数", "Targets"),
        ("least", "decimal", "最小", "Least"),
        ("lower_quartile", "decimal", "下四分位", "Lower quartile"),
        ("median", "decimal", "中位数", "Median"),
        ("upper_quartile", "decimal", "上四分位", "Upper quartile"),
        ("most", "decimal", "最大", "Most"),
    )
)
"""Columns of a spread: the targets of one name, sign and unit."""


@router.get("/indicators", summary="指标库 · the library of indicators")
@work.seated
def indicators(request: Request, service: ServiceDep) -> Response:
    """Answer with the names of indicators and their targets. Raises ParameterError.

    The old parameter `name` redirects to the names that contain its text.
    """
    given, how, form = requests.taken(request, VIEWS)
    if name := given.pop("name", ""):
        return RedirectResponse(requests.address(PATH, {**given, "text": name, **how}), status_code=301)
    language.settle(form)
    view = replace(view_files.load(service.store.base_iri, DIRECTORY)["indicator-library"], path=PATH)

    def typical(answer: answers.Answer | None) -> Mapping[str, Sequence[answers.Row]]:
        rows = answer.rows if answer else ()
        return service.on_current(lambda now: _typical(service, now, given, [str(row["name"]) for row in rows]))

    if form == HTML:
        more = {"operators": WORDS["operator"]}
        return published.show(
            service, view, given, lambda answer: {"typical": typical(answer), **more}, rows=published.ROWS
        )
    answer = published.answer(service, view, given)
    of = typical(answer)
    if form == JSON:
        members = {
            "dataset_version": answer.dataset_version,
            "params": dict(answer.params),
            "names": answer.whole.rows if answer.whole else len(answer.rows),
            "truncated": answer.truncated,
            "rows": [{**row, "typical": of.get(str(row["name"]), ())} for row in answer.rows],
        }
        return result.json_file(members, answer.links)
    # A name has a row for each sign and unit; one without numeric targets has one row.
    nothing: answers.Row = dict.fromkeys(column.name for column in _SPREAD)
    rows = tuple({**row, **each} for row in answer.rows for each in of.get(str(row["name"]), [nothing]))
    links, cut = published.rest(view, given, answer)
    address = language.wish().own(service.store.base_iri) + requests.address(PATH, answer.params)
    subject = downloads.Subject(downloads.file_stem(answer), view.question, address)
    whole = replace(answer, columns=(*answer.columns, *_SPREAD), rows=rows)
    response = downloads.download(whole, form, subject, downloads.Style.of(how), links)
    response.headers.update(cut)
    return response


def _typical(service: Service, now: Edition, given: Given, names: Sequence[str]) -> Mapping[str, Sequence[answers.Row]]:
    """Return the spreads of the targets of some `names`, by name, under the filters in `given`."""
    facts, asked = Facts(service, now), {name: typed for name, typed in given.items() if requests.several(typed)}
    known = now.index or Queried(facts.run)
    read = {
        each.name: read_terms(each, asked[each.name], service.store.base_iri, known)
        for each in facts.query("groups").params
        if each.name in asked
    }
    return spreads(facts.rows("groups", {**read, "name": [Literal(each) for each in names]})) if names else {}


def spreads(rows: Iterable[answers.Row]) -> dict[str, list[answers.Row]]:
    """Return the spreads of the targets by the indicators' name, one per sign and unit, the most used first.

    A row has `name`, `operator`, `unit`, `value` and the number of `indicators`; a row without a value is skipped.
    """
    by_name = grouping.by_keys(
        (str(row["name"]), (row["operator"], row["unit"]), target)
        for row in rows
        if isinstance(target := row["value"], Decimal)
        for _ in repeat(None, int(row["indicators"] or 0))
    )
    return {
        name: sorted(
            (spread(*kind, targets) for kind, targets in kinds.items()),
            key=lambda each: (-int(each["targets"] or 0), str(each["operator"] or ""), str(each["unit"] or "")),
        )
        for name, kinds in by_name.items()
    }


def spread(operator: answers.Value, unit: answers.Value, targets: Iterable[Decimal]) -> answers.Row:
    """Return the number, extremes, quartiles and median of some targets, which have one sign and unit."""
    ordered = sorted(targets)
    middle = quantiles(ordered * 2 if len(ordered) == 1 else ordered, n=4, method="inclusive")
    figures = (operator, unit, len(ordered), ordered[0], *middle, ordered[-1])
    return dict(zip((column.name for column in _SPREAD), figures, strict=True))
