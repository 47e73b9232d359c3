"""Make the metadata that responses carry: licence and citation of the dataset, and the description of a page.

Licence and citation are made once per state of the dataset, since /sparql sends them with every result. A page of
linked data is described by its topic, licence, dataset, sources and neighbouring pages: as triples for RDF, and as
links for headers (FAIR Signposting, level 1). Terms have pages of their own, to which links and the redirects of
w3id.org (docs/w3id) lead, and their own licence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.http.negotiation import HTML, Form
from jixiao.server.http.signposting import Link, describedby, header
from jixiao.shapes.catalogue import BUNDLES, FAMILIES
from jixiao.store.description.publisher import Publisher, Words
from jixiao.store.records import Manifest

HOME, ONTOLOGY, SHAPES, VOCAB = "/", "/ontology", "/shapes", "/vocab"

LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
"""Licence of terms, rules and queries: they are part of the software, and state the licence themselves."""


@dataclass(frozen=True)
class Document:
    """A page about `topic`, an IRI; `path` is below the base and this site's root.

    `page` is the page's number from 1, `further` is True if another page follows, `last` is the number of the last
    page, None if unknown, and `types` are the IRIs of the topic's classes.
    """

    base: str
    path: str
    topic: str
    page: int = 1
    further: bool = False
    last: int | None = None
    types: Sequence[str] = ()

    @property
    def iri(self) -> str:
        """The page's own IRI."""
        return self.base + self.at(self.page)

    def at(self, page: int, suffix: str = "") -> str:
        """Return the address of the page numbered `page`, without a leading slash; page 1 has no parameter.

        `suffix` is that of a form, such as .ttl.
        """
        return f"{self.path}{suffix}" + (f"?page={page}" if page > 1 else "")

    @property
    def pages(self) -> dict[str, int]:
        """Numbers of the pages to link to, by link relation: first, prev, next, last (RFC 8288, RFC 5005).

        Page 1 has neither first nor prev; next and last are left out if there is no such page or it is not known.
        """
        numbers = {"first": 1, "prev": self.page - 1} if self.page > 1 else {}
        if self.further:
            numbers["next"] = self.page + 1
        if self.last is not None and (self.page > 1 or self.further):
            numbers["last"] = self.last
        return numbers

    def triples(self, now: Edition, publisher: Publisher, sources: Iterable[str], more: Iterable[str]) -> list[Triple]:
        """Return triples about the page: topic, licence, dataset, the `sources` that it was read from, other pages.

        `more` are IRIs for rdfs:seeAlso.
        """
        said: list[tuple[str, NamedNode | Literal]] = [
            (terms.RDF_type, NamedNode(terms.FOAF_Document)),
            (terms.FOAF_primaryTopic, NamedNode(self.topic)),
            (terms.DCTERMS_license, NamedNode(publisher.license)),
            (terms.DCTERMS_rights, Literal(publisher.rights.zh, language="zh")),
            (terms.DCTERMS_rights, Literal(publisher.rights.en, language="en")),
            (terms.VOID_inDataset, NamedNode(f"{self.base}dataset")),
        ]
        if now.number:
            said.append((terms.DCTERMS_isPartOf, NamedNode(f"{self.base}dataset/{now.version}")))
        said += [(terms.PROV_wasDerivedFrom, NamedNode(source)) for source in sources]
        said += [(terms.RDFS_seeAlso, NamedNode(each)) for each in more]
        said += [(_HYDRA[relation], NamedNode(self.base + self.at(page))) for relation, page in self.pages.items()]
        if self.pages:
            said.append((terms.RDF_type, NamedNode(terms.HYDRA_PartialCollectionView)))
        return [Triple(NamedNode(self.iri), NamedNode(name), value) for name, value in said]

    def links(self, form: Form, publisher: Publisher) -> list[Link]:
        """Return the links that the response with the page in a form carries."""
        links = [Link(self.topic, "cite-as" if form == HTML else "describes")]
        if form == HTML:
            query = f"?page={self.page}" if self.page > 1 else ""
            links += [Link(link.target + query, link.rel, link.type) for link in describedby(f"/{self.path}", form)]
            links += [Link(terms.SCHEMA_AboutPage, "type")]
        else:
            links += [Link(f"/{self.at(self.page)}", "canonical"), Link(self.topic, "cite-as")]
        links += [Link(each, "type") for each in self.types]
        links += [Link(publisher.license, "license"), Link(f"{self.base}dataset", "collection")]
        suffix = "" if form == HTML else f".{form.name}"
        links += [Link(f"/{self.at(page, suffix)}", relation) for relation, page in self.pages.items()]
        return links


_HYDRA = {
    "first": terms.HYDRA_first,
    "prev": terms.HYDRA_previous,
    "next": terms.HYDRA_next,
    "last": terms.HYDRA_last,
}


def last_modified(manifest: Manifest, publisher: Publisher) -> datetime:
    """Return the time at which a state of the dataset was made or, if later, its publisher's description changed."""
    created = datetime.fromisoformat(manifest.created)
    return created if publisher.changed is None else max(created, publisher.changed)


@dataclass(frozen=True)
class Credit:
    """Licence and citation of a version of the dataset, which was made at the time `made`.

    `iri` is the IRI to cite: the version's, or the dataset's if no versions are kept. `publisher` is None if no name is
    stated, and `checksum` if none was computed.
    """

    title: Words
    publisher: Words | None
    license: str
    rights: Words
    version: str
    iri: str
    made: datetime
    checksum: str | None

    @staticmethod
    @lru_cache(16)
    def of(publisher: Publisher, manifest: Manifest) -> "Credit":
        """Return the credit of the version of the dataset that a manifest describes."""
        kept = manifest.generation > 0
        return Credit(
            title=publisher.title,
            publisher=publisher.publisher.name if publisher.publisher.is_stated else None,
            license=publisher.license,
            rights=publisher.rights,
            version=manifest.version,
            iri=f"{manifest.base_iri}dataset" + (f"/{manifest.version}" if kept else ""),
            made=datetime.fromisoformat(manifest.created),
            checksum=manifest.checksum if kept else None,
        )

    @property
    def links(self) -> tuple[Link, Link]:
        """Links to the licence and to the IRI to cite."""
        return Link(self.license, "license"), Link(self.iri, "cite-as")

    @cached_property
    def link(self) -> str:
        """The links as the value of a header."""
        return header(self.links)["Link"]


def address(iri: str) -> str | None:
    """Return the path of the page about a term, with the term's anchor; None for an IRI of another vocabulary.

    The ontology's page documents its versions too, and the page of all rules each family (…/shapes/arithmetic). The
    bundles of rules have pages of their own (…/shapes/content).
    """
    if iri in {FAMILIES + bundle for bundle in BUNDLES}:
        return f"{SHAPES}/{iri.removeprefix(FAMILIES)}"
    for document, home in ((terms.ONTOLOGY, ONTOLOGY), (terms.SHAPES, SHAPES)):
        if iri == document or (home == ONTOLOGY and iri.startswith(f"{document}/")):
            return home
        if iri.startswith((f"{document}#", f"{document}/")):
            # Terms shared by the rules of a family (…/shapes/levels#Untyped) are documented with the family.
            return f"{home}#{iri[len(document) + 1 :].partition('#')[0]}"
    if not iri.startswith(terms.VOCAB):
        return HOME if iri == terms.PROJECT_HOME else None
    scheme, _, concept = iri.removeprefix(terms.VOCAB).partition("/")
    return "/".join(filter(None, (VOCAB, scheme))) + (f"#{concept}" if concept else "")
