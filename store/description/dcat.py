"""Describe the dataset and its versions in DCAT 3 and VoID, from the publisher's file and the records of versions.

Every node has an IRI, if need be a fragment of the dataset's or version's IRI. Sources: DCAT 3; VoID (W3C note of
2011); DCAT-AP 3.0.1, which requires the class of each value to be stated.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from pyoxigraph import NamedNode, Triple

from jixiao.ontology import terms
from jixiao.ontology.collections import COLLECTIONS
from jixiao.ontology.reference import reference
from jixiao.store.description import authorities
from jixiao.store.description.counted import counted
from jixiao.store.description.edition import (
    Described,
    available,
    common,
    content,
    dump_iri,
    edition,
    languages,
    people,
    publisher_iri,
    resource,
    version_iri,
)
from jixiao.store.description.publisher import Publisher, Words
from jixiao.store.description.statements import Statements, Value, term, typed
from jixiao.store.records import Statistics
from jixiao.store.versions.releases import Release

_Record = TypeVar("_Record", bound=Described)
_NO_RELEASES: Mapping[str, Release] = MappingProxyType({})

LISTED = 12
"""Number of newest versions in the dataset's description, beside releases; each links to the version before it."""

_ENDPOINT = Words(zh="SPARQL 端点", en="SPARQL endpoint")
_QUERIED = Words(
    zh="用 SPARQL 1.1 查询数据集的当前版本。", en="Queries of the current version of the dataset, in SPARQL 1.1."
)
_RESULTS = ("JSON", "XML", "CSV", "TSV", "RDF_TURTLE", "RDF_N_TRIPLES", "RDF_XML", "JSON_LD", "RDF_TRIG", "RDF_N_QUADS")
_FEATURES = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
_PROVENANCE = Words(
    zh="由各单位公开的申报表逐份读出，经 SHACL 规则检查后合并；每个事实都记有来源文件和所在的行。",
    en="Read from the filings that public bodies publish, checked with SHACL shapes and merged;"
    " every fact names its source document and the line where it stands.",
)
_FINDINGS = Words(
    zh="SHACL 规则在申报表中发现的问题数，含已认可的。",
    en="Findings of the SHACL rules in the filings, accepted ones included.",
)
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"


def listed(versions: Sequence[_Record], releases: Container[str]) -> tuple[_Record, ...]:
    """Select the versions that the dataset's description lists, in their order: the newest, and older releases."""
    older = (record for record in versions[LISTED:] if record.manifest.version in releases)
    return *versions[:LISTED], *older


def dataset(
    publisher: Publisher, versions: Sequence[Described], releases: Mapping[str, Release] = _NO_RELEASES
) -> tuple[Triple, ...]:
    """Describe the dataset, its catalogue, its endpoint and the listed versions; versions[0] is the current one."""
    said = Statements()
    current, base = versions[0], versions[0].manifest.base_iri
    node = said.about(NamedNode(f"{base}dataset"), {"a": term("dcat:Dataset")})
    content(said, node, publisher, current)
    _documents(said, node, publisher, base)
    _beginnings(said, node, current, base)
    said.about(
        node,
        {
            "dcterms:title": publisher.title,
            **_dates(publisher, versions),
            "dcterms:identifier": node.value,
            "dcat:version": current.manifest.version,
            "dcat:distribution": _by_query(said, node, publisher, base),
        },
    )
    if current.manifest.generation:  # a remote endpoint has no versions, and its generation is 0
        _versions(said, node, publisher, versions, releases)
    if current.statistics is not None:
        counted(said, node, current.statistics)
        _quality(said, node, current.statistics)
    people(said, publisher, base)
    _endpoint(said, node, publisher, base)
    _catalogue(said, node, publisher, versions)
    return said.triples()


