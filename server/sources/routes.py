"""Answer /source/{sha16}, a source line by line or as its graph, and …/file, the original if it may be published."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from jixiao.ontology import terms
from jixiao.server.errors import FileNotServedError
from jixiao.server.http import graph_response
from jixiao.server.http.conditional import Validator
from jixiao.server.http.negotiation import HTML, Form
from jixiao.server.http.signposting import Link, header
from jixiao.server.publication.page_metadata import last_modified
from jixiao.server.publication.protocols import Edition
from jixiao.server.publication.renditions import lines
from jixiao.server.publication.withdrawals import readable_source
from jixiao.server.quality import findings, rules
from jixiao.server.quality.findings import Finding
from jixiao.server.service import named_graphs
from jixiao.server.service.service import Service, ServiceDep, version
from jixiao.store import SourceRecord

router = APIRouter()


@router.get("/source/{sha16}", summary="来源文件逐行 · a source line by line")
def source(sha16: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the lines of a source, whose anchors are #L12; as RDF, with the graph of facts read from it.

    A replaced source is shown with a link to its replacement; a withdrawn source is gone (410).
    """
    stem, named = graph_response.split_suffix(sha16)
    record = readable_source(service.store, stem)
    form = graph_response.requested_form(request, named)
    if form == HTML:
        return _lines(service, record)
    if not record.live:
        return RedirectResponse(f"/doc/source/{record.sha16}.{form.name}", status_code=303, headers={"Vary": "Accept"})
    return service.on_current(lambda now: _graph(service, now, request, record, form))


def _graph(service: Service, now: Edition, request: Request, record: SourceRecord, form: Form) -> Response:
    iri = f"{service.store.base_iri}id/source/{record.sha16}"
    publisher = service.store.publisher()
    license_ = publisher.license
    links = [
        Link(iri, "describes"),
        Link(f"/source/{record.sha16}", "canonical"),
        Link(license_, "license"),
        Link(iri, "cite-as"),
        Link(f"{terms.SCHEMA}DigitalDocument", "type"),
    ]
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header(links)}
    validator = Validator.of(
        form.name, version(now), record.sha16, license_, modified=last_modified(now.manifest, publisher)
    )
    unchanged = validator.unchanged(request, headers)
    if unchanged is not None:
        return unchanged
    content = named_graphs.content(service, now, f"graph/source/{record.sha16}", form)
    return Response(content, headers=headers | validator.headers())


def _lines(service: Service, record: SourceRecord) -> Response:
    sha16 = record.sha16
    found = findings.unless_limited(partial(findings.of_source, service, sha16), ()) if record.live else ()
    page: Response = service.pages.html(
        "source.html",
        record=record,
        lines=lines(service.store, sha16),
        share=service.store.ledger(sha16)["share"],
        found=found,
        at_fault=_by_line(found),
        labels={finding.fault: rules.label(finding.fault) for finding in found},
        original=service.settings.serve_originals,
    )
    page.headers.update(header(graph_response.describedby(f"/source/{sha16}", HTML)))
    return page


@router.get("/source/{sha16}/file", summary="原始文件 · the original file")
def original(sha16: str, service: ServiceDep) -> Response:
    """Answer with the bytes as received, as a download. Raises FileNotServedError, GoneError, SourceMissingError."""
    record = readable_source(service.store, sha16)
    if not service.settings.serve_originals:
        raise FileNotServedError(
            "发布者不提供原始文件（其中可能有联系人信息）；各行内容见来源页。",
            "The publisher does not give out original files, which may name persons; the source's page has its lines.",
        )
    return FileResponse(service.store.original(sha16), media_type=record.media_type, filename=record.file_name)


def _by_line(found: tuple[Finding, ...]) -> dict[int, list[Finding]]:
    by_line: dict[int, list[Finding]] = {}
    for finding in found:
        for line in finding.lines:
            by_line.setdefault(line, []).append(finding)
    return by_line
