"""Make the JSON-LD with schema.org's terms that a page embeds for search engines, about the page and its topic.

All values are from the filings: no description, grant or sponsor is invented. Properties that schema.org defines
for creative works only, such as `license`, are stated about the page and not about the project.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jixiao.ontology import terms
from jixiao.server.editions.metadata import Document
from jixiao.server.linked_data import kinds
from jixiao.server.linked_data.things import StatementIndex
from jixiao.store.description.publisher import Publisher


def page(document: Document, name: str, topic: Mapping[str, Any], publisher: Publisher, **more: Any) -> dict[str, Any]:
    """Return the description of a page with its `topic`, licence and dataset; `more` are further properties.

    Properties with the value None are left out.
    """
    said = {
        "@context": "https://schema.org",
        "@type": "CollectionPage" if topic["@type"] == "ItemList" else "AboutPage",
        "@id": document.iri,
        "name": name,
        "inLanguage": ["zh", "en"],
        "license": publisher.license,
        "isPartOf": {"@type": "Dataset", "@id": f"{document.base}dataset", "name": publisher.title.zh},
        "mainEntity": dict(topic),
        **more,
    }
    return {key: value for key, value in said.items() if value is not None}


def thing(iri: str, said: StatementIndex) -> dict[str, Any]:
    """Return the description of a thing, made from the statements about it."""

    def first(name: str) -> str | None:
        return next(iter(said.values(iri, name)), None)

    short = entity(iri, said.label(iri), kinds.of(said.values(iri, terms.RDF_type)))
    names = sorted({*said.values(iri, terms.SKOS_altLabel), *said.values(iri, terms.DCTERMS_title)})
    bodies = said.values(iri, terms.filedBy)
    sha256, size = first(terms.sha256), first(terms.DCTERMS_extent)
    described = short | {
        "alternateName": [name for name in names if name != short["name"]] or None,
        "url": iri,
        "legislationIdentifier": first(terms.documentNumber),
        "creator": [entity(body, said.label(body), kinds.BY_NAME["org"]) for body in bodies] or None,
        "temporalCoverage": first(terms.year) if bodies else None,
        "encodingFormat": first(terms.DCTERMS_format) if sha256 else None,
        "identifier": f"sha256:{sha256}" if sha256 else None,
        "contentSize": f"{size} B" if sha256 and size else None,
    }
    return {key: value for key, value in described.items() if value is not None}


def entity(iri: str, name: str | None, kind: kinds.Kind | None) -> dict[str, Any]:
    """Return the short description of a thing: type, IRI and name (the IRI if the name is None)."""
    return {"@type": "Thing" if kind is None else kind.schema, "@id": iri, "name": name or iri}


def items(names: Mapping[str, str], kind: kinds.Kind, total: int, start: int) -> dict[str, Any]:
    """Return the description of one page of a list; `start` is the number of members on the pages before it."""
    listed = enumerate(names.items(), start + 1)
    entries = [{"@type": "ListItem", "position": n, "url": iri, "name": name} for n, (iri, name) in listed]
    return {"@type": "ItemList", "name": kind.many.zh, "numberOfItems": total, "itemListElement": entries}


def documents(sources: Iterable[str]) -> list[dict[str, Any]] | None:
    """Return the descriptions of source files, given by IRI; None if there are none."""
    return [{"@type": "DigitalDocument", "@id": source} for source in sources] or None