def _versions(
    said: Statements,
    node: NamedNode,
    publisher: Publisher,
    versions: Sequence[Described],
    releases: Mapping[str, Release],
) -> None:
    current = versions[0]
    newest = version_iri(current.manifest)
    said.about(
        node,
        {
            "prov:wasGeneratedBy": NamedNode(f"{newest}#ingestion"),
            "dcat:hasCurrentVersion": NamedNode(newest),
            "dcat:hasVersion": [
                edition(said, publisher, record, releases.get(record.manifest.version))
                for record in listed(versions, releases)
            ],
            "dcat:distribution": [NamedNode(dump_iri(current.manifest, dump)) for dump in current.dumps],
            "void:dataDump": [NamedNode(f"{newest}/{dump.name}") for dump in current.dumps],
        },
    )


def version(publisher: Publisher, record: Described, release: Release | None = None) -> tuple[Triple, ...]:
    """Describe one version of the dataset, with its statistics and all of its sources."""
    said = Statements()
    node = edition(said, publisher, record, release, sources=True)
    if record.statistics is not None:
        counted(said, node, record.statistics)
    people(said, publisher, record.manifest.base_iri)
    return said.triples()


def _dates(publisher: Publisher, versions: Sequence[Described]) -> dict[str, Value]:
    """Return the publisher's dates, else those of the first and of the current version."""
    first, last = versions[-1].manifest.created, versions[0].manifest.created
    return {
        "dcterms:issued": publisher.issued or typed(first, "xsd:dateTime"),
        "dcterms:modified": publisher.modified or typed(last, "xsd:dateTime"),
    }


