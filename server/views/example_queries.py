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
    views = tuple(views)
    prefixes = sorted({pair for view in views for pair in _DECLARED.findall(view.sparql)})
    license = NamedNode(term_addresses.LICENSE)
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


def about(base: str, views: Iterable[View]) -> dict[str, Any]:
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
