"""Answer /ontology, /shapes and /vocab, the documentation of terms and rules, as pages and as RDF.

The page of the ontology shows uses and examples of classes and properties, which were counted when the generation was
made; a dataset without these statistics has none on its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import Triple

from jixiao.ontology import grouping, terms, turtle_files
from jixiao.ontology.reference import Term, concepts, reference
from jixiao.server.editions import metadata
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language, negotiation, requests
from jixiao.server.http.signposting import Link, describedby, header
from jixiao.server.rdf.graph_response import answer, requested_form, split_suffix
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.vocabulary import graphs
from jixiao.shapes import bundles, catalogue

router = APIRouter()

_Page = tuple[str, dict[str, Any]]
"""The template of a page, and its values."""


@router.get("/ontology.svg", summary="本体的图 · the ontology, drawn")
def drawing(request: Request, service: ServiceDep) -> Response:
    """Answer with the drawing from the ontology's page as an SVG file, in the language of the request."""
    wish = language.wish()
    headers = {
        "Content-Type": "image/svg+xml",
        "Content-Language": language.TAGS[wish.language],
        "Vary": wish.vary,
        **header([Link(metadata.ONTOLOGY, "describedby", negotiation.HTML.media_type)]),
    }
    validator = conditional.Validator.of(f"svg {wish.language}", _content_hash(), modified=_last_change())
    return validator.response(request, headers, lambda: service.pages.text("ontology.svg"))


@router.get("/ontology", summary="本体 · the ontology")
@router.get("/ontology.{suffix}", include_in_schema=False)  # declared after /ontology.svg, which it would match too
def ontology(request: Request, service: ServiceDep) -> Response:
    """Answer with every class and property: a page, or the ontology in any form of RDF. Raises NotInStoreError."""
    return _respond(request, service, None, metadata.ONTOLOGY, terms.ONTOLOGY, graphs.ontology, _ontology)


@router.get("/shapes", summary="校验规则 · the rules")
@router.get("/shapes.{suffix}", include_in_schema=False)
def shapes(request: Request, service: ServiceDep) -> Response:
    """Answer with every rule: a page, or all SHACL shapes in any form of RDF. Raises NotInStoreError."""
    return _respond(request, service, None, metadata.SHAPES, terms.SHAPES, graphs.shapes, _shapes)


@router.get("/shapes/examples/{name}/{which}.ttl", summary="一条规则的例子 · an example of a rule")
def example(name: str, which: str, request: Request) -> Response:
    """Answer with data that pass a rule (`pass`), or that have its fault (`fail`). Raises NotInStoreError."""
    if which not in graphs.EXAMPLES or name not in {fault.name for fault in catalogue.faults()}:
        raise requests.missing(f"/shapes/examples/{name}/{which}.ttl")
    content = catalogue.example(name, which).encode()
    headers = {"Content-Type": negotiation.TURTLE.content_type, **header([Link(metadata.LICENSE, "license")])}
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
        f"{metadata.SHAPES}/{bundle_name}",
        bundles.iri(bundle_name),
        lambda base: graphs.bundle(base, bundle_name),
        lambda _, only: _shapes(None, only, bundle_name),
    )


@router.get("/vocab", summary="概念表目录 · the concept schemes")
@router.get("/vocab.{suffix}", include_in_schema=False)
def vocab(request: Request, service: ServiceDep) -> Response:
    """Answer with the concept schemes: a page, or RDF. Raises NotInStoreError."""
    return _respond(request, service, None, metadata.VOCAB, terms.VOCAB, graphs.schemes, _schemes)


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
        f"{metadata.VOCAB}/{stem}",
        term.iri,
        lambda base: graphs.scheme(base, term.iri),
        lambda *_: _scheme(term),
        kind=terms.SKOS_ConceptScheme,
    )


def _respond(  # noqa: PLR0913, PLR0917 - a document in all its forms
    request: Request,
    service: Service,
    named: str | None,
    path: str,
    topic: str,
    triples: Callable[[str], Iterable[Triple]],
    page_of: Callable[[Edition | None, str], _Page],
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
        Link(metadata.LICENSE, "license"),
        Link(kind, "type"),
    ]
    written = [_last_change(), *([datetime.fromisoformat(now.manifest.created)] if now else ())]

    def page() -> Response:
        template, values = page_of(now, only)
        return service.pages.html(template, path=path, links=links, **values)

    return answer(
        request,
        form,
        about=(path, _content_hash(), base, version(now) if now else "", only),
        triples=lambda: triples(base),
        page=page,
        modified=max(written),
        links=links,
        prefixes=graphs.PREFIXES,
        first=(topic,),
    )


