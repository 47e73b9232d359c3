"""Linked data: /id/… names a thing and leads to /doc/…, which describes it; /lookup/ and /graph/ lead to what is meant.

Cool URIs for the Semantic Web, section 4.4 (303 and content negotiation). Redirects are path-absolute.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import RedirectResponse, Response

from jixiao.ontology import numbers, terms
from jixiao.server.answers import Answer
from jixiao.server.binding import bind, query
from jixiao.server.errors import GoneError, NotInStoreError, ParameterError
from jixiao.server.negotiation import HTML, RESOURCES, choose
from jixiao.server.service import Service, ServiceDep
from jixiao.store import Generation

router = APIRouter()

SUFFIXES = {f".{form.name}": form.name for form in RESOURCES}


@router.get("/id/{path:path}", summary="一个事物的名称 · the name of a thing")
def name(path: str) -> Response:
    """303 to the description."""
    return _see_other(f"/doc/{quote(path)}", {"Vary": "Accept"})


@router.get("/doc/{path:path}", summary="一个事物的描述 · the description of a thing")
def description(path: str, request: Request, service: ServiceDep) -> Response:
    """HTML, Turtle or N-Triples, by suffix or Accept; a page made for its kind where there is one."""
    stem, suffix = next(((path.removesuffix(s), s) for s in SUFFIXES if path.endswith(s)), (path, ""))
    form = choose(request.headers.get("accept"), SUFFIXES.get(suffix), RESOURCES)
    generation = service.generation()
    node = _node(service, generation, stem)
    if form != HTML:
        text = bind(query("resource"), {"node": node})
        content = service.pool.run(service.job(generation, text, form.media_type))
        _found(bool(content.strip()), stem)
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    answer = service.description.answer(
        lambda sparql: service.select(generation, sparql), {"node": node.value}, generation.version
    )
    _found(bool(answer.rows), stem)
    if page := _own_page(answer, stem):
        return _see_other(page, {"Vary": "Accept"})
    return service.pages.html(
        "resource.html", node=node.value, path=stem, answer=answer, heading=_heading(answer) or node.value
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


@router.get("/graph/source/{sha16}", summary="一个来源的图 · the graph of a source")
def graph(sha16: str, service: ServiceDep) -> Response:
    """303 to the source that the graph was read from. Raises SourceMissingError."""
    return _see_other(f"/source/{service.store.source(sha16).sha16}")


def _node(service: Service, generation: Generation, stem: str) -> NamedNode:
    """The thing's IRI, when nothing says that it was withdrawn."""
    kind, _, sha16 = stem.partition("/")
    record = generation.sources.get(sha16) if kind == "source" else None
    if record is not None and record.status == "withdrawn":
        raise GoneError(
            f"来源 {sha16} 已撤回：{record.reason or ''}", f"Source {sha16} was withdrawn: {record.reason or ''}"
        )
    try:
        return NamedNode(f"{service.store.base_iri}id/{stem}")
    except ValueError:
        raise _missing(stem) from None


def _found(found: bool, stem: str) -> None:
    if not found:
        raise _missing(stem)


def _missing(stem: str) -> NotInStoreError:
    return NotInStoreError(f"数据集中没有 /id/{stem}。", f"The dataset has no /id/{stem}.")


def _own_page(answer: Answer, stem: str) -> str | None:
    """The page made for things of this kind."""
    classes = {
        row["valueIri"] for row in answer.rows if row["property"] == terms.RDF_type and row["direction"] == "out"
    }
    if terms.Project in classes:
        return f"/views/project?{urlencode({'project': f'/id/{stem}'})}"
    if terms.Department in classes:
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
