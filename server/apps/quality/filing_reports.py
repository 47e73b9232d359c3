"""Answer /quality/filing/{sha16}, the report on a source with quotations, and /quality/log, the stewards' decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from itertools import accumulate

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import identity, terms
from jixiao.server.apps.quality import listing
from jixiao.server.editions import lookups, protocols, renditions
from jixiao.server.http import language
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, TABLES, TURTLE, VIEWS, Form, choose
from jixiao.server.pages import findings, rules
from jixiao.server.query.binding import bind, query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, names
from jixiao.shapes.findings import excerpt, groups
from jixiao.store import LogEntry, Refusal, records
from jixiao.store.decisions.registry_file import read_statement

router = APIRouter()

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
    stem, suffix = graph_response.split_suffix(sha16, REPORTS)
    wanted = suffix or format
    form = choose(request.headers.get("accept"), wanted, REPORTS)
    if stem not in service.generation().sources:
        refusal = next((each for each in service.store.refusals() if each.sha256[: records.SHA16] == stem), None)
        if refusal is not None:
            return _refused(service, refusal, choose(request.headers.get("accept"), wanted, REFUSAL_FORMS))
    record = lookups.readable_source(service.store, stem)
    if form == HTML and (moved := language.redirect()) is not None:
        return moved
    if form == HTML:
        quote = partial(_quoted, renditions.lines(service.store, stem))
        shown = findings.ReportPage(findings.of_source(service, stem), record.projects, quote, stem)
        return service.pages.html("filing.html", record=record, report=shown)
    if form == JSON or form in TABLES:
        return service.on_current(
            lambda now: _table(service, now, stem, form, downloads.Style.of(request.query_params))
        )
    content = service.on_current(lambda now: service.named_graph(now, f"graph/report/{stem}", form))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})


def _refused(service: Service, refusal: Refusal, form: Form) -> Response:
    if form == TURTLE:
        return Response(refusal.report_turtle, headers={"Content-Type": TURTLE.content_type, "Vary": "Accept"})
    if form == HTML:
        return service.pages.html("refused.html", refusal=refusal)
    body = {"sha256": refusal.sha256, "file": refusal.file_name, "refused": True, "reasons": list(refusal.reasons)}
    return JSONResponse(body, headers={"Vary": "Accept"})


def _table(service: Service, now: protocols.Edition, sha16: str, form: Form, style: downloads.Style) -> Response:
    listed = listing.select(service, now, listing.read_filters(service, {}, listing.MOST), source=sha16)
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    subject = listing.subject(service, sha16, f"/quality/filing/{sha16}")
    return downloads.download(listing.answer(service, now, listed, {"source": sha16}, text), form, subject, style)


def _quoted(lines: tuple[renditions.Line, ...], place: groups.Place) -> Iterator[excerpt.Shown]:
    """Yield the lines of a place in a source and AROUND lines on each side, with the words at fault marked."""
    for line in renditions.around(lines, place.lines, AROUND):
        text = line.text.strip()
        at_fault = [each for each in place.findings if line.n in each.lines]
        words = tuple(choice for each in at_fault for choice in findings.marks(each))
        pieces = renditions.marked(text, words) if at_fault else ()
        ends = list(accumulate(len(piece) for piece, _ in pieces))
        marks = tuple(
            (end - len(piece), end) for end, (piece, is_marked) in zip(ends, pieces, strict=True) if is_marked
        )
        yield excerpt.Shown(line.n, "", text, bool(at_fault), marks)


@router.get("/quality/log", summary="管理者的决定 · stewards' decisions")
def log(request: Request, service: ServiceDep, format: str | None = None) -> Response:
    """Answer with decisions, withdrawals and replacements, latest first; as RDF, the graph of decisions in force."""
    form = choose(request.headers.get("accept"), format, REPORTS)
    if form == HTML and (moved := language.redirect()) is not None:
        return moved
    if form not in VIEWS:
        content = service.on_current(lambda now: service.named_graph(now, "graph/registry", form))
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    entries = tuple(reversed(service.store.log()))
    if form == HTML:
        said = [(entry, _decision_values(entry, service.store.base_iri)) for entry in entries]
        lapsed = service.on_current(lambda now: listing.lapsed(service, now))
        return service.pages.html("log.html", entries=said, names=_names(service, said), rules=rules, lapsed=lapsed)
    generation = service.generation()
    rows = tuple(asdict(entry) for entry in entries)
    if form == JSON:
        return JSONResponse({"dataset_version": generation.version, "entries": rows}, headers={"Vary": "Accept"})
    answer = answers.Answer("log", {}, generation.version, False, listing.columns("log"), rows, "", None)
    return downloads.download(
        answer, form, listing.subject(service, "log", "/quality/log"), downloads.Style.of(request.query_params)
    )


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
    return service.on_current(lambda now: names.labels(partial(service.run, now), iris))
