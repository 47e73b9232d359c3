"""Describe the dataset and its versions in JSON-LD with schema.org's terms, for search engines.

The description follows Google's Dataset Search: one name, one description of at least 50 characters, and downloads with
their addresses.
"""

from typing import Any

from jixiao.server.editions.protocols import Version
from jixiao.store import Publisher
from jixiao.store.description.dcat import version_iri, version_title


def dataset(publisher: Publisher, current: Version) -> dict[str, Any]:
    """Return the description of the dataset as a whole, with the files of its current version."""
    base = current.manifest.base_iri
    return {
        "@context": "https://schema.org",
        "@id": f"{base}dataset",
        "name": publisher.title.zh,
        "alternateName": publisher.title.en,
        "url": f"{base}dataset",
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": base, "url": base, "name": publisher.title.zh},
        **_common(publisher, current),
    }


def version(publisher: Publisher, record: Version) -> dict[str, Any]:
    """Return the description of one version."""
    title = version_title(publisher, record.manifest)
    iri = version_iri(record.manifest)
    return {
        "@context": "https://schema.org",
        "@id": iri,
        "name": title.zh,
        "alternateName": title.en,
        "url": iri,
        "isPartOf": {"@type": "Dataset", "@id": f"{record.manifest.base_iri}dataset", "name": publisher.title.zh},
        **_common(publisher, record),
    }


def _common(publisher: Publisher, record: Version) -> dict[str, Any]:
    agent = publisher.publisher
    years = record.statistics
    start = publisher.temporal.start or (years.first_year if years else None)
    end = publisher.temporal.end or (years.last_year if years else None)
    organization = {"@type": "Organization", "name": agent.name.zh, "alternateName": agent.name.en}
    if agent.homepage or agent.iri:
        organization["url"] = agent.homepage or agent.iri or ""
    said: dict[str, Any] = {
        "@type": "Dataset",
        "description": f"{publisher.description.zh} {publisher.description.en}",
        "identifier": version_iri(record.manifest),
        "keywords": [*publisher.keywords.zh, *publisher.keywords.en],
        "license": publisher.license,
        "usageInfo": f"{record.manifest.base_iri}dataset/cite",
        "isAccessibleForFree": True,
        "inLanguage": ["zh", "en"],
        "creator": organization,
        "publisher": organization,
        "version": record.manifest.version,
        "datePublished": record.manifest.created,
        "dateModified": record.manifest.created,
        "spatialCoverage": {"@type": "Place", "@id": publisher.spatial.iri, "name": publisher.spatial.label.zh},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": dump.name,
                "contentUrl": f"{version_iri(record.manifest)}/{dump.name}",
                "encodingFormat": [dump.media_type, "application/gzip"],
                "contentSize": f"{dump.size} B",
                "sha256": dump.sha256,
            }
            for dump in record.dumps
        ],
    }
    if start or end:
        said["temporalCoverage"] = f"{start or '..'}/{end or '..'}"
    return said
