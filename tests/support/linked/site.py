"""Fetch answers and graphs from a site of linked data as any client program does.

IRIs below the dataset's base are requested at the site's own address, so that a copy on any host can be checked.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

import httpx
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

TURTLE = "text/turtle"
FORMS = {
    TURTLE: RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDF_ONLY = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7"

_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[a-z]+="[^"]*")*)')
_PARAMETER = re.compile(r'([a-z]+)="([^"]*)"')


@dataclass(frozen=True)
class Target:
    """The absolute target of a `Link` header; `type` is the stated media type, or empty."""

    rel: str
    target: str
    type: str


@dataclass
class Site:
    """The site at `url` (with its final slash), whose IRIs begin with `base`."""

    url: str
    base: str
    client: httpx.Client
    asked: int = field(default=0)

    def at(self, iri: str) -> str:
        """Return the address at which an IRI is requested."""
        return self.url + iri.removeprefix(self.base) if iri.startswith(self.base) else urljoin(self.url, iri)

    def get(self, iri: str, accept: str = "*/*", method: str = "GET", **headers: str) -> httpx.Response:
        """Send one request, without following redirects; `_` in names of headers stands for `-`."""
        self.asked += 1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, urldefrag(self.at(iri))[0], headers={"Accept": accept, **named})

    def arrive(self, iri: str, accept: str = "*/*") -> httpx.Response:
        """Follow at most five redirects and return the last answer."""
        answer = self.get(iri, accept)
        for _ in range(5):
            if not answer.is_redirect:
                break
            answer = self.get(urljoin(str(answer.url), answer.headers["location"]), accept)
        return answer

    def graph(self, iri: str, accept: str = RDF_ONLY) -> list[Quad]:
        """Fetch the graph of an IRI. Raises ValueError if the answer is not RDF, SyntaxError if it does not parse."""
        return quads(self.arrive(iri, accept), self.base)


def quads(answer: httpx.Response, base: str) -> list[Quad]:
    """Parse the graph of an answer. Raises ValueError if it is not RDF, SyntaxError if it does not parse."""
    kind = media_type(answer)
    if answer.status_code != 200 or kind not in FORMS:
        raise ValueError(f"{answer.url}: {answer.status_code} {kind}")
    return list(parse(answer.content, format=FORMS[kind], base_iri=base))


def media_type(answer: httpx.Response) -> str:
    """Return the media type of an answer without its parameters."""
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip()


def linked(answer: httpx.Response) -> list[Target]:
    """Parse the answer's `Link` header (RFC 8288)."""
    found = []
    for target, written in _LINK.findall(answer.headers.get("link", "")):
        said = dict(_PARAMETER.findall(written))
        to = urljoin(str(answer.url), target)
        found += [Target(rel, to, said.get("type", "")) for rel in said.get("rel", "").split()]
    return found


def iris(graph: list[Quad]) -> set[str]:
    """Collect every IRI in a graph, without fragments."""
    return {
        urldefrag(term.value)[0]
        for quad in graph
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }


def values(graph: list[Quad], subject: str, predicate: str) -> list[str]:
    """Return the values of a property of a subject, as text."""
    found = [q.object for q in graph if q.predicate.value == predicate and getattr(q.subject, "value", "") == subject]
    return [value.value for value in found if hasattr(value, "value")]
