"""Answer /quality, counts of findings; /quality/filing/{sha16}, the report on a source; and /quality/log, decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import grouping, identity, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.quality import counting, listing
from jixiao.server.editions import lookups, metadata, renditions
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, TABLES, TURTLE, VIEWS, Form, choose
from jixiao.server.pages import findings, rules
from jixiao.server.query.binding import query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, published, typed_names
from jixiao.server.views.answers import Row
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Shown
from jixiao.shapes.findings.groups import Count, Occurrence, weight
from jixiao.store import LogEntry, Refusal, records
from jixiao.store.decisions.registry_file import read_statement

router = APIRouter()

MANY = 20
"""Most departments, and most refused documents, that the overview page lists."""
_LOG = Path(__file__).with_name("log.toml")
_OF_LOG = Bilingual("管理者作了哪些决定？", "What did stewards decide?")


@router.get("/quality", summary="质量总览 · counts of findings")
def overview(request: Request, service: ServiceDep) -> Response:
    """Answer with counts by rule, department, year and severity, and with the refused documents."""
    given, _, form = requests.taken(request, (JSON, HTML))
    requests.refuse_unknown(given, requests.FORM_PARAMETERS)
    language.settle(form)
    return service.on_current(lambda now: _overview(service, now, form))


def _overview(service: Service, now: Edition, form: Form) -> Response:
    refusals = service.store.refusals()
    # A page counts facts, and of a body and a year those that their filings get wrong.
    folded, own = (("folded",), ("folded", "own")) if form == HTML else ((), ())
    by_fault = counting.rows(service, now, "counts", "byFault", *folded)
    of_bodies = counting.rows(service, now, "counts", "byDepartment", "byYear", *own)
    bodies = counting.bodies(service, now, of_bodies, refusals)
    by_year = sorted(counting.added(of_bodies, "year").items(), key=lambda pair: -(pair[0] or 0))
    total = counting.added(by_fault).get(None, Count())
    if form == JSON:
        by = {
            "fault": counting.added(by_fault, "fault"),
            "department": {each.iri: each.findings for each in bodies},
            "year": dict(by_year),
            "severity": counting.added(of_bodies, "severity"),
        }
        return JSONResponse(_counted(now, total, by, bodies, refusals), headers={"Vary": "Accept"})
    sources = counting.rows(service, now, "sources", *own)
    files = {row["source"]: now.sources[str(row["source"])[-records.SHA16 :]] for row in sources}
    found = {str(row["fault"]) for row in by_fault}
    return service.pages.html(
        "quality.html",
        total=total,
        own=counting.added(of_bodies).get(None, Count()),
        rules=ranked(by_fault),
        kinds=catalogue.KINDS,
        years=by_year,
        bodies=bodies,
        sources=sources,
        measures=counting.view(service, "sources").columns[1:4],
        files=files,
        names=published.named(service, [iri for each in files.values() for iri in each.filings]),
        quiet=grouping.by_key(
            (fault.family, fault)
            for scope in ("document", "corpus")
            for fault in catalogue.faults(scope)
            if fault.iri not in found
        ),
        refusals=refusals[:MANY],
        shown_names=listing.shown_names(refusals),
        refused=len(refusals),
        # Rules report on what was read, and a file that overlaps another names its body.
        without_filing=sum(not (each.report_turtle or each.bodies) for each in refusals),
        many=MANY,
        version=now.version,
        lapsed=lapsed(service, now),
    )


def ranked(counted: Iterable[Row]) -> Sequence[tuple[catalogue.Fault, Row]]:
    """Return the rules with open findings, each with its counts, those that find most first."""
    opened = [
        (rules.stated(str(row["fault"]), f"{terms.SH}{row['severity']}"), row)
        for row in counted
        if row["status"] == "open"
    ]
    return sorted(opened, key=lambda pair: (-int(str(pair[1]["groups"])), weight(pair[0])))


def _counted(
    now: Edition,
    total: Count,
    by: Mapping[str, Mapping[Any, Count]],
    bodies: Iterable[counting.Body],
    refusals: tuple[Refusal, ...],
) -> dict[str, Any]:
    def tabled(name: str, key: Any, count: Count) -> dict[str, Any]:
        said: dict[str, Any] = {name: key}
        if name == "fault":
            said |= {"name": catalogue.name(key), "label": asdict(catalogue.label(key))}
        said |= {"open": dict(count.open), "accepted": count.accepted}
        return said | {"groups": {"open": dict(count.groups), "accepted": count.accepted_groups}}

    return {
        "dataset_version": now.version,
        **{"findings": total.total, "open": total.all_open, "accepted": total.accepted},
        **{"open_groups": total.open_groups, "accepted_groups": total.accepted_groups},
        **{f"by_{name}": [tabled(name, key, count) for key, count in of_keys.items()] for name, of_keys in by.items()},
        "by_department": [
            tabled("department", body.iri, body.findings)
            | {
                name: getattr(body, name)
                for name in ("name", "filings", "refused", "partial_filings", "partial_projects")
            }
            for body in bodies
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
        return service.pages.html(
            "filing.html",
            record=record,
            filings=published.filings(service, record),
            report=shown,
            not_read=not_read,
        )
    if form == JSON or form in TABLES:
        view, how = (
            replace(counting.view(service, "findings"), path=f"/quality/filing/{stem}"),
            requests.repeated(request),
        )
        found = service.on_current(lambda now: listing.answer(service, now, {"source": stem}))
        return published.written(service, view, {}, found, form, how)
    return _graph(service, f"quality/filing/{stem}", f"graph/report/{stem}", form)


def _graph(service: Service, path: str, graph: str, form: Form) -> Response:
    """Answer the address `path` with a named graph, its licence and its dataset."""
    document = metadata.Document(service.store.base_iri, path, f"{service.store.base_iri}{graph}")
    content = service.on_current(lambda now: service.named_graph(now, graph, document, form))
    links = signposting.header(document.links(form, service.store.publisher()))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"} | links)


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
        return _graph(service, "quality/log", "graph/registry", form)
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
    columns = answers.stated_columns(_LOG)
    answer = answers.Answer("log", {}, generation.version, False, columns, rows, "", None)
    subject = downloads.Subject("log", _OF_LOG, f"{language.wish().own(service.store.base_iri)}/quality/log")
    return downloads.download(answer, form, subject, downloads.Style.of(requests.repeated(request)))


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
