"""Answer /dataset and /dataset/000003, descriptions of the dataset and of a version: pages, and DCAT and VoID as RDF.

store/description/dcat.py makes the triples from the store's records, without a query; this module gives them addresses,
negotiates their form and renders their pages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.ontology import identity, terms
from jixiao.server.editions import lookups
from jixiao.server.editions.metadata import Credit, last_modified
from jixiao.server.editions.protocols import Version
from jixiao.server.http import negotiation, requests
from jixiao.server.http.signposting import Link, describedby
from jixiao.server.rdf.graph_response import answer, redirect, requested_form, split_suffix
from jixiao.server.runtime.service import ServiceDep, version as generation_of
from jixiao.store import Dump, Publisher, Release
from jixiao.store.description import dcat

router = APIRouter()


@router.get("/.well-known/void", summary="数据集的描述 · the dataset's description")
def void(request: Request) -> Response:
    """Redirect (303) to the description (VoID, section 7.2)."""
    return redirect(request, "/dataset")


@router.get("/dataset", summary="数据集的描述 · the dataset's description")
@router.get("/dataset.{suffix}", include_in_schema=False)
def dataset(request: Request, service: ServiceDep) -> Response:
    """Answer with HTML, Turtle, N-Triples, JSON-LD or RDF/XML, by suffix or Accept.

    Raises NotInStoreError and NothingPublishedError.
    """
    named = requests.suffix(request, "/dataset", negotiation.RESOURCES)
    service.generation()
    form, publisher = requested_form(request, named), service.store.publisher()
    versions: Sequence[Version] = service.store.versions()
    releases = service.store.releases()
    chosen = dcat.listed(versions, releases)
    listed = tuple(lookups.seen(chosen))
    current, oldest = listed[0], [record for record in versions[-1:] if record not in chosen]
    credit = Credit.of(publisher, current.manifest)
    links = [
        *_links("/dataset", form, current, credit),
        Link("/sitemap.xml", "sitemap", "application/xml"),
        Link("/sparql", "service-desc", "text/turtle"),
    ]
    about = ("dataset", publisher.model_dump_json(), *_state(listed, releases))
    return answer(
        request,
        form,
        about=about,
        triples=lambda: service.kept(
            "description", about, lambda: dcat.dataset(publisher, (*listed, *oldest), releases)
        ),
        page=lambda: service.pages.html(
            "dataset.html",
            publisher=publisher,
            licence=_licence(publisher),
            credit=credit,
            current=current,
            versions=listed,
            releases=releases,
            others=len(versions) - len(listed),
            collections=identity.COLLECTIONS,
            about=_schema_org(publisher, current, is_whole=True),
            links=links,
        ),
        modified=max(last_modified(current.manifest, publisher), *(record.changed for record in listed)),
        links=links,
        prefixes=dcat.PREFIXES,
        first=(f"{service.store.base_iri}dataset", service.store.base_iri),
    )


@router.get("/dataset/{name}", summary="数据集的一个版本 · a version of the dataset")
def version(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a version's description, by suffix or Accept. Raises NotInStoreError, NothingPublishedError."""
    service.generation()
    stem, named = split_suffix(name)
    record = lookups.Seen.of(lookups.version(service.store, stem))
    form, publisher, path = requested_form(request, named), service.store.publisher(), f"/dataset/{record.version}"
    previous = record.manifest.previous
    links = [
        *_links(path, form, record, Credit.of(publisher, record.manifest)),
        Link("/dataset", "latest-version"),
        *([] if previous is None else [Link(f"/dataset/{previous:06}", "predecessor-version")]),
    ]
    now, releases = service.generation(), service.store.releases()
    release = releases.get(record.version)
    about = ("version", publisher.model_dump_json(), *_state([record], releases), generation_of(now))
    return answer(
        request,
        form,
        about=about,
        triples=lambda: service.kept("description", about, lambda: dcat.version(publisher, record, release)),
        page=lambda: service.pages.html(
            "version.html",
            publisher=publisher,
            licence=_licence(publisher),
            credit=Credit.of(publisher, record.manifest),
            record=record,
            release=release,
            readable={sha16 for sha16, source in now.sources.items() if source.status != "withdrawn"},
            about=_schema_org(publisher, record, is_whole=False),
            links=links,
        ),
        modified=max(last_modified(record.manifest, publisher), record.changed),
        links=links,
        prefixes=dcat.PREFIXES,
        first=(f"{service.store.base_iri}dataset/{record.version}",),
    )


