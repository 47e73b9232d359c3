"""Answer /views (the list of views), /views/{name} (one view as HTML, JSON, CSV or xlsx).

The list of views in RDF lets other SPARQL editors show the views as example queries. Its form follows the SIB's
collection of SPARQL examples: one `sh:SPARQLExecutable` per query, with its question as `rdfs:comment` (SHACL Advanced
Features, section 5.1; SHACL, section 5.2.1 for the prefixes). The text of each query also declares its prefixes, so
that it runs by itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import metadata
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import DESCRIPTIONS, HTML, JSON, VIEW_LISTS, VIEWS, choose
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import published, view_files

router = APIRouter()


@router.get("/views", summary="视图目录 · all views")
@router.get("/views.{suffix}", include_in_schema=False)
def index(request: Request, service: ServiceDep) -> Response:
    """Answer with the views and their parameters: a page, JSON, or the queries as RDF. Raises NotInStoreError."""
    named = requests.suffix(request, "/views", VIEW_LISTS) or requests.only(request, "format")
    form = choose(request.headers.get("accept"), named, VIEW_LISTS)
    views = tuple(published.views(service).values())
    if form == JSON:
        return JSONResponse({"views": [view.described() for view in views]}, headers={"Vary": "Accept"})
    base = service.store.base_iri
    links = [*signposting.describedby("/views", form), signposting.Link(metadata.LICENSE, "license")]
    return graph_response.answer(
        request,
        form,
        about=("views", base, *(f"{view.question} {view.sparql}" for view in views)),
        triples=lambda: _triples(base, views),
        page=lambda: service.pages.html(
            "views.html",
            views=[(view, published.fields(service, view, {}, None) if view.needs else ()) for view in views],
            links=links,
            about=_about(base, views),
        ),
        links=links,
        first=(f"{base}views",),
    )


@router.get("/views/{name}", summary="一个视图的答案 · a view's answer")
def show(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with the rows of a view, or with the view's form if a page lacks a required parameter.

    The rows of a cube come as RDF, too.
    Raises NotInStoreError for an unknown view, or a link that cites a version that the store never had.
    """
    view = published.named_view(service, name)
    # Answers with components can be stated as a data cube (cube.py).
    offers = (*VIEWS, *DESCRIPTIONS) if any(column.component for column in view.columns) else VIEWS
    if not requests.only(request, "format") and requests.takes_only_rdf(request, offers):
        # RDF describes the views' queries; there is no RDF form of the rows.
        return RedirectResponse("/views", status_code=303, headers={"Vary": "Accept"})
    given, how, form = requests.taken(request, offers)
    cited = published.cited(service, given)
    language.settle(form)
    if form == HTML:
        return published.show(service, view, given, lambda _: {"cited": cited})
    return published.file(service, view, given, form, how)


_NAMED = re.compile(r"\bjx:([A-Za-z]\w*)")
_DECLARED = re.compile(r"^PREFIX (\w+): <([^>]+)>", re.MULTILINE)
_LIST = Bilingual("现成的查询", "Ready-made queries")


def _triples(base: str, views: Iterable[view_files.View]) -> Iterator[Triple]:
    """Yield the list of views, the prefixes that it declares, and the queries, all below the store's base IRI."""
    views = tuple(views)
    prefixes = sorted({pair for view in views for pair in _DECLARED.findall(view.sparql)})
    license = NamedNode(metadata.LICENSE)
    described: dict[str, list[tuple[str, NamedNode | Literal]]] = {
        "views": [
            (terms.RDF_type, NamedNode(terms.OWL_Ontology)),
            *_both(terms.RDFS_label, _LIST),
            (terms.DCTERMS_license, license),
            (terms.RDFS_seeAlso, NamedNode(f"{base}dataset")),
            *((terms.SH_declare, NamedNode(f"{base}views#prefix-{prefix}")) for prefix, _ in prefixes),
            *((terms.DCTERMS_hasPart, NamedNode(f"{base}views#{view.name}")) for view in views),
        ]
    }
    for prefix, namespace in prefixes:
        described[f"views#prefix-{prefix}"] = [
            (terms.RDF_type, NamedNode(terms.SH_PrefixDeclaration)),
            (terms.SH_prefix, Literal(prefix)),
            (terms.SH_namespace, Literal(namespace, datatype=NamedNode(terms.XSD_anyURI))),
        ]
    for view in views:
        described[f"views#{view.name}"] = [
            (terms.RDF_type, NamedNode(terms.SH_SPARQLExecutable)),
            (terms.RDF_type, NamedNode(terms.SH_SPARQLSelectExecutable)),
            *_both(terms.RDFS_label, view.title),
            *_both(terms.RDFS_comment, view.question),
            *_both(terms.DCTERMS_description, view.description),
            (terms.SH_select, Literal(view.example())),
            (terms.SH_prefixes, NamedNode(f"{base}views")),
            (terms.SCHEMA_target, NamedNode(f"{base}sparql")),
            (terms.FOAF_page, NamedNode(f"{base}views/{view.name}")),
            (terms.DCTERMS_license, license),
            *(
                keyword
                for name in sorted(set(_NAMED.findall(view.sparql)))
                for keyword in _both(terms.SCHEMA_keywords, reference()[terms.JX + name].label)
            ),
        ]
    for path, properties in described.items():
        for predicate, value in properties:
            yield Triple(NamedNode(f"{base}{path}"), NamedNode(predicate), value)


def _about(base: str, views: Iterable[view_files.View]) -> dict[str, Any]:
    """Return the list of views as JSON-LD in schema.org's terms, for the page that shows it."""
    return {
        "@context": "https://schema.org/",
        "@type": "ItemList",
        "@id": f"{base}views",
        "name": [{"@language": "zh", "@value": _LIST.zh}, {"@language": "en", "@value": _LIST.en}],
        "itemListElement": [
            {"@type": "ListItem", "position": n, "url": f"{base}views/{view.name}", "name": view.question.zh}
            for n, view in enumerate(views, 1)
        ],
    }


def _both(predicate: str, words: Bilingual) -> list[tuple[str, Literal]]:
    return [(predicate, Literal(words.zh, language="zh")), (predicate, Literal(words.en, language="en"))]
