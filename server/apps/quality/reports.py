"""Answer /quality/filing/{sha16}, the report on a source, or the reasons why a document was refused."""

from collections.abc import Iterator
from functools import partial

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.server.apps.quality import listing
from jixiao.server.editions import lookups, renditions
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, TABLES, TURTLE, Form, choose
from jixiao.server.pages import completeness, findings
from jixiao.server.query.binding import bind, query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.sources.sheets import places
from jixiao.server.views import downloads
from jixiao.shapes.findings.finding import Shown
from jixiao.shapes.findings.groups import Place
from jixiao.store import Refusal, records

router = APIRouter()

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
            cells=places(service).cells(stem),
        )
        unread = [line.n for line in lines if line.use in ("unread", "part")]
        not_read = completeness.not_read(service, stem, unread) if record.live else ()
        return service.pages.html("filing.html", record=record, report=shown, not_read=not_read)
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
        name = listing.shown_names(service.store.refusals())[refusal.sha256]
        return service.pages.html("refused.html", refusal=refusal, name=name)
    body = {"sha256": refusal.sha256, "file": refusal.file_name, "refused": True, "reasons": list(refusal.reasons)}
    return JSONResponse(body, headers={"Vary": "Accept"})


def _table(service: Service, now: Edition, sha16: str, form: Form, style: downloads.Style) -> Response:
    listed = listing.select(service, now, listing.read_filters(service, {}, listing.MOST), source=sha16)
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    about = listing.subject(service, sha16, f"/quality/filing/{sha16}")
    return downloads.download(listing.answer(service, now, listed, {"source": sha16}, text), form, about, style)


def _quoted(lines: tuple[renditions.Line, ...], place: Place) -> Iterator[Shown]:
    """Yield the lines of a place in a source and AROUND lines on each side, with the words at fault marked."""
    for line in renditions.around(lines, place.lines, AROUND):
        text = line.text.strip()
        at_fault = [each for each in place.findings if line.n in each.lines]
        words = tuple(choice for each in at_fault for choice in findings.marks(each))
        yield Shown(line.n, "", text, bool(at_fault), renditions.spans(text, words) if at_fault else ())
