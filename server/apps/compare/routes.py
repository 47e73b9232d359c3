"""Answer /compare (bodies, years or projects side by side) and /indicators (the library of indicators)."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Request, Response

from jixiao.server.apps.compare import asked, bodies, library, projects, result, verdicts
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import CSV, HTML, JSON, Form
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, names, parameters, published, view_files

router = APIRouter()

_FORMS = (JSON, HTML, CSV)
_PARAMETERS = ("a", "year_a", "b", "year_b")
_OFFERED = 200


@router.get("/compare", summary="并列比较 · two things side by side")
@work.seated
def compare(request: Request, service: ServiceDep) -> Response:
    """Answer with a comparison, or with the form to choose what is compared. Raises ParameterError."""
    several, how, form = requests.taken(request, _FORMS)
    given = {name: requests.once(several, name) for name in several}
    language.settle(form)
    if form == HTML and not given.get("a"):
        return _page(service, given, None, None)
    try:
        _check(given)
        comparison = service.on_current(lambda now: _compared(verdicts.Facts(service, now), given))
    except ParameterError as error:
        if form != HTML:
            raise
        return _page(service, given, None, error)
    if form == HTML:
        return _page(service, given, comparison, None)
    text = comparison.to_json() if form == JSON else comparison.to_csv(downloads.Style.of(how).headings or "zh")
    return _taken(text, form, "compare", comparison.credit.links)


@router.get("/indicators", summary="指标库 · the library of indicators")
@work.seated
def indicators(request: Request, service: ServiceDep) -> Response:
    """Answer with the names of indicators and their targets or, with the parameter `name`, with one name in detail.

    Raises ParameterError, and NotInStoreError for a name that no indicator has.
    """
    given, how, form = requests.taken(request, _FORMS)
    name, headings = requests.once(given, "name"), downloads.Style.of(how).headings
    language.settle(form)
    if name:
        return _one(service, name, given, form, headings)
    most = published.ROWS if form == HTML else None
    try:
        found = service.on_current(lambda now: library.listed(verdicts.Facts(service, now), given, most))
    except ParameterError as error:
        if form != HTML:
            raise
        return _library_page(service, given, None, error)
    if form == HTML:
        return _library_page(service, given, found, None)
    links, cut = published.missing(_library(service), given, found.answer) if form == CSV else ([], {})
    text = found.to_json() if form == JSON else found.to_csv(headings)
    return _taken(text, form, "indicators", [*found.answer.links, *links], cut)


def _one(service: Service, name: str, given: parameters.Given, form: Form, headings: str | None) -> Response:
    filters = {key: value for key, value in given.items() if key != "name"}
    one = service.on_current(lambda now: library.one(verdicts.Facts(service, now), name, filters))
    if one is None:
        raise NotInStoreError(f"没有叫“{name}”的指标。", f"There is no indicator named “{name}”.")
    if form == HTML:
        elsewhere = _elsewhere(library.PATH, {"name": name, **filters})
        return service.pages.html(
            "indicator.html",
            one=one,
            row=one.answer.rows[0],
            operators=answers.WORDS["operator"],
            given=filters,
            elsewhere=elsewhere,
        )
    return _taken(one.to_json() if form == JSON else one.to_csv(headings), form, "indicator", one.answer.links)


def _compared(dataset: verdicts.Facts, given: Mapping[str, str]) -> result.Comparison:
    kind, chosen, why = asked.read(dataset, given)
    if kind == "org":
        sides = [bodies.load(dataset, side) for side in chosen]
        notes, sections = [*bodies.notes(sides), verdicts.note("claimed")], bodies.sections(dataset, sides)
    else:
        notes, sections = projects.compared(dataset, chosen)
    credit = dataset.service.credit(dataset.now)
    return result.Comparison(kind, chosen, [*why, *notes], sections, dataset.now.version, credit)


def _page(
    service: Service, given: Mapping[str, str], comparison: result.Comparison | None, error: ParameterError | None
) -> Response:
    known = service.generation().index
    return service.pages.html(
        "compare.html",
        error=error,
        status_code=200 if isinstance(error, asked.IncompleteError) else None,
        headers=None if comparison is None else signposting.header(comparison.credit.links),
        incomplete=isinstance(error, asked.IncompleteError),
        pairs=[
            ((first, second), requests.address("/compare", {**given, "year_a": str(first), "year_b": str(second)}))
            for first, second in pairwise(error.years)
        ]
        if isinstance(error, asked.IncompleteError)
        else (),
        shown=_shown(service, {name: given.get(name, "") for name in _PARAMETERS}),
        comparison=comparison,
        choices=[(each, requests.address("/compare", {**given, error.parameter: each.iri})) for each in error.choices]
        if isinstance(error, names.AmbiguousError)
        else (),
        bodies=known.choices("org", limit=_OFFERED) if known else (),
        years=known.choices("year", limit=_OFFERED) if known else (),
        elsewhere=_elsewhere("/compare", given),
        here=requests.address("/compare", given),
    )


def _shown(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """Return the texts for the form, with the names of things given by their IRIs."""
    things = {
        each: str(node.value) for each, text in given.items() if (node := parameters.iri(text, service.store.base_iri))
    }
    if not things:
        return dict(given)
    known = service.on_current(lambda now: names.labels(verdicts.Facts(service, now).run, list(things.values())))
    return {**given, **{each: known.get(thing, given[each]) for each, thing in things.items()}}


def _library_page(
    service: Service, given: parameters.Given, found: library.Library | None, error: ParameterError | None
) -> Response:
    view = _library(service)
    return service.pages.html(
        "indicator-library.html",
        error=error,
        found=found,
        operators=answers.WORDS["operator"],
        view=view,
        fields=published.fields(service, view, given, service.generation().index),
        given=given,
        orders=published.orders(view, given),
        pager=found and published.pager(view, given, found.answer),
        elsewhere=published.elsewhere(view, given),
    )


def _library(service: Service) -> view_files.View:
    return replace(view_files.load(service.store.base_iri, verdicts.DIRECTORY)[library.QUERY], path=library.PATH)


def _elsewhere(path: str, given: parameters.Given) -> dict[str, str]:
    return {form.name: requests.address(path, given, format=form.name) for form in (JSON, CSV)}


def _taken(text: str, form: Form, name: str, links: Any, cut: Mapping[str, str] = {}) -> Response:
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **signposting.header(links), **cut}
    if form == CSV:
        headers["Content-Disposition"] = downloads.attachment(f"{name}.csv")
    return Response(text, headers=headers)


def _check(given: Mapping[str, str]) -> None:
    """Raise ParameterError for an unknown parameter, and if the parameter `a` is missing."""
    requests.refuse_unknown(given, _PARAMETERS)
    if not given.get("a"):
        raise ParameterError(
            "缺少参数 a：一个机构或项目的名称或 IRI。", "Parameter a is missing: the name or IRI of a body or project."
        )
