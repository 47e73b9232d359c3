"""Answer /quality, counts of findings; /quality/filing/{sha16}, the report on a source; and /quality/log, decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import grouping, identity, terms
from jixiao.server.apps.quality import listing
from jixiao.server.apps.quality.tally import MANY, UNREAD, Body, bodies
from jixiao.server.editions import lookups, renditions
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, TABLES, TURTLE, VIEWS, Form, choose
from jixiao.server.pages import findings, rules
from jixiao.server.query.binding import bind, query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep, unless_limited
from jixiao.server.views import answers, downloads, published, typed_names
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Shown
from jixiao.shapes.findings.groups import Count, Occurrence, weight
from jixiao.store import LogEntry, Refusal, records
from jixiao.store.decisions.registry_file import read_statement

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
    by: dict[str, Mapping[Any, Count]] = {
        "fault": tally.faults,
        # A page counts of a body and a year what their filings get wrong.
        **tally.margins(own=None if form == JSON else UNREAD),
    }
    filing_bodies = bodies(tally, by["department"], refusals, service.store.base_iri)
    total = _total(by["fault"])
    if form == JSON:
        return JSONResponse(_counted(now, total, by, filing_bodies, refusals), headers={"Vary": "Accept"})
    sources = tally.sources
    return service.pages.html(
        "quality.html",
        total=total,
        by=by,
        own=_total(by["severity"]),
        unread={iri: each for iri, each in by["fault"].items() if f'"{iri}"' in UNREAD},
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
    """Return numbers of findings and groups, each added up over all keys of `by`.

    The keys returned are `findings` (all), `open` and `accepted` for findings, and `open_groups` and `accepted_groups`.
    """
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
            label = catalogue.label(key)
            said |= {"name": catalogue.name(key), "label": {"zh": label.zh, "en": label.en}}
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


REFUSAL_FORMS = (JSON, HTML, TURTLE)
"""Forms of the report on a refused document."""
AROUND = 1
"""Lines with text that are quoted on each side of a line at fault."""


@router.get("/quality/filing/{sha16}", summary="一份来源的报告 · the report on a source")
def report(sha16: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a source's report as HTML, JSON, a table or its graph; for a refused document, with the reasons."""
    stem, suffix = graph_response.split_suffix(sha16, REPORTS)
    wanted = suffix or requests.only(request, "format")
    form = choose(request.headers.get("accept"), wanted, REPORTS)
    if stem not in service.generation().sources:
        refusal = next((each for each in service.store.refusals() if each.sha256[: records.SHA16] == stem), None)
        if refusal is not None:
            return _refused(service, refusal, choose(request.headers.get("accept"), wanted, REFUSAL_FORMS))
    record = lookups.readable_source(service.store, stem)
    language.settle(form)
    if form == HTML:
        lines = renditions.lines(service.store, stem)
        shown = findings.ReportPage(
            findings.of_source(service, stem),
            record.projects,
            partial(_quoted, lines),
            stem,
            cells=service.lines.cells(stem),
        )
        not_read = (
            findings.not_read(service, stem, [line.n for line in lines if line.use in ("unread", "part")])
            if record.live
            else ()
        )
        read = [
            unless_limited(partial(findings.read_against_cover, service, filing), (None, None))
            for filing in record.filings
        ]
        return service.pages.html(
            "filing.html",
            record=record,
            filings=published.filings(service, record),
            read=read,
            report=shown,
            not_read=not_read,
        )
    if form == JSON or form in TABLES:
        return service.on_current(
            lambda now: _table(service, now, stem, form, downloads.Style.of(requests.repeated(request)))
        )
    content = service.on_current(lambda now: service.named_graph(now, f"graph/report/{stem}", form))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})


def _refused(service: Service, refusal: Refusal, form: Form) -> Response:
    if form == TURTLE:
        return Response(refusal.report_turtle, headers={"Content-Type": TURTLE.content_type, "Vary": "Accept"})
    if form == HTML:
        return service.pages.html(
            "refused.html", refusal=refusal, name=listing.shown_names(service.store.refusals())[refusal.sha256]
        )
    return JSONResponse(
        {"sha256": refusal.sha256, "file": refusal.file_name, "refused": True, "reasons": list(refusal.reasons)},
        headers={"Vary": "Accept"},
    )


