"""Answer /sitemap.xml with addresses for search engines, and /robots.txt with those that are too costly to crawl.

The sitemap follows sitemaps.org's protocol 0.9; its addresses are absolute, on the host of the request. With more than
50,000 addresses it is an index of parts (/sitemap-org-1.xml). The parts are at the site's root, because a part may only
list addresses below its own folder. /robots.txt follows RFC 9309.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from jixiao.ontology import identity, terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language, requests
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.views.published import views
from jixiao.shapes.catalogue import BUNDLES
from jixiao.store.description.dcat import schemes

router = APIRouter()

MOST = 50_000
"""Most addresses per file (sitemaps.org, on index files)."""

_LISTS = {
    **{kind: (of_class, f"/doc/{kind}/") for kind, of_class in identity.COLLECTIONS.items()},
    "lines": (terms.SourceDocument, "/source/"),
}
"""The parts of the sitemap by name: the class of the things in a part, and the beginning of their addresses."""

_DISALLOWED = ("/sparql", "/search?", "/ask?", "/views/*?*", "/tables/*?*", "/quality*?*", "/dataset/cite?")


@router.get("/robots.txt", summary="给爬虫的规则 · rules for crawlers")
def robots(request: Request, service: ServiceDep) -> Response:
    """Answer with rules that exclude only answers to queries, of which there are endlessly many."""
    root = service.settings.root_path
    lines = [
        "User-agent: *",
        f"Allow: {root}/sparql$",
        *(f"Disallow: {root}{path}" for path in _DISALLOWED),
        "",
        f"Sitemap: {language.wish().site(service.store.base_iri)}/sitemap.xml",
    ]
    return Response("\n".join(lines) + "\n", headers={"Content-Type": "text/plain; charset=utf-8"})


@router.get("/sitemap.xml", summary="网站地图 · sitemap")
def sitemap(request: Request, service: ServiceDep) -> Response:
    """Answer with all addresses, or, if they are too many, with an index of parts. Raises NothingPublishedError."""
    now, pages = service.generation(), _pages(service)
    counts = {name: now.member_count(of_class) or 0 for name, (of_class, _) in _LISTS.items()}
    if len(pages) + sum(counts.values()) <= MOST:
        things = (path for name in _LISTS for path in _members(service, now, name, 0))
        return _answer(request, service, now, chain(pages, things))
    parts = (f"/sitemap-{name}-{n + 1}.xml" for name, count in counts.items() for n in range(-(-count // MOST)))
    return _answer(request, service, now, chain(["/sitemap-pages-1.xml"], parts), "sitemap")


@router.get("/sitemap-{name}-{number}.xml", include_in_schema=False)
def part(name: str, number: str, request: Request, service: ServiceDep) -> Response:
    """Answer with one part: general pages, or the pages of the things of a class. Raises NotInStoreError."""
    now = service.generation()
    start = (int(number) - 1) * MOST if number.isascii() and number.isdecimal() and len(number) < 6 else -1
    if name == "pages" and start == 0:
        return _answer(request, service, now, _pages(service))
    if name not in _LISTS or not 0 <= start < (now.member_count(_LISTS[name][0]) or 0):
        raise requests.missing(f"/sitemap-{name}-{number}.xml")
    return _answer(request, service, now, _members(service, now, name, start))


def _pages(service: Service) -> tuple[str, ...]:
    """Return the addresses of general pages, which are not about one thing of the dataset."""
    whole = (view.name for view in views(service).values() if not any(each.required for each in view.params))
    return (
        "/",
        "/dataset",
        *(f"/dataset/{record.version}" for record in service.store.versions() if record.manifest.generation),
        "/dataset/cite",
        "/ontology",
        "/shapes",
        *(f"/shapes/{bundle}" for bundle in BUNDLES),
        *(f"/{name}" for name in schemes()),
        "/views",
        *(f"/views/{name}" for name in whole),
        "/quality",
        "/sparql",
        *(f"/doc/{kind}" for kind in identity.COLLECTIONS),
    )


def _members(service: Service, now: Edition, name: str, start: int) -> Iterator[str]:
    """Yield the addresses of the pages of up to MOST things of the list `name`, from the index `start` on."""
    of_class, pages = _LISTS[name]
    below = f"{service.store.base_iri}id/{'source' if name == 'lines' else name}/"
    for iri in now.members(of_class, start, MOST) or ():
        if iri.startswith(below):
            yield pages + iri.removeprefix(below)


def _answer(request: Request, service: Service, now: Edition, paths: Iterable[str], inner: str = "url") -> Response:
    """Return the response with a sitemap of paths of this site, each in an element named `inner`."""
    here, made = language.wish().site(service.store.base_iri), datetime.fromisoformat(now.manifest.created)
    validator = conditional.Validator.of("sitemap", request.url.path, here, version(now), modified=made)

    def document() -> str:
        outer = "urlset" if inner == "url" else "sitemapindex"
        entries = "".join(
            f"<{inner}><loc>{escape(here + path)}</loc><lastmod>{made.date()}</lastmod></{inner}>\n" for path in paths
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{"http://www.sitemaps.org/schemas/sitemap/0.9"}">\n{entries}</{outer}>\n'

    return validator.response(request, {"Content-Type": "application/xml"}, document)