def _documents(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> None:
    """Describe the dataset's pages, provenance and standard, and the description itself."""
    page, cite = NamedNode(f"{base}dataset.html"), NamedNode(f"{base}dataset/cite")
    ontology = NamedNode(terms.JX.rstrip("#"))
    provenance = NamedNode(f"{node.value}#provenance")
    for document in (page, cite):
        said.about(document, {"a": term("foaf:Document")})
    said.about(ontology, {"a": term("dcterms:Standard"), "dcterms:title": Words(zh="绩效本体", en="Jixiao ontology")})
    said.about(provenance, {"a": term("dcterms:ProvenanceStatement"), "rdfs:label": _PROVENANCE})
    said.about(
        node,
        {
            "dcat:landingPage": page,
            "foaf:homepage": page,
            "foaf:page": cite,
            "dcterms:conformsTo": ontology,
            "dcterms:provenance": provenance,
            "rdfs:seeAlso": [NamedNode(f"{base}{name}") for name in ("ontology", "shapes", *schemes(), "views")],
        },
    )
    said.about(
        NamedNode(f"{node.value}#description"),
        {
            "a": [term("void:DatasetDescription"), term("foaf:Document")],
            "dcterms:title": Words(zh=f"{publisher.title.zh}：描述", en=f"{publisher.title.en}: description"),
            "dcterms:creator": NamedNode(publisher_iri(publisher, base)),
            "foaf:primaryTopic": node,
        },
    )


def _beginnings(said: Statements, node: NamedNode, current: Described, base: str) -> None:
    """State the entry points for programs that read the dataset (VoID, sections 3 and 4)."""
    classes = current.statistics.classes if current.statistics else {}
    said.about(
        node,
        {
            "void:rootResource": [NamedNode(f"{base}id/{name}") for name in COLLECTIONS],
            "void:exampleResource": [NamedNode(classes[c].example) for c in COLLECTIONS.values() if c in classes],
            "void:uriSpace": f"{base}id/",
            "void:sparqlEndpoint": NamedNode(f"{base}sparql"),
            "void:feature": [NamedNode(terms.FORMATS + name) for name in _FEATURES],
        },
    )


def _by_query(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> NamedNode:
    """Describe the endpoint as a distribution of the dataset; return its node."""
    distribution = said.about(NamedNode(f"{node.value}#sparql"), {"a": term("dcat:Distribution")})
    common(said, distribution, publisher, base)
    results = authorities.eu("file-type", "SPARQLQRES")
    return said.about(
        distribution,
        {
            "dcterms:title": _ENDPOINT,
            "dcterms:description": _QUERIED,
            "dcterms:language": languages(said, publisher),
            "dcterms:format": authorities.value(said, results, "dcterms:MediaTypeOrExtent"),
            "dcat:accessURL": NamedNode(f"{base}sparql"),
            "dcat:accessService": NamedNode(f"{base}sparql"),
            "dcatap:availability": available(said),
        },
    )


def _quality(said: Statements, node: NamedNode, statistics: Statistics) -> None:
    """State the number of findings, including accepted ones (Data Quality Vocabulary, section 6)."""
    found = statistics.classes.get(terms.SH_ValidationResult)
    dimension = said.about(
        NamedNode(f"{node.value}#consistency"),
        {"a": [term("dqv:Dimension"), term("skos:Concept")], "skos:prefLabel": Words(zh="一致性", en="Consistency")},
    )
    metric = said.about(
        NamedNode(f"{node.value}#findings"),
        {
            "a": term("dqv:Metric"),
            "skos:definition": _FINDINGS,
            "dqv:expectedDataType": term("xsd:integer"),
            "dqv:inDimension": dimension,
            "rdfs:seeAlso": NamedNode(f"{node.value.removesuffix('dataset')}shapes"),
        },
    )
    measured = said.about(
        NamedNode(f"{node.value}#findings-counted"),
        {
            "a": term("dqv:QualityMeasurement"),
            "dqv:computedOn": node,
            "dqv:isMeasurementOf": metric,
            "dqv:value": 0 if found is None else found.entities,
        },
    )
    said.about(node, {"dqv:hasQualityMeasurement": measured})


def _endpoint(said: Statements, node: NamedNode, publisher: Publisher, base: str) -> None:
    endpoint = said.about(NamedNode(f"{base}sparql"), {"a": term("dcat:DataService")})
    protocol, schema = NamedNode(_PROTOCOL), NamedNode(f"{base}openapi.json")
    for each in (endpoint, schema):
        said.about(each, {"a": term("rdfs:Resource")})
    resource(said, endpoint, publisher, base)
    said.about(protocol, {"a": term("dcterms:Standard"), "dcterms:title": "SPARQL 1.1 Protocol"})
    said.about(
        endpoint,
        {
            "dcterms:title": _ENDPOINT,
            "dcterms:description": _QUERIED,
            "dcterms:conformsTo": protocol,
            "dcterms:format": [
                authorities.value(said, authorities.eu("file-type", code), "dcterms:MediaTypeOrExtent")
                for code in _RESULTS
            ],
            "dcat:endpointURL": endpoint,
            "dcat:endpointDescription": [endpoint, schema],
            "dcat:servesDataset": node,
        },
    )


def _catalogue(said: Statements, node: NamedNode, publisher: Publisher, versions: Sequence[Described]) -> None:
    """Describe the catalogue at the site's root, which lists this dataset and its endpoint."""
    base = versions[0].manifest.base_iri
    home = NamedNode(f"{base}index.html")
    catalogue = said.about(NamedNode(base), {"a": term("dcat:Catalog")})
    common(said, catalogue, publisher, base)
    said.about(home, {"a": term("foaf:Document")})
    said.about(
        catalogue,
        {
            "dcterms:title": Words(zh=f"{publisher.title.zh}：目录", en=f"{publisher.title.en}: catalogue"),
            "dcterms:description": publisher.description,
            **_dates(publisher, versions),
            "dcterms:language": languages(said, publisher),
            "dcterms:spatial": NamedNode(publisher.spatial.iri),
            "dcat:themeTaxonomy": authorities.themes(said),
            "foaf:homepage": home,
            "dcat:dataset": node,
            "dcat:service": NamedNode(f"{base}sparql"),
        },
    )


def schemes() -> tuple[str, ...]:
    """Return the addresses of the concept schemes below the base."""
    found = sorted(term.iri for term in reference().values() if term.kind == "scheme")
    return tuple(f"vocab/{iri.removeprefix(terms.VOCAB)}" for iri in found)
