"""Answer /quality (counts), /quality/findings (a list) and /quality/{rule} (one rule) as HTML, JSON or CSV.

The report on a filing and the stewards' log are in listing.py.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from jixiao.ontology import grouping, terms
from jixiao.server.apps.quality import listing
from jixiao.server.apps.quality.tally import MANY, Body, Tally, bodies
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, TABLES, VIEWS, Form, choose
from jixiao.server.pages import rules
from jixiao.server.query.binding import query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import downloads, published
from jixiao.server.views.answers import Answer
from jixiao.shapes import catalogue, sentences
from jixiao.shapes.findings.groups import Count, weight
from jixiao.store import Refusal

router = APIRouter()

REFUSALS = 30
"""Most refused documents on a page of them."""
_LAST_PAGE = 10**6


@router.get("/quality", summary="质量总览 · counts of findings")
def overview(request: Request, service: ServiceDep) -> Response:
    """Answer with counts by rule, department, year and severity, and with the refused documents."""
    form, style, given = _options(request)
    requests.refuse_unknown(given, requests.FORM_PARAMETERS)
    language.settle(form)
    return service.on_current(lambda now: _overview(service, now, form, style))


def _overview(service: Service, now: Edition, form: Form, style: downloads.Style) -> Response:
    tally, refusals = listing.tally(service, now), service.store.refusals()
    if form in TABLES:
        return downloads.download(_counts(tally, now), form, listing.subject(service, "quality", "/quality"), style)
    by: dict[str, Mapping[Any, Count]] = {"fault": tally.faults, **tally.margins()}
    filing_bodies = bodies(tally, by["department"], refusals, service.store.base_iri)
    total = _total(by["severity"])
    if form == JSON:
        return JSONResponse(_counted(now, total, by, filing_bodies, refusals), headers={"Vary": "Accept"})
    sources = tally.sources
    return service.pages.html(
        "quality.html",
        total=total,
        by=by,
        notes=_total({iri: each for iri, each in by["fault"].items() if rules.stated(iri, "").is_note}),
        first=sorted(
            ((iri, count) for iri, count in by["fault"].items() if count.open.get("Warning")),
            key=lambda pair: (weight(rules.stated(pair[0], f"{terms.SH}Warning")), -pair[1].groups["Warning"]),
        ),
        bodies=filing_bodies,
        sources=sources,
        files={sha16: now.sources[sha16].file_name for sha16 in sources.counts},
        name=tally.name,
        quiet=grouping.by_key(
            (fault.family, fault)
            for scope in ("document", "corpus")
            for fault in catalogue.faults(scope)
            if fault.iri not in by["fault"]
        ),
        refusals=refusals[:MANY],
        shown_names=listing.shown_names(refusals),
        refused=len(refusals),
        # Rules report on what was read, and a file that overlaps another names its body.
        without_filing=sum(not (each.report_turtle or each.bodies) for each in refusals),
        many=MANY,
        version=now.version,
        lapsed=listing.lapsed(service, now),
        parts=_downloads(total["findings"], {}),
    )


def _total(by: Mapping[str, Count]) -> dict[str, int]:
    """Return the total numbers of findings and of groups, open and accepted, from their counts by some key."""
    every = by.values()
    return {
        "findings": sum(count.total for count in every),
        "open": sum(count.all_open for count in every),
        "accepted": sum(count.accepted for count in every),
        "open_groups": sum(count.open_groups for count in every),
        "accepted_groups": sum(count.accepted_groups for count in every),
    }


@router.get("/quality/findings", summary="全部发现 · all findings")
def everything(request: Request, service: ServiceDep) -> Response:
    """Answer with all findings, filtered by department, year, severity or status."""
    return service.on_current(lambda now: _selected(request, service, now, None))


@router.get("/quality/refused", summary="拒收的文件 · refused documents")
def refused(request: Request, service: ServiceDep) -> Response:
    """Answer with the refused documents and the reasons, REFUSALS on a page. Raises NotInStoreError."""
    given = requests.parameters(request)
    requests.refuse_unknown(given, ("page", "format"))
    choose(request.headers.get("accept"), given.get("format"), (HTML,))
    number, every = requests.count(given, "page", 1, 1, _LAST_PAGE), service.store.refusals()
    start, last = (number - 1) * REFUSALS, max(1, -(-len(every) // REFUSALS))
    if number > last:
        raise requests.missing(f"/quality/refused?page={number}")
    shown = every[start : start + REFUSALS]
    turns = {"first": 1, "prev": number - 1} if number > 1 else {}
    turns |= {"next": number + 1, "last": last} if number < last else {}
    return service.pages.html(
        "refusals.html",
        refusals=shown,
        shown_names=listing.shown_names(every),
        pager={
            "links": {name: requests.address("/quality/refused", {"page": str(page)}) for name, page in turns.items()},
            "first": start + 1,
            "last": start + len(shown),
            "total": len(every),
        },
    )


@router.get("/quality/{name}", summary="一条规则 · a rule and its findings")
def rule(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a rule, its SHACL, its query and its findings."""
    return service.on_current(lambda now: _selected(request, service, now, f"{catalogue.SHAPES}{name}"))


