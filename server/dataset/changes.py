"""List the sources that arrived, replaced others, or were withdrawn: /dataset/changes and /dataset/changes.atom.

The latter is a feed (RFC 4287).
"""

from heapq import nlargest
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language, requests
from jixiao.server.http.negotiation import HTML, SEARCHES, choose
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service, ServiceDep, unless_limited, version
from jixiao.store import SourceRecord

router = APIRouter()

_MOST = 100  # sources


class Change(NamedTuple):
    """A source that arrived or ended at a time.

    `filings` has IRI, body and year of each filing of the source; body and year are None if they are not known.
    """

    source: SourceRecord
    time: str
    filings: tuple[tuple[str, str | None, str | None], ...]

    @property
    def event(self) -> str:
        """Return `withdrawn`, `changed` if the source replaced others, otherwise `new`."""
        if not self.source.live:
            return "withdrawn"
        return "changed" if self.source.replaces else "new"

    @property
    def names(self) -> list[str]:
        """Body and year of each filing as one text, as far as known; filings of which neither is known are left out."""
        return [" ".join(filter(None, (body, year))) for _, body, year in self.filings if body or year]


@router.get("/dataset/changes", summary="新增和有变的申报 · new and changed filings")
def changes(request: Request, service: ServiceDep) -> Response:
    """Answer with the latest changes as a page or as JSON. Raises NothingPublishedError."""
    form = choose(request.headers.get("accept"), requests.only(request, "format"), SEARCHES)
    language.settle(form)
    now = service.generation()
    latest = _latest(service, now)
    if form == HTML:
        return service.pages.html("changes.html", changes=latest, most=_MOST)
    return JSONResponse(
        {"dataset_version": now.version, "changes": [_as_json(service.store.base_iri, each) for each in latest]},
        headers={"Vary": "Accept"},
    )


@router.get("/dataset/changes.atom", summary="新增和有变的申报 · new and changed filings")
def feed(request: Request, service: ServiceDep) -> Response:
    """Answer with the latest changes as a feed. Raises NothingPublishedError."""
    now = service.generation()
    wish = language.wish()
    publisher = service.store.publisher()
    here = wish.site(service.store.base_iri)
    validator = conditional.Validator.of("changes", here, wish.language, version(now), publisher.model_dump_json())

    def document() -> str:
        return service.pages.text(
            "changes.atom",
            here=here,
            base=service.store.base_iri,
            publisher=publisher,
            updated=now.manifest.created,
            changes=_latest(service, now),
        )

    headers = {"Content-Type": "application/atom+xml; charset=utf-8", "Vary": wish.vary}
    return validator.response(request, headers, document)


def _latest(service: Service, now: Edition) -> list[Change]:
    """Return the latest changes, at most _MOST, the last one first; replaced sources are left out.

    Body and year of the filings are None if a limit stops the query for them.
    """
    records = nlargest(_MOST, (each for each in now.sources.values() if each.status != "replaced"), key=_changed)
    named = unless_limited(lambda: service.on_current(lambda edition: _names(service, edition, records)), {})
    return [
        Change(
            each,
            _changed(each)[0],
            tuple((iri, *named.get(iri, (None, None))) for iri in each.filings),
        )
        for each in records
    ]


def _changed(record: SourceRecord) -> tuple[str, str]:
    return record.ended or record.added, record.sha16


def _names(service: Service, now: Edition, records: list[SourceRecord]) -> dict[str, tuple[str | None, str | None]]:
    """Return body and year (None if unknown) of each filing of the live sources in `records`, by the filing's IRI."""
    nodes = {iri for record in records if record.live for iri in record.filings}
    rows: list[Any] = service.rows(now, bind(query("filed-by"), {"node": list(map(NamedNode, nodes))})) if nodes else []
    return {
        row["filing"]["value"]: (row.get("body", {}).get("value"), row.get("year", {}).get("value")) for row in rows
    }


def _as_json(base: str, change: Change) -> dict[str, object]:
    source = change.source
    return {
        "event": change.event,
        "time": change.time,
        "source": f"{base}id/source/{source.sha16}",
        "file_name": source.file_name,
        "projects": len(source.projects),
        "evaluations": len(source.evaluations),
        "filings": [{"iri": iri, "body": body, "year": year} for iri, body, year in change.filings],
        "addresses": [each.address for each in source.origins],
        "replaces": [f"{base}id/source/{sha16}" for sha16 in source.replaces],
    }