def _sources() -> list[Path]:
    """Return the files from which these documents are made."""
    rules = (path for scope in catalogue.SCOPES for path in catalogue.turtle_files(scope))
    templates = sorted((Path(__file__).parents[1] / "templates").iterdir())
    return [*turtle_files(), catalogue.prefixes_file(), *rules, *templates]


@cache
def _content_hash() -> str:
    """Return a hash of the files of _sources(), for ETags that change when the software's files do."""
    return blake2b(b"\0".join(path.read_bytes() for path in _sources()), digest_size=16).hexdigest()


@cache
def _last_change() -> datetime:
    """Return the time of the last change to the files of _sources()."""
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in _sources()), UTC)


def _ontology(now: Edition | None, only: str) -> _Page:
    """Return the page /ontology: a list of the ontology's terms and of other terms in use, or the one named `only`.

    Raises NotInStoreError.
    """
    statistics = now and now.statistics
    classes, properties = (statistics.classes, statistics.properties) if statistics else ({}, {})
    own = [term for term in reference().values() if term.iri.startswith(terms.JX)]
    shown = [term for term in own if term.name == only]
    if only and not shown:
        raise requests.missing(f"/ontology?only={only}")
    kinds = grouping.by_key((term.kind, term) for term in own)
    return (
        "ontology.html",
        {
            "only": only,
            "terms_of": {kind: [term for term in of_kind if term in shown] for kind, of_kind in kinds.items()},
            "kinds": kinds,
            "reference": reference(),
            "narrower": _narrower(),
            "leading": grouping.by_key((each.range or "", each) for each in kinds["property"]),
            "having": grouping.by_key((domain, each) for each in kinds["property"] for domain in each.domains),
            "rules_by_term": graphs.rules_by_term(),
            "uses": statistics,
            "others": {
                kind: {iri: use for iri, use in used.items() if not iri.startswith(terms.JX)}
                for kind, used in (("class", classes), ("property", properties))
            },
            "version": None if now is None else now.version,
        },
    )


def _shapes(_: Edition | None, only: str, bundle: catalogue.Bundle | None = None) -> _Page:
    """Return the page /shapes, or that of a bundle: a list of rules.

    `only` is the name of a rule or of a family, to show what its rules state. Raises NotInStoreError.
    """
    faults = [fault for fault in catalogue.faults() if bundle in (None, fault.bundle)]
    listed = {*(fault.iri for fault in faults), *([] if bundle else [None])}
    of_family = grouping.by_key((fault.subject, fault) for fault in faults)
    header = bundle and bundles.header(bundle)
    shown = [fault for fault in faults if only in (fault.name, fault.subject)]
    retired = [each for each in catalogue.retired().values() if each.replaced_by in listed and only in ("", each.name)]
    if only and not (shown or retired):
        raise requests.missing(f"/shapes?only={only}")
    return (
        "shapes.html",
        {
            "only": only,
            "shown": shown,
            "faults": faults,
            "bundle": header,
            "bundles": [bundles.header(name) for name in catalogue.BUNDLES],
            "families": {
                name: label for name, label in graphs.families().items() if bundle is None or name in of_family
            },
            "of_family": of_family,
            "parts": graphs.parts_by_rule(),
            "sentences": {fault.iri: fault.pattern for fault in faults},
            "reference": reference(),
            "retired": retired,
            "labels": {fault.iri: fault.label for fault in catalogue.faults()},
        },
    )


def _schemes(*_: object) -> _Page:
    """Return the page /vocab: the schemes."""
    return (
        "vocab.html",
        {
            "schemes": graphs.all_schemes(),
            "members": {iri: concepts(term.name) for iri, term in graphs.all_schemes().items()},
        },
    )


def _scheme(term: Term) -> _Page:
    """Return the page /vocab/{scheme}: its concepts as a tree."""
    return (
        "scheme.html",
        {
            "scheme": term,
            "tops": [each for each in concepts(term.name) if not each.above],
            "narrower": _narrower(),
            "reference": reference(),
            "rules_by_term": graphs.rules_by_term(),
            "taken_by": [each for each in reference().values() if each.scheme == term.iri and each.kind == "property"],
        },
    )


def _narrower() -> dict[str, list[Term]]:
    """Return a dict from the IRI of each broader class, property or concept to the terms directly below it."""
    return grouping.by_key((above, term) for term in reference().values() for above in term.above)
