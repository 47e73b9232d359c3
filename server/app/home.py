"""Answer / and /index.html (the home page), /health (the server's state) and /metrics."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.ontology.places import places
from jixiao.server.apps.charts.tiles import tiles
from jixiao.server.box.published import examples
from jixiao.server.http.negotiation import HTML, JSON_LD, RESOURCES, TURTLE, choose
from jixiao.server.http.signposting import Link, header
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime.service import ServiceDep

router = APIRouter()

_FRESH = {"Cache-Control": "no-store"}
_YEARS = 20
"""Number of years that the home page draws at most; those with most projects are drawn."""

_ASKED = 3
"""Number of example questions on the home page."""

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
    """Redirect /favicon.ico to the site's icon, for browsers that show a picture alone, which names no icon."""
    return RedirectResponse("/static/icon.svg", status_code=301)


@router.get("/index.html", include_in_schema=False)
def index(service: ServiceDep) -> Response:
    """Answer with the home page in HTML, whatever the client accepts; it also works while nothing is published."""
    now = service.store.current()
    known = None if now is None else now.index
    chosen = known.choices("place", limit=len(places())) if known else ()
    counts = {each.iri.rpartition("/")[2]: each.projects for each in chosen}
    provinces = {code: projects for code, projects in counts.items() if places()[code].level == "province"}
    return service.pages.html(
        "home.html",
        headers=header(_LINKS),
        questions=examples(service, _ASKED),
        manifest=None if now is None else now.manifest,
        provinces=provinces,
        tiles=tiles(
            {
                code: {"count": number, "address": f"/views/projects?region={code}"}
                for code, number in provinces.items()
                if number
            }
        ),
        years=sorted(known.choices("year", limit=_YEARS, of="project"), key=lambda each: each.value) if known else (),
    )


@router.get("/health/ready", summary="能否回答 · readiness")
@router.get("/health", summary="能否回答 · readiness")
async def health(service: ServiceDep) -> Response:
    """Answer 200 if a query on the current generation succeeds now, otherwise 503.

    `damaged_files` is the number of the store's files that were damaged when they were last compared with their
    checksums, null if they were not yet; the log names them.
    """
    return JSONResponse(
        {
            "status": "ok",
            "dataset_version": await service.on_newest(service.alive),
            "damaged_files": service.damaged_files,
        },
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
