"""Answer /quality/filing/{sha16}, the report on a source with quotations, and /quality/log, the stewards' decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.server.apps.quality import listing
from jixiao.server.editions import renditions
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.withdrawals import readable_source
from jixiao.server.http.negotiation import HTML, JSON, LOGS, REPORTS, TABLES, TURTLE, VIEWS, Form, choose
from jixiao.server.pages import findings, report_page, rules
from jixiao.server.pages.findings import Finding
from jixiao.server.pages.groups import Place
from jixiao.server.pages.report_page import Quoted
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views.answers import Answer
from jixiao.server.views.downloads import Style, download
from jixiao.store import LogEntry, Refusal
from jixiao.store.decisions.registry_file import read_statement
from jixiao.store.records import SHA16, SourceRecord

router = APIRouter()

SUFFIXES = {f".{form.name}": form.name for form in REPORTS}
REFUSAL_FORMS = (JSON, HTML, TURTLE)
"""Forms of the report on a refused document."""
AROUND = 1
"""Lines with text that are quoted on each side of a line at fault."""

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


@router.get("/quality/filing/{sha16}", summary="一份来源的报告 · the report on a source")
def report(sha16: str, request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """Answer with a source's report as HTML, JSON, a table or its graph; for a refused document, with the reasons."""
    stem, suffix = next(((sha16.removesuffix(s), s) for s in SUFFIXES if sha16.endswith(s)), (sha16, ""))
    wanted = SUFFIXES.get(suffix) or format
    form = choose(request.headers.get("accept"), wanted, REPORTS)
    if stem not in service.generation().sources:
        refusal = next((each for each in service.store.refusals() if each.sha256[:SHA16] == stem), None)
        if refusal is not None:
            return _refused(service, refusal, choose(request.headers.get("accept"), wanted, REFUSAL_FORMS))
    record = readable_source(service.store, stem)
    if form == HTML:
        return _page(service, record, findings.of_source(service, stem))
    if form == JSON or form in TABLES:
        return service.on_current(lambda now: _table(service, now, stem, form, Style.of(request.query_params)))
    content = service.on_current(lambda now: service.named_graph(now, f"graph/report/{stem}", form))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})


def _refused(service: Service, refusal: Refusal, form: Form) -> Response:
    if form == TURTLE:
        return Response(refusal.report_turtle, headers={"Content-Type": TURTLE.content_type, "Vary": "Accept"})
    if form == HTML:
        return service.pages.html("refused.html", refusal=refusal)
    body = {"sha256": refusal.sha256, "file": refusal.file_name, "refused": True, "reasons": list(refusal.reasons)}
    return JSONResponse(body, headers={"Vary": "Accept"})


def _table(service: Service, now: Edition, sha16: str, form: Form, style: Style) -> Response:
    filters = listing.read_filters(service, {}, listing.MOST)
    listed = listing.select(service, now, filters, source=sha16)
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    subject = listing.subject(service, sha16, f"/quality/filing/{sha16}")
    return download(listing.answer(service, now, listed, {"source": sha16}, text), form, subject, style)


def _page(service: Service, record: SourceRecord, found: Sequence[Finding]) -> Response:
    lines = renditions.lines(service.store, record.sha16)
    shown = report_page.report(found, record.projects, partial(_quoted, lines), record.sha16)
    return service.pages.html("filing.html", record=record, report=shown)


def _quoted(lines: tuple[renditions.Line, ...], place: Place) -> Iterator[Quoted]:
    """Yield the lines of a place with their neighbours."""
    for line in renditions.around(lines, place.lines, AROUND):
        here = line.n in place.lines
        text = line.text.strip()
        yield Quoted(line.n, here, renditions.marked(text, place.marks(line.n)) if here else ((text, False),))


@router.get("/quality/log", summary="管理者的决定 · stewards' decisions")
def log(request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """Answer with decisions, withdrawals and replacements, latest first; as RDF, the graph of decisions in force."""
    form = choose(request.headers.get("accept"), format, LOGS)
    if form not in VIEWS:
        content = service.on_current(lambda now: service.named_graph(now, "graph/registry", form))
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    entries = tuple(reversed(service.store.log()))
    if form == HTML:
        said = [(entry, _decision_values(entry, service.store.base_iri)) for entry in entries]
        return service.pages.html("log.html", entries=said, names=_names(service, said), rules=rules)
    generation = service.generation()
    rows = tuple(asdict(entry) for entry in entries)
    if form == JSON:
        return JSONResponse({"dataset_version": generation.version, "entries": list(rows)}, headers={"Vary": "Accept"})
    answer = Answer("log", {}, generation.version, False, listing.columns("log"), rows, "", None)
    return download(answer, form, listing.subject(service, "log", "/quality/log"), Style.of(request.query_params))


def _decision_values(entry: LogEntry, base_iri: str) -> list[DecisionValue]:
    """Return the content of a decision by property; its reason and its author have columns of their own."""
    if entry.statement is None:
        return []
    says = read_statement(entry.statement, Iris(base_iri)).says
    found = ((name, says.get(name)) for name in _DECISION_PROPERTIES)
    return [(name, _value(term)) for name, term in found if isinstance(term, NamedNode | Literal)]


def _value(term: NamedNode | Literal) -> NamedNode | Decimal | str:
    if isinstance(term, NamedNode):
        return term
    return Decimal(term.value) if term.datatype.value in (terms.XSD_decimal, terms.XSD_integer) else term.value


def _names(service: Service, said: Sequence[tuple[LogEntry, list[DecisionValue]]]) -> dict[str, str]:
    """Return the names of this store's things that the decisions mention, for things that it still has."""
    values = {value for _, pairs in said for _, value in pairs if isinstance(value, NamedNode)}
    nodes = [node for node in values if node.value.startswith(service.store.base_iri)]
    if not nodes:
        return {}
    text = bind(query("names"), {"node": nodes})
    found = service.on_current(lambda now: service.rows(now, text))
    return {row["node"]["value"]: row["name"]["value"] for row in reversed(found)}
