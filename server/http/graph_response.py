"""Triples come in with the request, the answer goes out in the form asked for: what all linked-data pages share.

One form is one body: the same triples give the same bytes, so tags may be strong. RDF is written in an order of its own
(the thing described first, types before other properties), with the prefixes it uses, JSON-LD with a context of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.server.http import json_ld
from jixiao.server.http.conditional import Validator
from jixiao.server.http.negotiation import HTML, JSON_LD, RDF_XML, RESOURCES, SHORT, TRIG, TURTLE, Form, choose
from jixiao.server.http.rdf_xml import well_formed
from jixiao.server.http.signposting import Link, header
from jixiao.server.http.turtle import turtle

SUFFIXES = {f".{form.name}": form.name for form in RESOURCES}


def parted(path: str) -> tuple[str, str | None]:
    """A path without the suffix that names a form, and that form's name, None where it has no such suffix."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, SUFFIXES[dot + suffix]) if dot + suffix in SUFFIXES else (path, None)


def wanted(request: Request, named: str | None) -> Form:
    """The form that a suffix or `?format=` names, else the one that Accept likes best. Raises NotAcceptableError."""
    return choose(request.headers.get("accept"), named or request.query_params.get("format"), RESOURCES)


@dataclass(frozen=True)
class Description:
    """What is to be answered: `triples` and `page` make the body when it is asked for; a page that another time would
    say more says `Cache-Control: no-store`.

    `about` is all that the body depends on besides its form: the dataset's version, what is described, a page's number.
    `first` are the IRIs of the subjects that RDF begins with.
    """

    about: Sequence[object]
    triples: Callable[[], Iterable[Triple]]
    page: Callable[[], Response]
    modified: datetime | None = None
    links: Iterable[Link] = ()
    prefixes: Mapping[str, str] = field(default_factory=lambda: terms.PREFIXES)
    first: Sequence[str] = ()


def answer(request: Request, form: Form, description: Description) -> Response:
    """The answer with its validators and links; 304 where the client holds it, and then nothing is made.

    Raises PreconditionError, NotAcceptableError for triples that XML cannot say, and what `triples` and `page` raise.
    """
    validator = Validator.of(form.name, *description.about, modified=description.modified)
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header(description.links)}
    held = validator.unchanged(request, headers)
    if held is not None:
        return held
    headers |= validator.headers()
    if form == HTML:
        made = description.page()
        # A page that lacks what a limit kept from it is no page to be known again.
        made.headers.update({"Vary": "Accept"} if made.headers.get("cache-control") == "no-store" else headers)
        return made
    content = written(description.triples(), form, description.prefixes, description.first)
    return Response(content, headers=headers)


def describedby(path: str, form: Form) -> list[Link]:
    """From a page at that path to its RDF, from RDF to the page (FAIR Signposting, level 1; RFC 6892)."""
    if form == HTML:
        return [Link(f"{path}.{each.name}", "describedby", each.media_type) for each in RESOURCES if each != HTML]
    return [Link(path, "describes", HTML.media_type)]


def written(
    triples: Iterable[Triple],
    form: Form,
    prefixes: Mapping[str, str] = terms.PREFIXES,
    first: Sequence[str] = (),
    stated: Iterable[Quad] = (),
) -> bytes:
    """The triples as RDF in that form; `first` are the IRIs of the subjects to begin with.

    `stated` are those of them that graphs of their own state, which TriG alone says, besides. Blank nodes keep their
    names, which the caller sees to. Raises NotAcceptableError for what XML cannot say.
    """
    ordered = _ordered(triples, first)
    used = _used(ordered, prefixes)
    if form == JSON_LD:
        return json_ld.written(ordered, used)
    if form == TURTLE and any(isinstance(triple.subject, BlankNode) for triple in ordered):
        return turtle(ordered, used)
    short = used if form.name in (*SHORT, RDF_XML.name) else None
    rdf = RdfFormat.from_media_type(form.proper)
    if form == TRIG:
        quads = [Quad(triple.subject, triple.predicate, triple.object) for triple in ordered]
        quads += sorted(set(stated), key=lambda quad: (str(quad.graph_name), str(quad)))
        return serialize(quads, format=rdf, prefixes=short) or b""
    content = serialize(ordered, format=rdf, prefixes=short) or b""
    return well_formed(content, RESOURCES) if form == RDF_XML else content


def _ordered(triples: Iterable[Triple], first: Sequence[str]) -> list[Triple]:
    """Each triple once."""
    places = {iri: place for place, iri in enumerate(first)}

    def key(triple: Triple) -> tuple[Any, ...]:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        name = str(subject)
        place = places.get(name[1:-1], len(places))
        return place, isinstance(subject, BlankNode), name, predicate != terms.RDF_type, predicate, str(value)

    return sorted(set(triples), key=key)


def _used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes of namespaces that the triples name something of; none that could be taken for an IRI's scheme."""
    iris: set[str] = set()
    for triple in triples:
        of_type = triple.predicate.value == terms.RDF_type
        for node in (triple.subject, triple.object) if of_type else (triple.subject, triple.predicate, triple.object):
            if isinstance(node, NamedNode):
                iris.add(node.value)
            elif isinstance(node, Literal) and not node.language:
                iris.add(node.datatype.value)
    schemes = {iri.partition(":")[0] for iri in iris}
    return {
        prefix: namespace
        for prefix, namespace in sorted(prefixes.items())
        if prefix not in schemes and any(iri.startswith(namespace) for iri in iris)
    }
