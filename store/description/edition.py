"""A version of the dataset comes in; what is said of it, of its files and of the ingestion that made it goes out.

Apart from description.py, which says what holds of the dataset through all versions (DCAT 3, section 11; PROV-O).
"""

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


class Described(Protocol):
    """What is known of a version; VersionRecord is one."""

    @property
    def manifest(self) -> Manifest:
        """Its number, date, counts and checksum."""

    @property
    def statistics(self) -> Statistics | None:
        """What was counted, where that was done."""

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """Its files that are there."""

    @property
    def sources(self) -> tuple[SourceRecord, ...]:
        """What it was made from."""


_FORMS: Mapping[str, tuple[str, str, Words]] = MappingProxyType(
    {
        "application/n-quads": (
            "N-Quads",
            "RDF_N_QUADS",
            Words(
                zh="全部四元组，按行排序，gzip 压缩；内容的 SHA-256 就是该版本的校验和。",
                en="All quads in sorted lines, gzip; the SHA-256 of the content is the version's checksum.",
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
"""By the media type of the content: what a file is called, its code in the table of file types, what is in it."""


def version_iri(manifest: Manifest) -> str:
    """The IRI that a paper cites."""
    return f"{manifest.base_iri}dataset/{manifest.version}"


def dump_iri(manifest: Manifest, dump: Dump) -> str:
    """The distribution that a file is, such as `…#nq` of dump.nq.gz."""
    return f"{version_iri(manifest)}#{dump.name.split('.')[1]}"


def common(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> None:
    """What the publisher says of whatever is published: dataset, versions, catalogue and endpoint alike."""
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
    """What is said of the dataset, of each version and of the endpoint: whom to ask, what it is about, who may."""
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
    """What is said of the dataset and of each version: what it covers, in which languages, how often it changes."""
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
    """The languages of labels and texts."""
    return [authorities.value(said, iri, "dcterms:LinguisticSystem") for iri in publisher.languages]


def publisher_iri(publisher: Publisher, base: str) -> str:
    """Its own IRI, else a fragment of the dataset's."""
    return publisher.publisher.iri or f"{base}dataset#publisher"


def people(said: Statements, publisher: Publisher, base: str) -> None:
    """Who publishes, and whom to ask."""
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


def edition(said: Statements, publisher: Publisher, record: Described, *, sources: bool = False) -> NamedNode:
    """A version with its files; with `sources`, also each of them that its ingestion used."""
    manifest = record.manifest
    node = said.about(NamedNode(version_iri(manifest)), {"a": term("dcat:Dataset")})
    before = _before(manifest)
    content(said, node, publisher, record)
    said.about(
        node,
        {
            "dcterms:title": titled(publisher, manifest),
            "dcterms:isVersionOf": NamedNode(f"{manifest.base_iri}dataset"),
            "dcat:isVersionOf": NamedNode(f"{manifest.base_iri}dataset"),
            "dcat:version": manifest.version,
            "dcterms:identifier": node.value,
            "dcterms:issued": typed(manifest.created, "xsd:dateTime"),
            "prov:generatedAtTime": typed(manifest.created, "xsd:dateTime"),
            "spdx:checksum": authorities.sha256(
                said, NamedNode(f"{node.value}#checksum"), manifest.checksum.removeprefix("sha256:")
            ),
            "dcat:previousVersion": before,
            "prov:wasRevisionOf": before,
            "prov:wasGeneratedBy": _ingestion(said, node, record, sources=sources),
            "dcat:landingPage": _page(said, f"{node.value}.html"),
            "dcat:distribution": [_dump(said, publisher, manifest, dump) for dump in record.dumps],
            "void:dataDump": [NamedNode(f"{node.value}/{dump.name}") for dump in record.dumps],
        },
    )
    return node


def _before(manifest: Manifest) -> NamedNode | None:
    """The version that it was made from."""
    if manifest.previous is None:
        return None
    return NamedNode(f"{manifest.base_iri}dataset/{manifest.previous:06}")


def titled(publisher: Publisher, manifest: Manifest) -> Words:
    """A version's title."""
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
    """A file as a distribution; its content, which has a checksum of its own, as a part of it."""
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
    """The availability of what this site serves: as long as the publisher keeps it."""
    return authorities.value(said, authorities.eu("planned-availability", "AVAILABLE"))


def _period(said: Statements, node: NamedNode, publisher: Publisher, statistics: Statistics | None) -> NamedNode | None:
    """The publisher's dates, else the years of the data; None where neither is known."""
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
    """None where there is no year of four digits; a version made before may have counted any integer as one."""
    return date(year, month, day) if year is not None and 1000 <= year <= MAXYEAR else None


def _page(said: Statements, address: str | None) -> NamedNode | None:
    return None if address is None else said.about(NamedNode(address), {"a": term("foaf:Document")})


def _mail(address: str | None) -> NamedNode | None:
    return None if address is None else NamedNode(f"mailto:{address}")
