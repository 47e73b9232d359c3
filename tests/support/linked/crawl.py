"""Crawl a site: follow the IRIs in its graphs, or the links in its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import lxml.html

from tests.support.linked.site import BROWSER, FORMS, RDF_ONLY, Site, iris, linked, media_type, quads

_DYNAMIC = ("/sparql", "/lookup", "/health", "/metrics")
_FINE = (200, 410)


@dataclass
class Reached:
    """The addresses requested below the site's root, and the faults found in them."""

    addresses: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def by_graphs(site: Site, most: int = 100_000) -> Reached:
    """Crawl from the root with RDF `Accept` headers only; follow each IRI below the base, and `next` in headers."""
    reached = Reached()
    waiting = [site.base]
    while waiting and len(reached.addresses) < most:
        iri = waiting.pop()
        if iri in reached.addresses:
            continue
        reached.addresses.add(iri)
        answer = site.arrive(iri, RDF_ONLY)
        kind = media_type(answer)
        if answer.status_code not in _FINE and not (answer.status_code == 406 and not _is_data(site, iri)):
            reached.faults.append(f"{iri}: {answer.status_code} {kind}")
        if answer.status_code != 200 or kind not in FORMS:
            continue
        try:
            graph = quads(answer, site.base)
        except SyntaxError as error:
            reached.faults.append(f"{iri}: {error}")
            continue
        more = {link.target.replace(site.url, site.base, 1) for link in linked(answer) if link.rel == "next"}
        waiting += [found for found in iris(graph) | more if found.startswith(site.base)]
    reached.faults += _left(waiting, reached)
    return reached


def by_pages(site: Site, most: int = 100_000) -> Reached:
    """Crawl from the root as a browser; follow the links in pages, with a query string only for lists (`page=`).

    The fragment of each link must exist in its page.
    """
    reached = Reached()
    waiting = [site.url]
    anchors: dict[str, set[str]] = {}
    wanted: set[tuple[str, str, str]] = set()
    while waiting and len(reached.addresses) < most:
        url = waiting.pop()
        if url in reached.addresses:
            continue
        reached.addresses.add(url)
        answer = site.arrive(url, BROWSER)
        if answer.status_code not in _FINE:
            reached.faults.append(f"{url}: {answer.status_code}")
        if answer.status_code != 200 or media_type(answer) != "text/html":
            continue
        page = lxml.html.document_fromstring(answer.content, parser=lxml.html.HTMLParser(encoding="utf-8"))
        anchors[url] = {unquote(each) for each in page.xpath("//@id")}
        for target, fragment in _targets(site, str(answer.url), page):
            wanted.add((url, target, fragment))
            waiting.append(target)
    for url, target, fragment in sorted(wanted):
        if fragment and target in anchors and unquote(fragment) not in anchors[target]:
            reached.faults.append(f"{url} → {target}#{fragment}: no such place")
    reached.faults += _left(waiting, reached)
    return reached


def _left(waiting: list[str], reached: Reached) -> Iterator[str]:
    """Report a fault if a crawl ended with addresses left."""
    left = set(waiting) - reached.addresses
    if left:
        yield f"stopped at {len(reached.addresses):,} addresses, {len(left):,} more were known: {min(left)} …"


def _targets(site: Site, here: str, page: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    for _, attribute, link, _ in page.iterlinks():
        target, fragment = urldefrag(urljoin(here, link))
        parts = urlsplit(target)
        local = target.startswith(site.url) and not parts.path.startswith(_DYNAMIC)
        if attribute in ("href", "src") and local and (not parts.query or parts.query.startswith("page=")):
            yield target, fragment


def _is_data(site: Site, iri: str) -> bool:
    """Tell if an IRI must have RDF: names of things do, files and services need not."""
    return iri.removeprefix(site.base).partition("/")[0] in ("id", "doc", "graph", "dataset", "")
