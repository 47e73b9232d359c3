"""Answer requests for linked data with a page or with RDF in the requested form.

Equal triples give equal bytes in a form, so ETags may be strong. RDF is written in a fixed order (the thing described
first, types before other properties) and declares only the prefixes in use, JSON-LD in its context.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from fastapi import Request, Response
from pyoxigraph import BlankNode, RdfFormat, Triple, serialize
from starlette.responses import RedirectResponse

from jixiao.ontology import terms, turtle
from jixiao.server.http import conditional, language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, JSON_LD, RDF_XML, RESOURCES, SHORT, TURTLE, Form, choose
from jixiao.server.rdf import json_forms, rdf_xml


def split_suffix(path: str, offers: Sequence[Form] = RESOURCES) -> tuple[str, str | None]:
    """Return a path's stem and its form's name: ("a", "ttl") for "a.ttl", ("a.b", None) if no form is named "b"."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in {form.name for form in offers} else (path, None)


def requested_form(request: Request, named: str | None, offers: Sequence[Form] = RESOURCES) -> Form:
    """Return the offered form named by a suffix (`named`) or `?format=`, otherwise the negotiated one.

    Raises NotAcceptableError.
    """
    return choose(request.headers.get("accept"), named or requests.only(request, "format"), offers)


def redirect(request: Request, path: str, status: int = 303, without: Sequence[str] = ()) -> RedirectResponse:
    """Return a redirect to another address of the same thing, with the request's parameters except `without`."""
    given = {name: value for name, value in requests.repeated(request).items() if name not in without}
    return RedirectResponse(requests.address(path, given), status_code=status, headers={"Vary": "Accept"})


def answer(  # noqa: PLR0913 - a description in all its forms
    request: Request,
    form: Form,
    *,
    about: Sequence[object],
    triples: Callable[[], Iterable[Triple]],
    page: Callable[[], Response],
    modified: datetime | None = None,
    links: Iterable[signposting.Link] = (),
    prefixes: Mapping[str, str] = terms.PREFIXES,
    first: Sequence[str] = (),
    lines: Callable[[], json_forms.Lines] = dict,
) -> Response:
    """Return a description with its validators and links, or a 304 without a body if the client's copy is current.

    `triples` or `page` is called if the client needs a body. `about` are all values that the body depends on, besides
    its form. `first` and `lines` are passed to written(). Raises PreconditionError, NotAcceptableError for triples that
    XML cannot express, and the errors of `triples` and `page`.
    """
    language.settle(form)
    validator = conditional.Validator.of(language.form(form), *about, modified=modified)
    own = {"Content-Type": form.content_type, "Vary": "Accept"} | language.header(form) | signposting.header(links)
    if form != HTML:
        return validator.response(
            request,
            own,
            lambda: written(triples(), form, prefixes, first, lines=lines() if form == JSON else {}),
        )
    if (held := validator.unchanged(request, own)) is not None:
        return held
    shown = page()
    shown.headers.update(own | validator.headers())
    return shown


def written(
    triples: Iterable[Triple],
    form: Form,
    prefixes: Mapping[str, str] = terms.PREFIXES,
    first: Sequence[str] = (),
    *,
    lines: json_forms.Lines | None = None,
) -> bytes:
    """Return triples serialized in a form of RDF; `first` are the IRIs of the subjects to write first.

    `lines` are the lines of values, which only plain JSON has. Blank nodes keep their labels, so callers must give them
    stable ones. Raises NotAcceptableError for triples that XML cannot express.
    """
    ordered = turtle.ordered(triples, first)
    used = turtle.used(ordered, prefixes)
    if form == JSON_LD:
        return json_forms.json_ld(ordered, used)
    if form == JSON:
        return json_forms.PlainJson(ordered, used, lines).document()
    if form == TURTLE and any(isinstance(triple.subject, BlankNode) for triple in ordered):
        return turtle.turtle(ordered, used)
    short = used if form.name in (*SHORT, RDF_XML.name) else None
    content = serialize(ordered, format=RdfFormat.from_media_type(form.proper), prefixes=short) or b""
    return rdf_xml.well_formed(content, RESOURCES) if form == RDF_XML else content
