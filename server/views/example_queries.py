"""Describe the views as RDF, so that other SPARQL editors can list them as example queries.

The form follows the SIB's collection of SPARQL examples: one `sh:SPARQLExecutable` per query, with its question as
`rdfs:comment` (SHACL Advanced Features, section 5.1; SHACL, section 5.2.1 for the prefixes). The text of each query
also declares its prefixes, so that it runs by itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import term_addresses
from jixiao.server.views.view_files import View

_NAMED = re.compile(r"\bjx:([A-Za-z]\w*)")
_DECLARED = re.compile(r"^PREFIX (\w+): <([^>]+)>", re.MULTILINE)
_LIST = Bilingual("现成的查询", "Ready-made queries")


def triples(base: str, views: Iterable[View]) -> Iterator[Triple]:
    """Yield the list of views, the prefixes that it declares, and the queries, all below the store's base IRI."""
    found = list(views)
    whole = NamedNode(f"{base}views")
    yield _typed(whole, terms.OWL_Ontology)
    yield from _both(whole, terms.RDFS_label, _LIST)
    yield Triple(whole, NamedNode(f"{terms.DCTERMS}license"), NamedNode(term_addresses.LICENSE))
    yield Triple(whole, NamedNode(terms.RDFS_seeAlso), NamedNode(f"{base}dataset"))
    for prefix, namespace in sorted({pair for view in found for pair in _DECLARED.findall(view.sparql)}):
        declared = NamedNode(f"{base}views#prefix-{prefix}")
        yield Triple(whole, NamedNode(f"{terms.SH}declare"), declared)
        yield _typed(declared, f"{terms.SH}PrefixDeclaration")
        yield Triple(declared, NamedNode(f"{terms.SH}prefix"), Literal(prefix))
        any_uri = NamedNode(f"{terms.XSD}anyURI")
        yield Triple(declared, NamedNode(f"{terms.SH}namespace"), Literal(namespace, datatype=any_uri))
    for view in found:
        yield Triple(whole, NamedNode(f"{terms.DCTERMS}hasPart"), NamedNode(f"{base}views#{view.name}"))
        yield from _query(base, whole, view)


def about(base: str, views: Iterable[View]) -> dict[str, Any]:
    """Describe the list of views in schema.org's terms, for the page that shows it."""
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


def _query(base: str, whole: NamedNode, view: View) -> Iterator[Triple]:
    node = NamedNode(f"{base}views#{view.name}")
    yield _typed(node, f"{terms.SH}SPARQLExecutable")
    yield _typed(node, f"{terms.SH}SPARQLSelectExecutable")
    yield from _both(node, terms.RDFS_label, Bilingual(view.title_zh, view.title_en))
    yield from _both(node, terms.RDFS_comment, view.question)
    yield from _both(node, terms.DCTERMS_description, Bilingual(view.description_zh, view.description_en))
    yield Triple(node, NamedNode(f"{terms.SH}select"), Literal(view.example()))
    yield Triple(node, NamedNode(f"{terms.SH}prefixes"), whole)
    yield Triple(node, NamedNode(f"{terms.SCHEMA}target"), NamedNode(f"{base}sparql"))
    yield Triple(node, NamedNode(f"{terms.FOAF}page"), NamedNode(f"{base}views/{view.name}"))
    yield Triple(node, NamedNode(f"{terms.DCTERMS}license"), NamedNode(term_addresses.LICENSE))
    for name in sorted(set(_NAMED.findall(view.sparql))):
        yield from _both(node, f"{terms.SCHEMA}keywords", reference()[terms.JX + name].label)


def _typed(node: NamedNode, kind: str) -> Triple:
    return Triple(node, NamedNode(terms.RDF_type), NamedNode(kind))


def _both(node: NamedNode, name: str, words: Bilingual) -> Iterator[Triple]:
    for language, text in (("zh", words.zh), ("en", words.en)):
        yield Triple(node, NamedNode(name), Literal(text, language=language))
