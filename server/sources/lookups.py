"""Redirect /graph/… to the thing that a graph describes, and /lookup/basis to the projects that cite a number.

A request for RDF gets the graph itself from the address to which /graph/… redirects.
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from jixiao.ontology import numbers
from jixiao.server.errors import ParameterError
from jixiao.server.query.binding import query
from jixiao.server.runtime.service import ServiceDep

router = APIRouter()


@router.get("/lookup/basis", summary="按发文字号找依据 · a legal basis by its number")
def lookup_basis(number: str = "") -> Response:
    """Redirect (303) to the projects that cite a document, by its number in any spelling. Raises ParameterError."""
    parsed = numbers.parse(number)
    if parsed is None:
        raise ParameterError(
            f"参数 number 应为一个发文字号，例如 松委发〔2009〕97号；收到的是“{number}”。",
            f'The parameter number takes a document number, such as 松委发〔2009〕97号; it was "{number}".',
        )
    return RedirectResponse(f"/views/projects-citing?{urlencode({'number': parsed.canonical})}", status_code=303)


@router.get("/graph/report/{sha16}", summary="一个来源的检查结果 · the graph of a source's report")
def report_graph(sha16: str, service: ServiceDep) -> Response:
    """Redirect (303) to the report. Raises SourceMissingError."""
    return _see_other(f"/quality/filing/{service.store.source(sha16).sha16}")


@router.get("/graph/source/{sha16}", summary="一个来源的图 · the graph of a source")
def source_graph(sha16: str, service: ServiceDep) -> Response:
    """Redirect (303) to the source that the graph was made from. Raises SourceMissingError."""
    return _see_other(f"/source/{service.store.source(sha16).sha16}")


@router.get("/graph/registry", summary="管理者决定的图 · the graph of stewards' decisions")
def registry_graph() -> Response:
    """Redirect (303) to the log of decisions."""
    return _see_other("/quality/log")


@router.get("/graph/vocabulary", summary="本体与概念表的图 · the graph of the ontology and its schemes")
def vocabulary(service: ServiceDep) -> Response:
    """Redirect (303) to a query at /sparql that returns the graph."""
    name = f"{service.store.base_iri}graph/vocabulary"
    return _see_other(f"/sparql?{urlencode({'query': query('graph'), 'default-graph-uri': name})}")


def _see_other(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"Vary": "Accept"})
