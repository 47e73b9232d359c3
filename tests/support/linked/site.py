"""A site of linked data as a stranger's program sees it: addresses come in, answers and graphs go out.

IRIs below the dataset's base are asked for at the site's own address, so that a copy on any host can be judged.
"""

from __future__ import annotations

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
    """What a `Link` header links to, absolute; `type` is the media type there, empty where it is not said."""

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
        """Where an IRI is asked for."""
        return self.url + iri.removeprefix(self.base) if iri.startswith(self.base) else urljoin(self.url, iri)

    def get(self, iri: str, accept: str = "*/*", method: str = "GET", **headers: str) -> httpx.Response:
        """One answer, redirects not followed."""
        self.asked += 1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, urldefrag(self.at(iri))[0], headers={"Accept": accept, **named})

    def arrive(self, iri: str, accept: str = "*/*") -> httpx.Response:
        """The answer at the end of all redirects, of which there are five at most."""
        answer = self.get(iri, accept)
        for _ in range(5):
            if not answer.is_redirect:
                break
            answer = self.get(urljoin(str(answer.url), answer.headers["location"]), accept)
        return answer

    def graph(self, iri: str, accept: str = RDF_ONLY) -> list[Quad]:
        """What the answer says. Raises ValueError where it is no RDF, SyntaxError where it does not parse."""
        return quads(self.arrive(iri, accept), self.base)


def quads(answer: httpx.Response, base: str) -> list[Quad]:
    """The answer's graph. Raises ValueError where it is no RDF, SyntaxError where it does not parse."""
    kind = media_type(answer)
    if answer.status_code != 200 or kind not in FORMS:
        raise ValueError(f"{answer.url}: {answer.status_code} {kind}")
    return list(parse(answer.content, format=FORMS[kind], base_iri=base))


def media_type(answer: httpx.Response) -> str:
    """Without its parameters."""
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip()


def linked(answer: httpx.Response) -> list[Target]:
    """The answer's `Link` header (RFC 8288)."""
    found = []
    for target, written in _LINK.findall(answer.headers.get("link", "")):
        said = dict(_PARAMETER.findall(written))
        to = urljoin(str(answer.url), target)
        found += [Target(rel, to, said.get("type", "")) for rel in said.get("rel", "").split()]
    return found


def iris(graph: list[Quad]) -> set[str]:
    """Every IRI in the graph, without fragments."""
    return {
        urldefrag(term.value)[0]
        for quad in graph
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }


def values(graph: list[Quad], subject: str, predicate: str) -> list[str]:
    """What a graph says of a thing by a property, as text."""
    found = [q.object for q in graph if q.predicate.value == predicate and getattr(q.subject, "value", "") == subject]
    return [value.value for value in found if hasattr(value, "value")]
