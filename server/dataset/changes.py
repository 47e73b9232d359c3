"""Answer /dataset/changes.atom: a feed (RFC 4287) of the sources that arrived, replaced others, or were withdrawn."""

from heapq import nlargest
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from jixiao.ontology.grouping import by_key
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language
from jixiao.server.pages.findings import unless_limited
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.store import SourceRecord

router = APIRouter()

_MOST = 100  # entries
_MEDIA_TYPE = "application/atom+xml"


@router.get("/dataset/changes.atom", summary="新增和有变的申报 · new and changed filings")
def changes(request: Request, service: ServiceDep) -> Response:
    """Answer with the latest changes. Raises NothingPublishedError."""
    now = service.generation()
    wish = language.wish()
    publisher = service.store.publisher()
    here = wish.site(service.store.base_iri)
    validator = conditional.Validator.of("changes", here, wish.language, version(now), publisher.model_dump_json())

    def document() -> str:
        latest = nlargest(_MOST, (each for each in now.sources.values() if each.status != "replaced"), key=_changed)
        return service.pages.text(
            "changes.atom",
            here=here,
            base=service.store.base_iri,
            publisher=publisher,
            updated=now.manifest.created,
            sources=[(each, _changed(each)[0]) for each in latest],
            names=unless_limited(lambda: service.on_current(lambda edition: _names(service, edition, latest)), {}),
        )

    return validator.response(request, {"Content-Type": _MEDIA_TYPE, "Vary": wish.vary}, document)


def _changed(record: SourceRecord) -> tuple[str, str]:
    return record.ended or record.added, record.sha16


def _names(service: Service, now: Edition, records: list[SourceRecord]) -> dict[str, list[str]]:
    """Return body and year of the filings of sources, by sha16."""
    nodes = {iri for record in records if record.live for iri in record.filings}
    rows: list[Any] = service.rows(now, bind(query("filed-by"), {"node": list(map(NamedNode, nodes))})) if nodes else []
    named = {row["filing"]["value"]: [row[name]["value"] for name in ("body", "year") if name in row] for row in rows}
    pairs = ((record.sha16, iri) for record in records for iri in record.filings)
    return by_key((sha16, " ".join(named[iri])) for sha16, iri in pairs if iri in named)
