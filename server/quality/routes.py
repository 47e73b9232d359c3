"""/quality counts what was found, /quality/findings lists it, /quality/{rule} is a page a rule: HTML, JSON, CSV.

What a filing's report looks like, and the steward's log, are in filing_reports.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from jixiao.ontology.bilingual import Bilingual
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http.negotiation import CSV, HTML, JSON, VIEWS, Form, choose
from jixiao.server.http.problems import problem
from jixiao.server.http.signposting import Link, header
from jixiao.server.publication.protocols import Edition
from jixiao.server.quality import listing, rules
from jixiao.server.quality.tally import Count, Entry, Tally, counts
from jixiao.server.queries.binding import query
from jixiao.server.service.service import Service, ServiceDep
from jixiao.server.views.answers import Answer
from jixiao.server.views.published import views
from jixiao.server.views.routes import HOW, once
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import SHAPES, Fault
from jixiao.shapes.report.documents import pattern
from jixiao.store import Refusal

router = APIRouter()

MANY = 100
"""Departments and refused documents that the overview lists."""

_CUBE = {
    "fault": ("规则 IRI", "Rule IRI", "iri"),
    "faultName": ("问题", "Fault", "text"),
    "faultNameEn": ("问题（英文）", "Fault in English", "text"),
    "departmentIri": ("部门 IRI", "Department IRI", "iri"),
    "department": ("部门", "Department", "text"),
    "year": ("年度", "Year", "year"),
    "severity": ("级别", "Severity", "text"),
    "open": ("待办", "Open", "integer"),
    "accepted": ("已认可", "Accepted", "integer"),
}


@dataclass(frozen=True)
class Wish:
    """How an answer is wanted: its form, whether a CSV starts with a byte-order mark, and the other parameters."""

    form: Form
    mark: bool
    given: Mapping[str, str]


@router.get("/quality", summary="质量总览 · what was found, counted")
def overview(request: Request, service: ServiceDep) -> Response:
    """Counts by rule, department, year and severity, and the documents that were kept out."""
    wish = _wish(request)
    if wish.given:
        unknown = "、".join(sorted(wish.given))
        raise ParameterError(f"没有参数 {unknown}。", f"There is no parameter {unknown}.")
    return service.on_current(lambda now: _overview(service, now, wish))


def _overview(service: Service, now: Edition, wish: Wish) -> Response:
    tally, refusals = listing.tally(service, now), service.store.refusals()
    if wish.form == CSV:
        return csv_response(_cube(tally, now), "quality", wish.mark)
    by = {
        "fault": counts(tally.entries, lambda entry: entry.fault),
        "department": counts(tally.entries, lambda entry: entry.body),
        "year": sorted(counts(tally.entries, lambda entry: entry.year), key=lambda count: -(count.key or 0)),
        "severity": counts(tally.entries, lambda entry: entry.severity),
    }
    accepted = sum(entry.accepted for entry in tally.entries)
    total = {"findings": len(tally.entries), "open": len(tally.entries) - accepted, "accepted": accepted}
    if wish.form == JSON:
        return JSONResponse(_counted(now, total, by, tally, refusals), headers={"Vary": "Accept"})
    return service.pages.html(
        "quality.html",
        total=total,
        by=by,
        filings=counts(tally.entries, lambda entry: entry.source),
        files={sha16: record.file_name for sha16, record in now.sources.items()},
        names=tally.names,
        quiet=_quiet({count.key for count in by["fault"]}),
        refusals=refusals[:MANY],
        refused=len(refusals),
        many=MANY,
        version=now.version,
        parts=_parts(len(tally.entries), {}),
    )


def _quiet(found: set[str]) -> dict[Bilingual, list[Fault]]:
    """The rules for documents and the dataset that found nothing, by family."""
    quiet: dict[Bilingual, list[Fault]] = {}
    for fault in (*catalogue.faults("document"), *catalogue.faults("corpus")):
        if fault.iri not in found:
            quiet.setdefault(fault.family, []).append(fault)
    return quiet


@router.get("/quality/findings", summary="全部发现 · all findings")
def everything(request: Request, service: ServiceDep) -> Response:
    """All findings, or those of a department, a year, a severity."""
    return _list(request, service, None)


@router.get("/quality/{name}", summary="一条规则 · a rule and what it found")
def rule(name: str, request: Request, service: ServiceDep) -> Response:
    """What the rule says, its SHACL, its query, and what it found."""
    return _list(request, service, name)


def _list(request: Request, service: Service, name: str | None) -> Response:
    wish = _wish(request)
    iri = None if name is None else f"{SHAPES}{name}"
    return service.on_current(lambda now: _listed(service, now, iri, wish))


def _listed(service: Service, now: Edition, iri: str | None, wish: Wish) -> Response:
    if iri is not None and rules.known(iri) is None and not listing.tally(service, now).where(fault=iri):
        raise NotInStoreError(f"没有规则 {rules.name(iri)}。", f"There is no rule {rules.name(iri)}.")
    own = {} if iri is None else {"fault": iri}
    form, given = wish.form, wish.given
    fault: dict[str, Any] | None = None
    try:
        asked = listing.asked(service, given, listing.PAGE if form == HTML else listing.MOST)
    except ParameterError as error:
        if form != HTML:
            raise
        asked, fault = listing.asked(service, {}), problem(error)
    found = listing.listed(service, now, asked, **own)
    path = f"/quality/{rules.name(iri)}" if iri else "/quality/findings"
    further = None if found.further is None else _address(path, given, offset=str(found.further))
    if form != HTML:
        answer = listing.answer(service, now, found, asked.given, _sparql(service, iri))
        links = () if further is None else (Link(further, "next"),)
        return csv_response(answer, path.rpartition("/")[2], wish.mark, links) if form == CSV else _json(answer, links)
    known = rules.known(iri) if iri else None
    return service.pages.html(
        "rule.html",
        status_code=200 if fault is None else fault["status"],
        iri=iri,
        rule=known,
        sentence=pattern(known) if known else None,
        turtle=rules.turtle(iri) if iri and rules.known(iri) else None,
        sparql=_sparql(service, iri),
        listed=found,
        given=given,
        path=path,
        problem=fault,
        names=listing.tally(service, now).names,
        choices=_choices(listing.tally(service, now), own),
        further=further,
        offset=asked.offset,
        version=now.version,
        parts=_parts(found.total, given),
    )


def _choices(tally: Tally, own: Mapping[str, str]) -> dict[str, list[Count]]:
    """What the list can be narrowed to."""
    entries = tally.where(**own)
    return {
        "department": counts(entries, lambda entry: entry.body),
        "year": sorted(counts(entries, lambda entry: entry.year), key=lambda count: -(count.key or 0)),
        "severity": counts(entries, lambda entry: entry.severity),
    }


def _sparql(service: Service, iri: str | None) -> str:
    """A query that lists the findings, of a rule or of all."""
    return views(service)["findings"].bind({"fault": rules.name(iri)}) if iri else query("all-findings")


def _parts(total: int, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The downloads that together hold all findings: where each starts and ends, and what its address says."""
    filters = {name: value for name, value in given.items() if value.strip() and name not in ("limit", "offset")}
    starts = range(0, total, listing.MOST)
    return [
        {
            "first": start + 1,
            "last": min(start + listing.MOST, total),
            "query": urlencode({**filters, "limit": str(listing.MOST), "offset": str(start)}),
        }
        for start in starts
    ]


