"""Describe a version of the dataset, its files and the ingestion that made it (DCAT 3, section 11; PROV-O)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, date
from types import MappingProxyType
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from jixiao.ontology.identity import Iris
from jixiao.store.description import authorities
from jixiao.store.description.publisher import Publisher, Words
from jixiao.store.description.statements import Statements, Value, term, typed
from jixiao.store.records import Dump, Manifest, SourceRecord, Statistics
from jixiao.store.versions.releases import Release


class Described(Protocol):
    """The facts of a version that a description needs; VersionRecord provides them."""

    @property
    def manifest(self) -> Manifest:
        """Number, date, counts and checksum."""

    @property
    def statistics(self) -> Statistics | None:
        """Statistics, or None if they were not counted."""

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """Files that are kept."""

    @property
    def sources(self) -> tuple[SourceRecord, ...]:
        """Sources that the version was made from."""


_FORMS: Mapping[str, tuple[str, str, Words]] = MappingProxyType(
    {
        "application/n-quads": (
            "N-Quads",
            "RDF_N_QUADS",
            Words(
                zh="全部四元组，按行排序，gzip 压缩；版本的校验和可由它重算（jixiao checksum）。",
                en="All quads in sorted lines, gzip; the version's checksum follows from them (jixiao checksum).",
            ),
        ),
        "text/turtle": (
            "Turtle",
            "RDF_TURTLE",
            Words(
                zh="默认图，即各来源的合并，gzip 压缩。",
                en="The default graph, which is the merge of all sources, gzip.",
            ),
        ),
    }
)
"""Title, code in the table of file types, and description of a dump, by the media type of its content."""


def version_iri(manifest: Manifest) -> str:
    """Return the IRI of a version, by which papers cite it."""
    return f"{manifest.base_iri}dataset/{manifest.version}"


def dump_iri(manifest: Manifest, dump: Dump) -> str:
    """Return the IRI of a dump as a distribution, such as `…#nq` for dump.nq.gz."""
    return f"{version_iri(manifest)}#{dump.name.split('.')[1]}"


def common(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> None:
    """State publisher, licence and rights of the dataset, a version, a distribution, the catalogue or the endpoint."""
    said.about(
        node,
        {
            "dcterms:publisher": NamedNode(publisher_iri(publisher, base)),
            "dcterms:license": authorities.licence(said, publisher.license),
            "dcterms:rights": said.about(
                NamedNode(f"{base}dataset#rights"),
                {"a": term("dcterms:RightsStatement"), "rdfs:label": publisher.rights},
            ),
        },
    )


def resource(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> None:
    """State contact, keywords, themes and access rights of the dataset, a version or the endpoint."""
    common(said, node, publisher, base)
    said.about(
        node,
        {
            "dcat:contactPoint": NamedNode(f"{base}dataset#contact"),
            "dcat:keyword": [
                *(Literal(word, language="zh") for word in publisher.keywords.zh),
                *(Literal(word, language="en") for word in publisher.keywords.en),
            ],
            "dcat:theme": [authorities.value(said, iri, "skos:Concept") for iri in publisher.themes],
            "dcterms:accessRights": authorities.value(said, publisher.access_rights, "dcterms:RightsStatement"),
        },
    )


def content(said: Statements, node: NamedNode, publisher: Publisher, record: Described) -> None:
    """State description, languages, coverage and frequency of the dataset or a version."""
    resource(said, node, publisher, record.manifest.base_iri)
    place = authorities.value(said, publisher.spatial.iri, "dcterms:Location", name=publisher.spatial.label)
    said.about(
        node,
        {
            "a": [term("dcat:Dataset"), term("void:Dataset"), term("prov:Entity")],
            "dcterms:description": publisher.description,
            "dcterms:language": languages(said, publisher),
            "dcterms:spatial": place,
            "dcterms:temporal": _period(said, node, publisher, record.statistics),
            "dcterms:accrualPeriodicity": authorities.value(said, publisher.frequency, "dcterms:Frequency"),
        },
    )


def languages(said: Statements, publisher: Publisher) -> list[NamedNode]:
    """Describe the languages of labels and texts; return their nodes."""
    return [authorities.value(said, iri, "dcterms:LinguisticSystem") for iri in publisher.languages]


def publisher_iri(publisher: Publisher, base: str) -> str:
    """Return the publisher's own IRI, else a fragment of the dataset's."""
    return publisher.publisher.iri or f"{base}dataset#publisher"


def people(said: Statements, publisher: Publisher, base: str) -> None:
    """Describe the publisher and the contact."""
    agent, contact = publisher.publisher, publisher.contact
    said.about(
        NamedNode(publisher_iri(publisher, base)),
        {
            "a": [term("foaf:Agent"), term("prov:Agent")],
            "foaf:name": agent.name,
            "foaf:homepage": _page(said, agent.homepage),
            "foaf:mbox": _mail(agent.mail),
        },
    )
    said.about(
        NamedNode(f"{base}dataset#contact"),
        {
            "a": [term("vcard:Kind"), term("vcard:Organization")],
            "vcard:fn": contact.name,
            "vcard:hasEmail": _mail(contact.mail),
            "vcard:hasURL": NamedNode(contact.url or f"{base}dataset.html"),
        },
    )


def edition(
    said: Statements, publisher: Publisher, record: Described, release: Release | None, *, sources: bool = False
) -> NamedNode:
    """Describe a version with its files, as a release if it is one, and return its node.

    If `sources`, the sources of its ingestion are named.
    """
    manifest = record.manifest
    node = said.about(NamedNode(version_iri(manifest)), {"a": term("dcat:Dataset")})
    before = _before(manifest)
    content(said, node, publisher, record)
    said.about(
        node,
        {
            "dcterms:title": version_title(publisher, manifest),
            "dcterms:isVersionOf": NamedNode(f"{manifest.base_iri}dataset"),
            "dcat:isVersionOf": NamedNode(f"{manifest.base_iri}dataset"),
            "dcat:version": manifest.version,
            "dcterms:identifier": node.value,
            "dcterms:alternative": release.name if release else None,
            "dcterms:available": typed(release.released, "xsd:dateTime") if release else None,
            "dcterms:issued": typed(manifest.created, "xsd:dateTime"),
            "prov:generatedAtTime": typed(manifest.created, "xsd:dateTime"),
            **_checksum(said, node, manifest),
            "dcat:previousVersion": before,
            "prov:wasRevisionOf": before,
            "prov:wasGeneratedBy": _ingestion(said, node, record, sources=sources),
            "dcat:landingPage": _page(said, f"{node.value}.html"),
            "dcat:distribution": [_dump(said, publisher, manifest, dump) for dump in record.dumps],
            "void:dataDump": [NamedNode(f"{node.value}/{dump.name}") for dump in record.dumps],
        },
    )
    return node


def _checksum(said: Statements, node: NamedNode, manifest: Manifest) -> dict[str, Value]:
    """State a version's checksum: in SPDX's terms if it is a SHA-256, else in words, as no vocabulary has LtHash."""
    algorithm, _, digest = manifest.checksum.partition(":")
    if algorithm == "sha256":
        return {"spdx:checksum": authorities.sha256(said, NamedNode(f"{node.value}#checksum"), digest)}
    return {"rdfs:comment": Words(zh=f"校验和 {manifest.checksum}", en=f"Checksum {manifest.checksum}")}


def _before(manifest: Manifest) -> NamedNode | None:
    """Return the node of the version before, or None for the first."""
    if manifest.previous is None:
        return None
    return NamedNode(f"{manifest.base_iri}dataset/{manifest.previous:06}")


def version_title(publisher: Publisher, manifest: Manifest) -> Words:
    """Return the title of a version."""
    title = publisher.title
    return Words(zh=f"{title.zh}，版本 {manifest.version}", en=f"{title.en}, version {manifest.version}")


def _ingestion(said: Statements, node: NamedNode, record: Described, *, sources: bool) -> NamedNode:
    manifest = record.manifest
    software: dict[str, Value] = {
        "a": term("prov:SoftwareAgent"),
        "foaf:name": "jixiao",
        "schema:softwareVersion": manifest.software,
    }
    iris = Iris(manifest.base_iri)
    return said.about(
        NamedNode(f"{node.value}#ingestion"),
        {
            "a": term("prov:Activity"),
            "rdfs:label": Words(zh=f"生成版本 {manifest.version}", en=f"The making of version {manifest.version}"),
            "prov:endedAtTime": typed(manifest.created, "xsd:dateTime"),
            "prov:wasAssociatedWith": said.about(NamedNode(f"{node.value}#software"), software),
            "prov:used": [NamedNode(iris.source(each.sha256)) for each in record.sources] if sources else [],
        },
    )


def _dump(said: Statements, publisher: Publisher, manifest: Manifest, dump: Dump) -> NamedNode:
    """Describe a file as a distribution, with its uncompressed content, which has its own checksum, as a part."""
    node = said.about(NamedNode(dump_iri(manifest, dump)), {"a": term("dcat:Distribution")})
    address = NamedNode(f"{version_iri(manifest)}/{dump.name}")
    name, code, description = _FORMS[dump.media_type]
    common(said, node, publisher, manifest.base_iri)
    said.about(address, {"a": term("rdfs:Resource")})
    unpacked = said.about(
        NamedNode(f"{node.value}-content"),
        {
            "a": term("spdx:File"),
            "spdx:fileName": dump.name.removesuffix(".gz"),
            "dcat:byteSize": typed(str(dump.content_size), "xsd:nonNegativeInteger"),
            "spdx:checksum": authorities.sha256(said, NamedNode(f"{node.value}-content-checksum"), dump.content_sha256),
        },
    )
    return said.about(
        node,
        {
            "dcterms:title": f"{name} ({manifest.version}, gzip)",
            "dcterms:description": description,
            "dcterms:issued": typed(manifest.created, "xsd:dateTime"),
            "dcterms:language": languages(said, publisher),
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dcat:mediaType": authorities.media_type(said, dump.media_type),
            "dcat:compressFormat": authorities.media_type(said, "application/gzip"),
            "dcterms:format": authorities.value(said, authorities.eu("file-type", code), "dcterms:MediaTypeOrExtent"),
            "dcat:byteSize": typed(str(dump.size), "xsd:nonNegativeInteger"),
            "spdx:checksum": authorities.sha256(said, NamedNode(f"{node.value}-checksum"), dump.sha256),
            "dcatap:availability": available(said),
            "dcterms:hasPart": unpacked,
        },
    )


def available(said: Statements) -> NamedNode:
    """Describe the availability of served data, which lasts as long as the publisher keeps them; return its node."""
    return authorities.value(said, authorities.eu("planned-availability", "AVAILABLE"))


def _period(said: Statements, node: NamedNode, publisher: Publisher, statistics: Statistics | None) -> NamedNode | None:
    """Describe the period of the publisher's dates, else of the data's years; return None if neither is known."""
    first = statistics.first_year if statistics else None
    last = statistics.last_year if statistics else None
    start = publisher.temporal.start or _day(first, 1, 1)
    end = publisher.temporal.end or _day(last, 12, 31)
    if start is None and end is None:
        return None
    return said.about(
        NamedNode(f"{node.value}#temporal"),
        {"a": term("dcterms:PeriodOfTime"), "dcat:startDate": start, "dcat:endDate": end},
    )


def _day(year: int | None, month: int, day: int) -> date | None:
    """Return a day, or None without a year of four digits: old versions may have counted any integer as a year."""
    return date(year, month, day) if year is not None and 1000 <= year <= MAXYEAR else None


def _page(said: Statements, address: str | None) -> NamedNode | None:
    return None if address is None else said.about(NamedNode(address), {"a": term("foaf:Document")})


def _mail(address: str | None) -> NamedNode | None:
    return None if address is None else NamedNode(f"mailto:{address}")
