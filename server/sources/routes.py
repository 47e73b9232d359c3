"""Answer /source/{sha16}, a source's lines or its graph; …/file, its original; and …/page/3.png, a page's picture.

Originals and pictures, which may show names of persons, are sent only if `serve_originals` is set. /graph/… redirects
to the thing that the graph describes, whose RDF forms contain the graph; /lookup/basis redirects to the projects that
cite a document's number.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pyoxigraph import NamedNode
from starlette.responses import FileResponse, RedirectResponse, Response

from jixiao.ontology import numbers, terms
from jixiao.server.editions import lookups, metadata, protocols, renditions, source_lines
from jixiao.server.errors import FileNotServedError, ParameterError, named
from jixiao.server.http import clients, conditional, negotiation, requests
from jixiao.server.http.signposting import describedby, header
from jixiao.server.pages import findings
from jixiao.server.query.binding import bind, origins, query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.sources import pictures, settling, sheets
from jixiao.server.views import evidence, published
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import grouped
from jixiao.store import SourceRecord

router = APIRouter()

_GRAPHS = {"report": "/quality/filing", "source": "/source", "origin": "/doc/source"}
"""Where the graphs that are made from sources lead: findings, the source, and its addresses."""

_LAST = 10_000_000  # highest number of a line or page that a request may name


@router.get("/lookup/basis", summary="按发文字号找依据 · a legal basis by its number")
def lookup_basis(request: Request) -> Response:
    """Redirect (303) to the projects that cite a document, by its number in any spelling. Raises ParameterError."""
    number = requests.only(request, "number")
    parsed = numbers.parse(number)
    if parsed is None:
        raise ParameterError(
            f"参数 number 应为一个发文字号，例如 松委发〔2009〕97号；收到的是“{number}”。",
            f'The parameter number takes a document number, such as 松委发〔2009〕97号; it was "{number}".',
        )
    return RedirectResponse(f"/views/projects-citing?{urlencode({'number': parsed.canonical})}", status_code=303)


@router.get("/graph/{kind}/{sha16}", summary="由一个来源而来的图 · a graph made from a source")
def of_source(kind: str, sha16: str, request: Request, service: ServiceDep) -> Response:
    """Redirect (303) from a graph to the source that it was made from, or to its description or findings.

    Raises SourceMissingError, and NotInStoreError for another kind of graph.
    """
    page = named(_GRAPHS, "图", "graph", kind)
    return graph_response.redirect(request, f"{page}/{service.store.source(sha16).sha16}")


@router.get("/graph/registry", summary="管理者决定的图 · the graph of stewards' decisions")
def registry_graph(request: Request) -> Response:
    """Redirect (303) to the log of decisions."""
    return graph_response.redirect(request, "/quality/log")


@router.get("/graph/vocabulary", summary="本体与概念表的图 · the graph of the ontology and its schemes")
def vocabulary(request: Request, service: ServiceDep) -> Response:
    """Redirect (303) to a query at /sparql that returns the graph."""
    name = f"{service.store.base_iri}graph/vocabulary"
    asked = requests.repeated(request) | {"query": query("graph"), "default-graph-uri": name}
    return RedirectResponse(requests.address("/sparql", asked), status_code=303, headers={"Vary": "Accept"})


@router.get("/source/{sha16}", summary="来源文件逐行 · a source line by line")
def source(sha16: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the lines of a source, whose anchors are #L12; as RDF, with the graph of facts read from it.

    `?page=3` is a part of a long source, and `?line=1415` redirects (303) to the line in its part; if `of` and
    `property` name a value, to the line of the value, if that is known. A replaced source is shown with a link to its
    replacement; a withdrawn source is gone (410).
    """
    stem, named = graph_response.split_suffix(sha16)
    record = lookups.readable_source(service.store, stem)
    form = graph_response.requested_form(request, named)
    if form == negotiation.HTML:
        return _page(service, record, requests.parameters(request))
    if not record.live:
        return graph_response.redirect(request, f"/doc/source/{record.sha16}.{form.name}", without=("format",))
    return service.on_current(lambda now: _graph(service, now, request, record, form))


def _graph(
    service: Service, now: protocols.Edition, request: Request, record: SourceRecord, form: negotiation.Form
) -> Response:
    iri = f"{service.store.base_iri}id/source/{record.sha16}"
    publisher = service.store.publisher()
    document = metadata.Document(
        service.store.base_iri, f"source/{record.sha16}", iri, types=(terms.SCHEMA_DigitalDocument,)
    )
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header(document.links(form, publisher))}
    validator = conditional.Validator.of(
        form.name,
        version(now),
        record.sha16,
        publisher.license,
        modified=metadata.last_modified(now.manifest, publisher),
    )
    return validator.response(
        request, headers, lambda: service.named_graph(now, f"graph/source/{record.sha16}", document, form)
    )