def _wish(request: Request) -> Wish:
    """What the request wants. Raises ParameterError, NotAcceptableError."""
    given = once(request)
    how = {key: given.pop(key, "") for key in HOW}
    form = choose(request.headers.get("accept"), how["format"] or None, VIEWS)
    return Wish(form, how["bom"] == "1", given)


def _address(path: str, given: Mapping[str, str], **more: str) -> str:
    return f"{path}?{urlencode({**{k: v for k, v in given.items() if v}, **more})}"


def _json(answer: Answer, links: tuple[Link, ...] = ()) -> Response:
    headers = {"Content-Type": JSON.content_type, "Vary": "Accept", **header((*answer.links, *links))}
    return Response(answer.to_json(), headers=headers)


def csv_response(answer: Answer, name: str, mark: bool, links: tuple[Link, ...] = ()) -> Response:
    """The rows as a CSV download called `name`; `mark` puts a byte-order mark first."""
    headers = {
        "Content-Type": CSV.content_type,
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Vary": "Accept",
        **header((*answer.links, *links)),
    }
    return Response(answer.to_csv(byte_order_mark=mark), headers=headers)


def _cube(tally: Tally, now: Edition) -> Answer:
    """The counts by rule, department, year and severity at once."""

    def key(entry: Entry) -> tuple[str, str | None, int | None, str]:
        return entry.fault, entry.body, entry.year, entry.severity

    rows = []
    for count in counts(tally.entries, key):
        fault, body, year, severity = count.key
        label = rules.label(fault)
        rows.append(
            {
                "fault": fault,
                "faultName": label.zh,
                "faultNameEn": label.en,
                "departmentIri": body,
                "department": tally.names.get(body or ""),
                "year": year,
                "severity": severity,
                "open": count.all_open,
                "accepted": count.accepted,
            }
        )
    return Answer("quality", {}, now.version, False, listing.columns(_CUBE), tuple(rows), query("all-findings"), None)


def _counted(
    now: Edition,
    total: Mapping[str, int],
    by: Mapping[str, list[Count]],
    tally: Tally,
    refusals: tuple[Refusal, ...],
) -> dict[str, Any]:
    def tabled(name: str, count: Count) -> dict[str, Any]:
        said: dict[str, Any] = {name: count.key}
        if name == "fault":
            label = rules.label(count.key)
            said |= {"name": rules.name(count.key), "label": {"zh": label.zh, "en": label.en}}
        if name == "department":
            said["name"] = tally.names.get(count.key or "")
        return said | {"open": dict(count.open), "accepted": count.accepted}

    return {
        "dataset_version": now.version,
        **total,
        **{f"by_{name}": [tabled(name, count) for count in found] for name, found in by.items()},
        "refused": [
            {"sha256": refusal.sha256, "file": refusal.file_name, "reasons": list(refusal.reasons)}
            for refusal in refusals
        ],
        "log": "/quality/log",
    }
