"""Answer /quality with the counts of findings by rule, body, year and severity, as HTML or JSON."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from jixiao.ontology import grouping, terms
from jixiao.server.apps.quality import listing
from jixiao.server.apps.quality.log import lapsed
from jixiao.server.apps.quality.tally import MANY, Body, bodies
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, Form
from jixiao.server.pages import rules
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.shapes import catalogue
from jixiao.shapes.findings.groups import Count, weight
from jixiao.store import Refusal

router = APIRouter()


@router.get("/quality", summary="质量总览 · counts of findings")
def overview(request: Request, service: ServiceDep) -> Response:
    """Answer with counts by rule, department, year and severity, and with the refused documents."""
    given, _, form = requests.taken(request, (JSON, HTML))
    requests.refuse_unknown(given, requests.FORM_PARAMETERS)
    language.settle(form)
    return service.on_current(lambda now: _overview(service, now, form))


def _overview(service: Service, now: Edition, form: Form) -> Response:
    tally, refusals = listing.tally(service, now), service.store.refusals()
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
        lapsed=lapsed(service, now),
        parts=listing.parts(total["findings"], {}),
    )


def _total(by: Mapping[str, Count]) -> dict[str, int]:
    """Return the total numbers of findings and of groups, open and accepted, from counts by any key."""
    every = by.values()
    return {
        "findings": sum(count.total for count in every),
        "open": sum(count.all_open for count in every),
        "accepted": sum(count.accepted for count in every),
        "open_groups": sum(count.open_groups for count in every),
        "accepted_groups": sum(count.accepted_groups for count in every),
    }


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
