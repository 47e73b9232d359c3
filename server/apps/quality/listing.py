"""Answer /quality/findings and /quality/{rule}, lists of findings, and /quality/refused, the refused documents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.server.apps.quality import counting
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, VIEWS, choose
from jixiao.server.pages import findings, rules
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import published, view_files
from jixiao.server.views.answers import Answer, Row, Value
from jixiao.server.views.parameters import Given
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.store import Refusal

router = APIRouter()

REFUSALS = 30
"""Most refused documents on a page of them."""
_FILTERS = 5
"""Parameters of the view that people can set; the further ones are for programs."""


@router.get("/quality/findings", summary="全部发现 · all findings")
def everything(request: Request, service: ServiceDep) -> Response:
    """Answer with all findings, filtered by department, year, severity or status."""
    return service.on_current(lambda now: _listed(request, service, now, None))


@router.get("/quality/refused", summary="拒收的文件 · refused files")
def refused(request: Request, service: ServiceDep) -> Response:
    """Answer with the refused documents and the reasons, REFUSALS on a page. Raises NotInStoreError."""
    given = requests.parameters(request)
    requests.refuse_unknown(given, ("page", "format"))
    choose(request.headers.get("accept"), given.get("format"), (HTML,))
    number, every = requests.count(given, "page", 1, 1, requests.LAST_PAGE), service.store.refusals()
    start, last = (number - 1) * REFUSALS, max(1, -(-len(every) // REFUSALS))
    if number > last:
        raise requests.missing(f"/quality/refused?page={number}")
    shown = every[start : start + REFUSALS]
    turns = {"first": 1, "prev": number - 1} if number > 1 else {}
    turns |= {"next": number + 1, "last": last} if number < last else {}
    return service.pages.html(
        "refusals.html",
        refusals=shown,
        shown_names=shown_names(every),
        pager={
            "links": {name: requests.address("/quality/refused", {"page": str(page)}) for name, page in turns.items()},
            "first": start + 1,
            "last": start + len(shown),
            "total": len(every),
        },
    )


@router.get("/quality/{name}", summary="一条规则 · a rule and its findings")
def rule(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a rule of this name, its SHACL, its query and its findings."""
    return service.on_current(lambda now: _listed(request, service, now, f"{catalogue.SHAPES}{name}"))


def _listed(request: Request, service: Service, now: Edition, iri: str | None) -> Response:
    """Return the list of the findings of a rule, given by IRI, or of all findings if `iri` is None."""
    given, how, form = requests.taken(request, VIEWS)
    cited, chosen = published.cited(service, given), published.named_columns(given)
    given.pop(published.COLUMNS, None)
    own = {"fault": iri} if iri else {}
    known, retired = (catalogue.known(iri), catalogue.retired().get(iri)) if iri else (None, None)
    if iri and not (known or retired or answer(service, now, {**own, "limit": "1"}).rows):
        raise NotInStoreError(f"没有规则 {catalogue.name(iri)}。", f"There is no rule {catalogue.name(iri)}.")
    every = counting.view(service, "findings")
    view = replace(every, params=every.params[:_FILTERS], path=f"/quality/{catalogue.name(iri) if iri else 'findings'}")
    requests.refuse_unknown(given, (*(each.name for each in view.params), "limit", "offset", "sort"))
    if form != HTML:
        found = replace(answer(service, now, {**given, **own}), params=given)
        return published.written(service, view, given, found, form, how)
    language.settle(form)
    answered, counted, error = None, None, None
    try:
        found = answer(service, now, {**given, **own, "folded": "1"}, published.ROWS)
        found = replace(found, params=given, columns=tuple(each for each in found.columns if each.name not in own))
        answered = published.with_columns(found, chosen)
        asked = {name: typed for name, typed in given.items() if name not in view_files.PAGING}
        counts = published.answer_from(service, now, counting.view(service, "counts"), {**asked, **own})
        counted = counting.added(counts.rows).get(None)
    except ParameterError as fault:
        error = fault
    return published.page(
        service,
        view,
        given,
        answered,
        error,
        layout="rule.html",
        iri=iri,
        rule=known,
        retired=retired,
        turtle=rules.turtle(iri) if iri and known else None,
        counted=counted,
        cited=cited,
        columns=chosen,
    )


def answer(service: Service, now: Edition, given: Given, page: int | None = None) -> Answer:
    """Return the findings that parameters of the view `findings` ask for, with what tables do not have of them.

    Raises what published.answer_from raises.
    """
    answered = published.answer_from(service, now, counting.view(service, "findings"), given, page)
    named = {each.iri: each for each in findings.named(service, now, [str(row["finding"]) for row in answered.rows])}
    return replace(
        answered,
        rows=tuple({**row, **_more(service, now, named[str(row["finding"])]), **_about(row)} for row in answered.rows),
    )


def _more(service: Service, now: Edition, finding: Finding) -> dict[str, Value]:
    record, line = now.sources.get(finding.source), next(iter(finding.lines), None)
    return {
        "faultName": finding.fault.label.zh,
        "faultNameEn": finding.fault.label.en,
        "part": finding.part,
        "remedy": finding.fault.remedy.zh or None,
        "remedyEn": finding.fault.remedy.en or None,
        "file": None if record is None else record.file_name,
        "lines": "、".join(map(str, finding.lines)) or None,
        "page": line and service.lines.page(finding.source, line),
        "group": None if finding.group == finding.iri else finding.group,
    }


def _about(row: Row) -> dict[str, Value]:
    """Return no project for a finding about a filing."""
    return dict.fromkeys(("projectIri", "project")) if "/id/filing/" in str(row["projectIri"]) else {}


def shown_names(refusals: Sequence[Refusal]) -> dict[str, str]:
    """Return the names to show for refused documents, by SHA-256.

    A name that several documents share is shown with the document's folder and, if that does not distinguish them, with
    the first 8 digits of the SHA-256.
    """
    named = Counter(each.file_name for each in refusals)
    paths = {
        each.sha256: f"{each.folder}/{each.file_name}" if each.folder and named[each.file_name] > 1 else each.file_name
        for each in refusals
    }
    alike = Counter(paths.values())
    return {sha256: path if alike[path] == 1 else f"{path} ({sha256[:8]})" for sha256, path in paths.items()}
