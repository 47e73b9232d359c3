"""Answer / and /index.html (the home page), /health (the server's state) and /metrics."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.ontology import terms
from jixiao.ontology.places import places
from jixiao.server.editions.protocols import Edition
from jixiao.server.http.negotiation import HTML, JSON_LD, RESOURCES, TURTLE, choose
from jixiao.server.http.signposting import Link, header
from jixiao.server.linked_data import kinds, tables
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views.published import answer_from, views
from jixiao.server.views.questions.published import examples
from jixiao.store.index.results import Choice
from jixiao.store.records import SourceRecord

router = APIRouter()

_FRESH = {"Cache-Control": "no-store"}
MANY = 20
"""Number of sources that the home page lists at most."""
_LEADING = {"basis": 5, "org": 5, "year": 20, "place": 40}
"""Numbers of cited documents, bodies, years and provinces that the home page lists; those with most projects are
listed."""

_ASKED = ("projects-citing", "spending", "projects", "indicators", "bodies")
"""Views for each of which the home page shows an example question."""

_LINKS = (
    Link("/dataset.ttl", "describedby", TURTLE.media_type),
    Link("/dataset.jsonld", "describedby", JSON_LD.media_type),
    Link("/sitemap.xml", "sitemap", "application/xml"),
    Link("/sparql", "service-desc", TURTLE.media_type),
    Link("/openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
    Link("/dataset", "collection", HTML.media_type),
)
"""Links for programs that start at the root (RFC 8288, RFC 8631)."""


@router.get("/", summary="首页 · home")
def home(request: Request, service: ServiceDep) -> Response:
    """Answer with the home page; redirect (303) clients that only take RDF to /dataset. Raises NotAcceptableError."""
    if choose(request.headers.get("accept"), None, RESOURCES) != HTML:
        return RedirectResponse("/dataset", status_code=303, headers={"Vary": "Accept", **header(_LINKS)})
    return index(service)


@router.get("/favicon.ico", include_in_schema=False)
def icon() -> Response:
    """Redirect to the site's icon; browsers ask here beside a picture, which names no icon."""
    return RedirectResponse("/static/icon.svg", status_code=301)


@router.get("/index.html", include_in_schema=False)
def index(service: ServiceDep) -> Response:
    """Answer with the home page in HTML, whatever the client accepts; it also works while nothing is published."""
    now = service.store.current()
    return service.pages.html(
        "home.html",
        headers=header(_LINKS),
        views=tuple(views(service).values()),
        kinds=kinds.KINDS,
        leading={kind: _leading(service, now, kind, most) for kind, most in _LEADING.items()},
        questions=examples(service, _ASKED),
        **({"manifest": None, "sources": None} if now is None else _data(service, now)),
    )


def _data(service: Service, now: Edition) -> dict[str, Any]:
    """Return the manifest, a table of sources, and what tells which of all sources these are.

    Raises the errors of Pool.run.
    """
    live = _live(service, now)
    names = {f"{service.store.base_iri}id/source/{record.sha16}": record.file_name for record in live}
    return {
        "manifest": now.manifest,
        "sources": tables.listed(service, now, "source", names),
        "all_sources": now.manifest.counts.sources,
        "by_identifier": now.members(terms.SourceDocument, 0, 1) is not None,
    }


def _leading(service: Service, now: "Edition | None", kind: str, most: int) -> list[Choice]:
    """Return the `most` values of a kind (a key of _LEADING) with most projects, none for data without an index.

    Bodies are those that answer for the projects, with the names and numbers of the view `bodies`. Places within
    provinces are left out. Raises the errors of Pool.run.
    """
    if now is None or now.index is None:
        return []
    if kind == "org":
        rows = answer_from(service, now, views(service)["bodies"], {"limit": str(most + 1)}).rows
        named = [row for row in rows if row["departmentIri"]]  # projects of no known body have a row, too
        bodies = ((str(row["departmentIri"]), str(row["department"]), row["projects"]) for row in named[:most])
        return [Choice(iri, name, int(projects or 0), iri) for iri, name, projects in bodies]
    values = now.index.choices(kind, limit=len(places()) if kind == "place" else most)
    if kind == "place":
        values = [each for each in values if places()[each.iri.rpartition("/")[2]].level == "province"]
    return values[:most]


def _live(service: Service, now: Edition) -> Sequence[SourceRecord]:
    """Return up to MANY live sources, ordered by file name; if there are more, those with the first IRIs in order."""
    listed = now.members(terms.SourceDocument, 0, MANY)
    if listed is None:
        return [record for record in service.store.sources() if record.live][:MANY]
    records = (now.sources[iri.rpartition("/")[2]] for iri in listed)
    return sorted(records, key=lambda record: (record.file_name, record.sha256))


@router.get("/health/ready", summary="能否回答 · readiness")
@router.get("/health", summary="能否回答 · readiness")
async def health(service: ServiceDep) -> Response:
    """Answer 200 if a query on the current generation succeeds now or did a moment ago, otherwise 503.

    `damaged_files` is the number of the store's files that were damaged when they were last compared with their
    checksums, null if they were not yet; the log names them.
    """
    return JSONResponse(
        {"status": "ok", "dataset_version": await service.alive(), "damaged_files": service.liveness.damaged_files},
        headers=_FRESH,
    )


@router.get("/health/live", summary="进程在不在 · liveness")
async def live() -> Response:
    """Answer 200 as long as the process runs, without using the store or the workers."""
    return JSONResponse({"status": "ok"}, headers=_FRESH)


@router.get("/metrics", summary="Prometheus 指标 · metrics for Prometheus")
async def metrics(request: Request) -> Response:
    """Answer with Prometheus' text format, or with OpenMetrics if the client accepts it; wait for no thread."""
    counted: Metrics = request.app.state.metrics
    request.app.state.service.observe()
    content, content_type = counted.page(request.headers.get("accept", ""))
    return Response(content, headers={"Content-Type": content_type, "Vary": "Accept", **_FRESH})