def _links(path: str, form: negotiation.Form, record: lookups.Seen, credit: Credit) -> list[Link]:
    """Return the links of the dataset's or a version's page: its RDF, the version's files, licence and citation."""
    return [
        *describedby(path, form),
        Link(path, "canonical"),
        *(Link(f"/dataset/{record.version}/{dump.name}", "item", "application/gzip") for dump in record.dumps),
        *credit.links,
        Link(terms.SCHEMA_Dataset, "type"),
    ]


def _state(versions: Sequence[lookups.Seen], releases: Mapping[str, Release]) -> tuple[str, ...]:
    """Return values, for an ETag, that change whenever the descriptions of the versions change."""
    return tuple(
        " ".join(
            (
                record.version,
                record.manifest.checksum,
                repr(releases.get(record.version)),
                repr(record.dumped is None),
                *(dump.sha256 for dump in record.dumps),
            )
        )
        for record in versions
    )


def _licence(publisher: Publisher) -> str:
    """Return the licence's name for pages, or its IRI if the name is unknown."""
    return dcat.LICENCES[publisher.license][0] if publisher.license in dcat.LICENCES else publisher.license


def _schema_org(publisher: Publisher, record: lookups.Seen, *, is_whole: bool) -> dict[str, Any]:
    """Return the JSON-LD in schema.org's terms for a version or, with `is_whole`, for the dataset as of that version.

    The description is for search engines, after Google's Dataset Search: one name, one description of at least 50
    characters, and downloads with their addresses.
    """
    base = record.manifest.base_iri
    iri, title = dcat.version_iri(record.manifest), dcat.version_title(publisher, record.manifest)
    part_of: dict[str, Any] = {
        "isPartOf": {
            "@type": "Dataset",
            "@id": f"{base}dataset",
            "name": publisher.title.zh,
            "description": publisher.description.zh,
            "license": publisher.license,
        }
    }
    if is_whole:
        iri, title = f"{base}dataset", publisher.title
        part_of = {
            "includedInDataCatalog": {"@type": "DataCatalog", "@id": base, "url": base, "name": publisher.title.zh}
        }
    agent = publisher.publisher
    years = record.statistics
    start = publisher.temporal.start or (years.first_year if years else None)
    end = publisher.temporal.end or (years.last_year if years else None)
    organization = {"@type": "Organization", "name": agent.name.zh, "alternateName": agent.name.en}
    if agent.homepage or agent.iri:
        organization["url"] = agent.homepage or agent.iri or ""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": iri,
        "name": title.zh,
        "alternateName": title.en,
        "url": iri,
        **part_of,
        "@type": "Dataset",
        "description": f"{publisher.description.zh} {publisher.description.en}",
        "identifier": dcat.version_iri(record.manifest),
        "keywords": [*publisher.keywords.zh, *publisher.keywords.en],
        "license": publisher.license,
        "usageInfo": f"{base}dataset/cite",
        "isAccessibleForFree": True,
        "inLanguage": ["zh", "en"],
        "creator": organization,
        "publisher": organization,
        "version": record.manifest.version,
        "datePublished": record.manifest.created,
        "dateModified": record.manifest.created,
        "spatialCoverage": {"@type": "Place", "@id": publisher.spatial.iri, "name": publisher.spatial.label.zh},
        "distribution": [_download(record, dump) for dump in record.dumps],
    }
    if start or end:
        said["temporalCoverage"] = f"{start or '..'}/{end or '..'}"
    return said


def _download(record: lookups.Seen, dump: Dump) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": dump.name,
        "contentUrl": f"{dcat.version_iri(record.manifest)}/{dump.name}",
        "encodingFormat": [dump.media_type, "application/gzip"],
        "contentSize": f"{dump.size} B",
        "sha256": dump.sha256,
    }