def _table(service: Service, now: Edition, sha16: str, form: Form, style: downloads.Style) -> Response:
    listed = listing.select(service, now, listing.read_filters(service, {}, listing.MOST), source=sha16)
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    about = listing.subject(service, sha16, f"/quality/filing/{sha16}")
    return downloads.download(listing.answer(service, now, listed, {"source": sha16}, text), form, about, style)


def _quoted(lines: tuple[renditions.Line, ...], place: Occurrence) -> Iterator[Shown]:
    """Yield the lines of a place in a source and AROUND lines on each side, with the words at fault marked."""
    for line in renditions.around(lines, place.lines, AROUND):
        text = line.text.strip()
        at_fault = [each for each in place.findings if line.n in each.lines]
        words = tuple(choice for each in at_fault for choice in findings.marks(each))
        yield Shown(line.n, "", text, bool(at_fault), renditions.spans(text, words) if at_fault else ())


_DECISION_PROPERTIES = (
    terms.keeps,
    terms.merges,
    terms.formerBody,
    terms.laterBody,
    terms.effectiveFrom,
    terms.acceptedFault,
    terms.acceptedGroup,
    terms.concerns,
    terms.correctedProperty,
    terms.printedValue,
    terms.correctedValue,
)
"""Properties of a decision that the log shows, in reading order."""

DecisionValue = tuple[str, NamedNode | Decimal | str]


@router.get("/quality/log", summary="管理者的决定 · stewards' decisions")
def log(request: Request, service: ServiceDep) -> Response:
    """Answer with decisions, withdrawals and replacements, latest first; as RDF, the graph of decisions in force."""
    form = choose(request.headers.get("accept"), requests.only(request, "format"), REPORTS)
    language.settle(form)
    if form not in VIEWS:
        content = service.on_current(lambda now: service.named_graph(now, "graph/registry", form))
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    entries = tuple(reversed(service.store.log()))
    if form == HTML:
        said = [(entry, _decision_values(entry, service.store.base_iri)) for entry in entries]
        return service.pages.html(
            "log.html",
            entries=said,
            names=_names(service, said),
            catalogue=catalogue,
            lapsed=service.on_current(lambda now: lapsed(service, now)),
        )
    generation = service.generation()
    rows = tuple(asdict(entry) for entry in entries)
    if form == JSON:
        return JSONResponse({"dataset_version": generation.version, "entries": rows}, headers={"Vary": "Accept"})
    answer = answers.Answer("log", {}, generation.version, False, listing.columns("log"), rows, "", None)
    return downloads.download(
        answer, form, listing.subject(service, "log", "/quality/log"), downloads.Style.of(requests.repeated(request))
    )


def lapsed(service: Service, now: Edition) -> frozenset[str]:
    """Return the IRIs of the corrections in force without effect: the value that they replace is not printed."""
    return frozenset(row["decision"]["value"] for row in service.rows(now, query("lapsed")))


def _decision_values(entry: LogEntry, base_iri: str) -> list[DecisionValue]:
    """Return the properties and values of a decision, in the order of _DECISION_PROPERTIES.

    Reason and author are left out, since the log has columns for them.
    """
    if entry.statement is None:
        return []
    says = read_statement(entry.statement, identity.Iris(base_iri)).says
    members = ((name, says.get(name)) for name in _DECISION_PROPERTIES)
    return [(name, _value(term)) for name, term in members if isinstance(term, NamedNode | Literal)]


def _value(term: NamedNode | Literal) -> NamedNode | Decimal | str:
    if isinstance(term, NamedNode):
        return term
    return Decimal(term.value) if term.datatype.value in (terms.XSD_decimal, terms.XSD_integer) else term.value


def _names(service: Service, said: Sequence[tuple[LogEntry, list[DecisionValue]]]) -> dict[str, str]:
    """Return a dict from the IRIs of things in the decisions to their names; things no longer in the data lack one."""
    values = {value for _, pairs in said for _, value in pairs if isinstance(value, NamedNode)}
    iris = [value.value for value in values if value.value.startswith(service.store.base_iri)]
    return service.on_current(lambda now: typed_names.labels(partial(service.run, now), iris))