def _selected(request: Request, service: Service, now: Edition, iri: str | None) -> Response:
    """Return a page of the findings of a rule, or of all findings if `iri` is None."""
    form, style, given = _options(request)
    known = rules.known(iri) if iri else None
    retired = catalogue.retired().get(iri) if iri else None
    if iri is not None and not (known or retired or listing.tally(service, now).find(1, 0, fault=iri)[0].total):
        raise NotInStoreError(f"没有规则 {rules.name(iri)}。", f"There is no rule {rules.name(iri)}.")
    own = {} if iri is None else {"fault": iri}
    wrong: ParameterError | None = None
    try:
        filters = listing.read_filters(service, given, listing.PAGE if form == HTML else listing.MOST)
    except ParameterError as error:
        if form != HTML:
            raise
        filters, wrong = listing.read_filters(service, {}), error
    if wrong is None:
        language.settle(form)
    tally, listed = listing.tally(service, now), listing.select(service, now, filters, form == HTML, **own)
    path = f"/quality/{rules.name(iri)}" if iri else "/quality/findings"
    further = None if listed.further is None else requests.address(path, given, offset=str(listed.further))
    if form != HTML:
        answer = listing.answer(service, now, listed, filters.given, _sparql(service, iri))
        links = [] if further is None else [signposting.Link(further, "next")]
        subject = listing.subject(service, path.rpartition("/")[2], requests.address(path, given))
        return downloads.download(answer, form, subject, style, links)
    return service.pages.html(
        "rule.html",
        error=wrong,
        iri=iri,
        rule=known,
        retired=retired,
        sentence=sentences.pattern(known) if known else None,
        turtle=rules.turtle(iri) if iri and known else None,
        sparql=_sparql(service, iri),
        listed=listed,
        given=given,
        path=path,
        name=tally.name,
        choices=tally.margins(iri),
        further=further,
        offset=filters.offset,
        version=now.version,
        parts=_downloads(listed.count.total, given),
    )


def _sparql(service: Service, iri: str | None) -> str:
    """Return a query that lists the findings of a rule, or all findings if `iri` is None."""
    return published.views(service)["findings"].bind({"fault": rules.name(iri)}) if iri else query("all-findings")


def _downloads(total: int, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the downloads, of listing.MOST findings each, that together have all `total` findings.

    Each is a dict with the numbers of its `first` and `last` finding and the `query` string of its address.
    """
    filters = {name: value for name, value in given.items() if value.strip() and name not in ("limit", "offset")}
    return [
        {
            "first": start + 1,
            "last": min(start + listing.MOST, total),
            "query": urlencode({**filters, "limit": str(listing.MOST), "offset": str(start)}),
        }
        for start in range(0, total, listing.MOST)
    ]


def _options(request: Request) -> tuple[Form, downloads.Style, dict[str, str]]:
    """Return the form of the answer, the style of a table, and all other parameters of a request.

    Raises ParameterError, NotAcceptableError.
    """
    given, how, form = requests.taken(request, VIEWS)
    return form, downloads.Style.of(how), {name: requests.once(given, name) for name in given}


def _counts(tally: Tally, now: Edition) -> Answer:
    """Return a table for download with a row of counts per rule, department, year and severity."""
    rows = tuple(
        {
            "fault": fault,
            "faultName": rules.label(fault).zh,
            "faultNameEn": rules.label(fault).en,
            "departmentIri": body,
            "department": tally.name(body),
            "year": year,
            "severity": severity,
            "open": count.all_open,
            "accepted": count.accepted,
            "openGroups": count.open_groups,
            "acceptedGroups": count.accepted_groups,
        }
        for (fault, body, year, severity), count in tally.combined().items()
    )
    return Answer("quality", {}, now.version, False, listing.columns("counts"), rows, query("all-findings"), None)


def _counted(
    now: Edition,
    total: Mapping[str, int],
    by: Mapping[str, Mapping[Any, Count]],
    filing_bodies: list[Body],
    refusals: tuple[Refusal, ...],
) -> dict[str, Any]:
    def tabled(name: str, key: Any, count: Count) -> dict[str, Any]:
        said: dict[str, Any] = {name: key}
        if name == "fault":
            label = rules.label(key)
            said |= {"name": rules.name(key), "label": {"zh": label.zh, "en": label.en}}
        said |= {"open": dict(count.open), "accepted": count.accepted}
        return said | {"groups": {"open": dict(count.groups), "accepted": count.accepted_groups}}

    return {
        "dataset_version": now.version,
        **total,
        **{f"by_{name}": [tabled(name, key, count) for key, count in of_keys.items()] for name, of_keys in by.items()},
        "by_department": [
            tabled("department", body.iri, body.findings)
            | {"name": body.name, "filings": body.read.filings, "refused": body.refused}
            | {"partial_filings": body.read.partial_filings, "partial_projects": body.read.partial_projects}
            for body in filing_bodies
        ],
        "refused": [
            {"sha256": refusal.sha256, "file": refusal.file_name, "reasons": list(refusal.reasons)}
            for refusal in refusals
        ],
        "log": "/quality/log",
    }
