"""The addresses that document what the data are said in: /ontology, /shapes and /vocab, as pages and as RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter, Request
from pyoxigraph import Triple
from starlette.responses import Response

from jixiao.ontology import terms, turtle_files
from jixiao.ontology.reference import reference
from jixiao.server.errors import NotInStoreError
from jixiao.server.http.conditional import Validator
from jixiao.server.http.graph_response import Description, answer, describedby, parted, wanted
from jixiao.server.http.negotiation import HTML, TURTLE
from jixiao.server.http.signposting import Link, header
from jixiao.server.publication import term_addresses
from jixiao.server.publication.protocols import Edition
from jixiao.server.service.service import Service, ServiceDep, version
from jixiao.server.vocabulary import graphs, pages
from jixiao.shapes import catalogue

router = APIRouter()

_SERVER = Path(__file__).parents[1]


@dataclass(frozen=True)
class _Document:
    """One document: its address, what it is about and of what kind that is, its graph below a base IRI, its page."""

    path: str
    topic: str
    kind: str
    triples: Callable[[str], Iterable[Triple]]
    page: Callable[[Service, Edition | None, Sequence[Link]], Response]


_ONTOLOGY = _Document(term_addresses.ONTOLOGY, terms.ONTOLOGY, terms.OWL_Ontology, graphs.ontology, pages.ontology)
_SHAPES = _Document(term_addresses.SHAPES, terms.SHAPES, terms.OWL_Ontology, graphs.shapes, pages.shapes)
_VOCAB = _Document(term_addresses.VOCAB, terms.VOCAB, terms.OWL_Ontology, graphs.schemes, pages.schemes)


@router.get("/ontology", summary="本体 · the ontology")
def ontology(request: Request, service: ServiceDep) -> Response:
    """Every class and property: a page, or the Turtle in any form of RDF."""
    return _answered(request, service, _ONTOLOGY, None)


@router.get("/ontology.svg", summary="本体的图 · the ontology, drawn")
def drawing(request: Request, service: ServiceDep) -> Response:
    """The drawing of the ontology's page by itself."""
    headers = {
        "Content-Type": "image/svg+xml",
        **header([Link(term_addresses.ONTOLOGY, "describedby", HTML.media_type)]),
    }
    validator = Validator.of("svg", _stated(), modified=_written())
    held = validator.unchanged(request, headers)
    return held or Response(pages.drawing(service), headers=headers | validator.headers())


@router.get("/ontology.{suffix}", include_in_schema=False)
def ontology_as(suffix: str, request: Request, service: ServiceDep) -> Response:
    """The ontology in the form of that suffix. Raises NotInStoreError."""
    return _answered(request, service, _ONTOLOGY, _form(f"ontology.{suffix}"))


@router.get("/shapes", summary="校验规则 · the rules")
def shapes(request: Request, service: ServiceDep) -> Response:
    """Every rule: a page, or all SHACL shapes in any form of RDF."""
    return _answered(request, service, _SHAPES, None)


@router.get("/shapes.{suffix}", include_in_schema=False)
def shapes_as(suffix: str, request: Request, service: ServiceDep) -> Response:
    """The rules in the form of that suffix. Raises NotInStoreError."""
    return _answered(request, service, _SHAPES, _form(f"shapes.{suffix}"))


@router.get("/shapes/examples/{name}/{which}.ttl", summary="一条规则的例子 · an example of a rule")
def example(name: str, which: str, request: Request) -> Response:
    """Data that a rule passes (`pass`), or finds its fault in (`fail`). Raises NotInStoreError."""
    if which not in graphs.EXAMPLES or name not in {fault.name for fault in catalogue.faults()}:
        raise _missing(f"shapes/examples/{name}/{which}.ttl")
    content = (catalogue.FOLDER / "examples" / name / f"{which}.ttl").read_bytes()
    headers = {"Content-Type": TURTLE.content_type, **header([Link(term_addresses.LICENSE, "license")])}
    validator = Validator.of(content)
    held = validator.unchanged(request, headers)
    return held or Response(content, headers=headers | validator.headers())


@router.get("/vocab", summary="概念表目录 · the concept schemes")
def vocab(request: Request, service: ServiceDep) -> Response:
    """The concept schemes: a page, or RDF."""
    return _answered(request, service, _VOCAB, None)


@router.get("/vocab.{suffix}", include_in_schema=False)
def vocab_as(suffix: str, request: Request, service: ServiceDep) -> Response:
    """The concept schemes in the form of that suffix. Raises NotInStoreError."""
    return _answered(request, service, _VOCAB, _form(f"vocab.{suffix}"))


@router.get("/vocab/{name}", summary="一个概念表 · a concept scheme")
def scheme(name: str, request: Request, service: ServiceDep) -> Response:
    """The scheme with its concepts: a page, or RDF, also by suffix. Raises NotInStoreError."""
    stem, form = parted(name)
    term = reference().get(terms.VOCAB + stem)
    if term is None or term.kind != "scheme":
        raise _missing(f"vocab/{name}")
    document = _Document(
        f"{term_addresses.VOCAB}/{stem}",
        term.iri,
        terms.SKOS_ConceptScheme,
        lambda base: graphs.scheme(base, term.iri),
        lambda service, now, links: pages.scheme(service, now, links, term),
    )
    return _answered(request, service, document, form)


def _answered(request: Request, service: Service, document: _Document, named: str | None) -> Response:
    """The document. Its page hangs on the generation, too, its graph does not. Raises what answer() raises."""
    form = wanted(request, named)
    now = service.store.current()
    base = service.store.base_iri
    links = [
        *describedby(document.path, form),
        Link(document.topic, "cite-as"),
        Link(term_addresses.LICENSE, "license"),
        Link(document.kind, "type"),
    ]
    return answer(
        request,
        form,
        Description(
            about=(document.path, _stated(), base, version(now) if form == HTML and now else ""),
            triples=lambda: document.triples(base),
            page=lambda: _page(service, document, links),
            modified=_modified(now if form == HTML else None),
            links=links,
            prefixes=graphs.PREFIXES,
            first=(document.topic,),
        ),
    )


def _page(service: Service, document: _Document, links: Sequence[Link]) -> Response:
    if service.store.current() is None:
        return document.page(service, None, links)
    return service.on_current(lambda now: document.page(service, now, links))


def _form(name: str) -> str:
    """The form that a suffix names. Raises NotInStoreError."""
    form = parted(name)[1]
    if form is None:
        raise _missing(name)
    return form


def _missing(path: str) -> NotInStoreError:
    return NotInStoreError(f"没有 /{path}。", f"There is no /{path}.")


def _sources() -> list[Path]:
    """What these documents are made of."""
    shapes = (path for scope in catalogue.SCOPES for path in catalogue.turtle_files(scope))
    return [*turtle_files(), catalogue.prefixes_file(), *shapes, *sorted((_SERVER / "templates").iterdir())]


@cache
def _stated() -> str:
    """What tells what these documents say from what they said in another state of the software."""
    return blake2b(b"\0".join(path.read_bytes() for path in _sources()), digest_size=16).hexdigest()


@cache
def _written() -> datetime:
    """When the last of their files was."""
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in _sources()), UTC)


def _modified(now: Edition | None) -> datetime:
    """When the generation was made or the files were written, whichever was later."""
    return _written() if now is None else max(_written(), datetime.fromisoformat(now.manifest.created))