def _page(service: Service, record: SourceRecord, given: dict[str, str]) -> Response:
    sha16 = record.sha16
    if "line" in given:
        known, of = published.ledger_lines(service).of(sha16), given.get("of", "").removeprefix("/")
        read = evidence.line(known, service.store.base_iri + of, terms.JX + given.get("property", ""))
        to = service.lines.href(sha16, read or requests.count(given, "line", 1, 1, _LAST))
        # The front end of the server puts the site's root before addresses.
        return RedirectResponse(to.removeprefix(service.settings.root_path), 303, {"Vary": "Accept"})
    rendition, ledger = service.store.rendition(sha16), service.store.ledger(sha16)
    lines = renditions.of(rendition, ledger)
    parts = sheets.parts(lines, map(int, rendition.get("pages", ())))
    number = requests.count(given, "page", parts[0].number, 1, _LAST)
    part = next((each for each in parts if each.number == number), None)
    if part is None and lines:
        raise requests.missing(f"{source_lines.address(sha16, number)}")
    uses = sheets.uses(lines)
    # The lines of a portfolio have no pages.
    paged = record.media_type in renditions.PAGED and bool(rendition.get("pages"))
    iri = f"{service.store.base_iri}id/source/{sha16}"
    shown = (part or parts[0]).lines if record.live else ()
    located = service.on_current(lambda now: origins(partial(service.run, now), [iri]).get(iri, []))
    faults = findings.of_source(service, sha16) if record.live else ()
    return service.pages.html(
        "source.html",
        headers=header(describedby(f"/source/{sha16}", negotiation.HTML)),
        record=record,
        filings=published.filings(service, record),
        origins=located,
        parts=parts if lines else (),
        part=part or parts[0],
        opening="page" not in given,
        elsewhere=sheets.elsewhere(parts, part or parts[0]) if "page" not in given else {},
        uses=uses,
        not_whole={use: [line.n for line in lines if line.use == use] for use in ("part", "unread")},
        share=sheets.share(uses),
        has_form=sheets.has_form(lines),
        faults=faults,
        groups=grouped(faults),
        at_fault=findings.by_line(faults, lines),
        original=service.settings.serve_originals,
        paged=paged,
        pictured=service.settings.serve_originals and paged,
        shape=renditions.shape(rendition, number),
        commands=_commands(service, record, lines, shown, faults),
    )


def _commands(
    service: Service,
    record: SourceRecord,
    lines: Sequence[renditions.Line],
    shown: Sequence[renditions.Line],
    faults: Sequence[Finding],
) -> dict[int, tuple[str, ...]]:
    """Return the commands that settle what is open in some lines of a source, by the line's number (settling.py)."""
    nodes = [NamedNode(node) for node in settling.withheld(shown)]
    rows = service.on_current(lambda now: service.rows(now, bind(query("settled"), {"node": nodes}))) if nodes else ()
    return settling.Suggested(
        record.sha16,
        '"$STORE"',
        "recognition" in record.sums,
        settling.stated(lines),
        faults,
        {(row["node"]["value"], row["what"]["value"]) for row in rows},
    ).commands(shown)


@router.get("/source/{sha16}/file", summary="原始文件 · the original file")
def original(sha16: str, service: ServiceDep) -> Response:
    """Answer with the bytes as received, as a download. Raises FileNotServedError, GoneError, SourceMissingError."""
    record = _published(service, sha16)
    return FileResponse(service.store.original(sha16), media_type=record.media_type, filename=record.file_name)


@router.get("/source/{sha16}/page/{number}.png", summary="一页的图像 · the picture of a page")
async def picture(sha16: str, number: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the picture of a page of a PDF, or of a picture, upright.

    Raises FileNotServedError, GoneError, SourceMissingError, NotInStoreError, ParameterError, LimitError.
    """
    page = requests.count({"page": number}, "page", 0, 0, _LAST)
    sheet, path = await run_in_threadpool(_sheet, service, sha16, page)
    headers = {"Content-Type": "image/png", "Link": f'</source/{sha16}?page={page}>; rel="describes"'}
    validator = conditional.Validator.of("png", *sheet)
    client = clients.Client.of(request.scope, request.receive)
    return validator.unchanged(request, headers) or Response(
        await service.own(pictures.Pictures).of(sheet, path, client), headers=headers | validator.headers()
    )


def _sheet(service: Service, sha16: str, page: int) -> tuple[pictures.Sheet, Path]:
    """Return a page of a source that may be shown, and the path of its file. Raises as `picture`."""
    sheet = pictures.sheet_of(service.store, _published(service, sha16), page)
    if sheet is None:
        raise requests.missing(f"/source/{sha16}/page/{page}.png")
    return sheet, service.store.original(sha16)


def _published(service: Service, sha16: str) -> SourceRecord:
    """Return a source whose original may be shown. Raises FileNotServedError, GoneError, SourceMissingError."""
    record = lookups.readable_source(service.store, sha16)
    if not service.settings.serve_originals:
        raise FileNotServedError(
            "发布者不提供原始文件（其中可能有联系人信息）；各行内容见来源页。",
            "The publisher keeps back original files, which may name persons; the page of the source has the lines.",
        )
    return record
