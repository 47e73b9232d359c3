"""Answer /ontology, /shapes and /vocab, the documentation of terms and rules, as pages and as RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter, Request, Response
from pyoxigraph import Triple

from jixiao.ontology import terms, turtle_files
from jixiao.ontology.reference import reference
from jixiao.server.editions import protocols, term_addresses
from jixiao.server.http import conditional, language, negotiation, requests
from jixiao.server.http.signposting import Link, describedby, header
from jixiao.server.rdf.graph_response import Description, answer, requested_form, split_suffix
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.vocabulary import graphs, pages
from jixiao.shapes import bundles, catalogue

router = APIRouter()


@router.get("/ontology.svg", summary="本体的图 · the ontology, drawn")
def drawing(request: Request, service: ServiceDep) -> Response:
    """Answer with the drawing from the ontology's page as an SVG file in a language."""
    wish = language.wish()
    headers = {
        "Content-Type": "image/svg+xml",
        "Content-Language": language.TAGS[wish.language],
        "Vary": wish.vary,
        **header([Link(term_addresses.ONTOLOGY, "describedby", negotiation.HTML.media_type)]),
    }
    validator = conditional.Validator.of(f"svg {wish.language}", _content_hash(), modified=_last_change())
    return validator.response(request, headers, lambda: service.pages.text("ontology.svg"))


@router.get("/ontology", summary="本体 · the ontology")
@router.get("/ontology.{suffix}", include_in_schema=False)  # declared after /ontology.svg, which it would match too
def ontology(request: Request, service: ServiceDep) -> Response:
    """Answer with every class and property: a page, or the ontology in any form of RDF. Raises NotInStoreError."""
    return _respond(request, service, None, term_addresses.ONTOLOGY, terms.ONTOLOGY, graphs.ontology, pages.ontology)


@router.get("/shapes", summary="校验规则 · the rules")
@router.get("/shapes.{suffix}", include_in_schema=False)
def shapes(request: Request, service: ServiceDep) -> Response:
    """Answer with every rule: a page, or all SHACL shapes in any form of RDF. Raises NotInStoreError."""
    return _respond(request, service, None, term_addresses.SHAPES, terms.SHAPES, graphs.shapes, pages.shapes)


@router.get("/shapes/examples/{name}/{which}.ttl", summary="一条规则的例子 · an example of a rule")
def example(name: str, which: str, request: Request) -> Response:
    """Answer with data that pass a rule (`pass`), or that have its fault (`fail`). Raises NotInStoreError."""
    if which not in graphs.EXAMPLES or name not in {fault.name for fault in catalogue.faults()}:
        raise requests.missing(f"/shapes/examples/{name}/{which}.ttl")
    content = (catalogue.FOLDER / "examples" / name / f"{which}.ttl").read_bytes()
    headers = {"Content-Type": negotiation.TURTLE.content_type, **header([Link(term_addresses.LICENSE, "license")])}
    return conditional.Validator.of(content).response(request, headers, lambda: content)


@router.get("/shapes/{name}", summary="一组规则 · a bundle of rules")
def bundle(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a bundle of rules, complete for an engine: a page, or RDF, by suffix or Accept.

    Raises NotInStoreError.
    """
    stem, form = split_suffix(name)
    bundle_name = next((each for each in catalogue.BUNDLES if each == stem), None)
    if bundle_name is None:
        raise requests.missing(f"/shapes/{name}")
    return _respond(
        request,
        service,
        form,
        f"{term_addresses.SHAPES}/{bundle_name}",
        bundles.iri(bundle_name),
        lambda base: graphs.bundle(base, bundle_name),
        lambda service, now, links, only: pages.shapes(service, now, links, only, bundle_name),
    )


@router.get("/vocab", summary="概念表目录 · the concept schemes")
@router.get("/vocab.{suffix}", include_in_schema=False)
def vocab(request: Request, service: ServiceDep) -> Response:
    """Answer with the concept schemes: a page, or RDF. Raises NotInStoreError."""
    return _respond(request, service, None, term_addresses.VOCAB, terms.VOCAB, graphs.schemes, pages.schemes)


@router.get("/vocab/{name}", summary="一个概念表 · a concept scheme")
def scheme(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a scheme and its concepts: a page, or RDF, by suffix or Accept. Raises NotInStoreError."""
    stem, form = split_suffix(name)
    term = reference().get(terms.VOCAB + stem)
    if term is None or term.kind != "scheme":
        raise requests.missing(f"/vocab/{name}")
    return _respond(
        request,
        service,
        form,
        f"{term_addresses.VOCAB}/{stem}",
        term.iri,
        lambda base: graphs.scheme(base, term.iri),
        lambda service, now, links, _: pages.scheme(service, now, links, term),
        kind=terms.SKOS_ConceptScheme,
    )


def _respond(  # noqa: PLR0913, PLR0917 - a document in all its forms
    request: Request,
    service: Service,
    named: str | None,
    path: str,
    topic: str,
    triples: Callable[[str], Iterable[Triple]],
    page_of: Callable[[Service, protocols.Edition | None, Sequence[Link], str], Response],
    *,
    kind: str = terms.OWL_Ontology,
) -> Response:
    """Answer with the document at `path`: its page, which depends on the generation, or its graph, which does not.

    `topic` is of the class `kind`, and `named` the form that the address ends with. The last argument of `page_of` is
    the parameter `only`: the term or family of rules that is wanted alone, "" for a list. Raises what answer() raises.
    """
    form = requested_form(request, named or requests.suffix(request, path, negotiation.RESOURCES))
    now = service.store.current() if form == negotiation.HTML else None
    base = service.store.base_iri
    only = requests.parameters(request).get("only", "") if form == negotiation.HTML else ""
    links = [
        *describedby(path, form),
        Link(topic, "cite-as"),
        Link(term_addresses.LICENSE, "license"),
        Link(kind, "type"),
    ]
    written = [_last_change(), *([datetime.fromisoformat(now.manifest.created)] if now else ())]

    def page() -> Response:
        if now is None:
            return page_of(service, None, links, only)
        return service.on_current(lambda current: page_of(service, current, links, only))

    return answer(
        request,
        form,
        Description(
            about=(path, _content_hash(), base, version(now) if now else "", only),
            triples=lambda: triples(base),
            page=page,
            modified=max(written),
            links=links,
            prefixes=graphs.PREFIXES,
            first=(topic,),
        ),
    )


def _sources() -> list[Path]:
    """Return the files from which these documents are made."""
    shapes = (path for scope in catalogue.SCOPES for path in catalogue.turtle_files(scope))
    templates = sorted((Path(__file__).parents[1] / "templates").iterdir())
    return [*turtle_files(), catalogue.prefixes_file(), catalogue.FILE, *shapes, *templates]


@cache
def _content_hash() -> str:
    """Return a hash of the files of _sources(), for ETags that change when the software's files do."""
    return blake2b(b"\0".join(path.read_bytes() for path in _sources()), digest_size=16).hexdigest()


@cache
def _last_change() -> datetime:
    """Return the time of the last change to the files of _sources()."""
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in _sources()), UTC)
