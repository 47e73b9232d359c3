"""Linked data: /id/… names a thing and leads to /doc/…, which describes it; /lookup/ and /graph/ lead to what is meant.

Cool URIs for the Semantic Web, section 4.4 (303 and content negotiation). Redirects are path-absolute.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.responses import RedirectResponse, Response

from jixiao.ontology import numbers, terms
from jixiao.server import findings
from jixiao.server.answers import Answer
from jixiao.server.binding import bind, query
from jixiao.server.errors import GoneError, NotInStoreError, ParameterError
from jixiao.server.negotiation import HTML, RDF_XML, RESOURCES, choose
from jixiao.server.rdf_xml import well_formed
from jixiao.server.service import Service, ServiceDep
from jixiao.shapes import catalogue

router = APIRouter()

SUFFIXES = {f".{form.name}": form.name for form in RESOURCES}


@router.get("/id/{path:path}", summary="一个事物的名称 · the name of a thing")
def name(path: str) -> Response:
    """303 to the description."""
    return _see_other(f"/doc/{quote(path)}", {"Vary": "Accept"})


@router.get("/doc/{path:path}", summary="一个事物的描述 · the description of a thing")
def description(path: str, request: Request, service: ServiceDep) -> Response:
    """HTML, Turtle, N-Triples, JSON-LD or RDF/XML, by suffix or Accept; its kind's own page where there is one."""
    stem, suffix = next(((path.removesuffix(s), s) for s in SUFFIXES if path.endswith(s)), (path, ""))
    form = choose(request.headers.get("accept"), SUFFIXES.get(suffix), RESOURCES)
    node = _node(service, stem)
    if form != HTML:
        text = bind(query("resource"), {"node": node})
        content = service.on_current(lambda now: service.run(now, text, form.media_type))
        content = well_formed(content, RESOURCES) if form == RDF_XML else content
        if not any(True for _ in parse(content, format=RdfFormat.from_media_type(form.media_type))):
            raise _missing(service, stem)
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    answer = service.answer(service.description, {"node": node.value})
    if not answer.rows:
        raise _missing(service, stem)
    if page := _own_page(answer, stem):
        return _see_other(page, {"Vary": "Accept"})
    return service.pages.html(
        "resource.html",
        node=node.value,
        path=stem,
        answer=answer,
        heading=_heading(answer) or node.value,
        found=findings.spared(partial(findings.of_node, service, node.value)),
        levels=catalogue.LEVELS,
    )


@router.get("/lookup/basis", summary="按发文字号找依据 · a legal basis by its number")
def lookup_basis(number: str = "") -> Response:
    """303 to the projects that cite the document; the number in any spelling."""
    parsed = numbers.parse(number)
    if parsed is None:
        raise ParameterError(
            f"参数 number 应为一个发文字号，例如 松委发〔2009〕97号；收到的是“{number}”。",
            f'The parameter number takes a document number, such as 松委发〔2009〕97号; it was "{number}".',
        )
    return _see_other(f"/views/projects-citing?{urlencode({'number': parsed.canonical})}")


@router.get("/graph/report/{sha16}", summary="一个来源的检查结果 · the graph of a source's report")
def report_graph(sha16: str, service: ServiceDep) -> Response:
    """303 to the report, which has the graph itself for those who ask for RDF. Raises SourceMissingError."""
    return _see_other(f"/quality/filing/{service.store.source(sha16).sha16}", {"Vary": "Accept"})


@router.get("/graph/source/{sha16}", summary="一个来源的图 · the graph of a source")
def graph(sha16: str, service: ServiceDep) -> Response:
    """303 to the source that the graph was made from. Raises SourceMissingError."""
    return _see_other(f"/source/{service.store.source(sha16).sha16}")


@router.get("/graph/vocabulary", summary="本体与概念表的图 · the graph of the ontology and its schemes")
def vocabulary(service: ServiceDep) -> Response:
    """303 to the graph itself, as the endpoint gives it."""
    name = f"{service.store.base_iri}graph/vocabulary"
    return _see_other(f"/sparql?{urlencode({'query': query('graph'), 'default-graph-uri': name})}", {"Vary": "Accept"})


def _node(service: Service, stem: str) -> NamedNode:
    """The thing's IRI, when nothing says that it was withdrawn."""
    kind, _, sha16 = stem.partition("/")
    record = service.generation().sources.get(sha16) if kind == "source" else None
    if record is not None and record.status == "withdrawn":
        raise GoneError(
            f"来源 {sha16} 已撤回：{record.reason or ''}", f"Source {sha16} was withdrawn: {record.reason or ''}"
        )
    try:
        return NamedNode(f"{service.store.base_iri}id/{stem}")
    except ValueError:
        raise _missing(service, stem) from None


def _missing(service: Service, stem: str) -> NotInStoreError:
    """Not here, or gone with the source that it was read from."""
    iri = f"{service.store.base_iri}id/{stem}"
    for record in service.generation().sources.values():
        if record.status == "withdrawn" and (iri in record.projects or iri in record.filings):
            return GoneError(
                f"来源 {record.sha16} 已撤回：{record.reason or ''}",
                f"Source {record.sha16} was withdrawn: {record.reason or ''}",
            )
    return NotInStoreError(f"数据集中没有 /id/{stem}。", f"The dataset has no /id/{stem}.")


def _own_page(answer: Answer, stem: str) -> str | None:
    """The page made for things of this kind, where it has something to show."""
    classes = {
        row["valueIri"] for row in answer.rows if row["property"] == terms.RDF_type and row["direction"] == "out"
    }
    named_by = {row["property"] for row in answer.rows if row["direction"] == "in"}
    if terms.Project in classes:
        return f"/views/project?{urlencode({'project': f'/id/{stem}'})}"
    if terms.Department in classes and named_by & {terms.competentDepartment, terms.implementingUnit}:
        return f"/views/department?{urlencode({'department': f'/id/{stem}'})}"
    if terms.SourceDocument in classes:
        return f"/{quote(stem)}"
    return None


def _heading(answer: Answer) -> str | None:
    return next(
        (str(row["value"]) for row in answer.rows if row["property"] == terms.RDFS_label and row["direction"] == "out"),
        None,
    )


def _see_other(path: str, headers: dict[str, str] | None = None) -> Response:
    return RedirectResponse(path, status_code=303, headers=headers)
