"""An Accept header and the forms that can be had come in, the best form or None goes out.

One function for all addresses, so that one header gets one answer everywhere. RFC 9110, section 12.5.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.server.errors import NotAcceptableError

_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's name for it
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")


@dataclass(frozen=True)
class Form:
    """One form of an answer: its media type, and the short name that `?format=` and suffixes use."""

    media_type: str
    name: str

    @property
    def content_type(self) -> str:
        """The Content-Type header: text says its character set."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


HTML = Form("text/html", "html")
JSON = Form("application/json", "json")
CSV = Form("text/csv", "csv")
PROBLEM = Form("application/problem+json", "problem")
TURTLE = Form("text/turtle", "ttl")
N_TRIPLES = Form("application/n-triples", "nt")
JSON_LD = Form("application/ld+json", "jsonld")
RDF_XML = Form("application/rdf+xml", "rdf")

PROBLEMS = (PROBLEM, JSON, HTML)
VIEW_LISTS = (JSON, HTML)
VIEWS = (JSON, HTML, CSV)
REPORTS = (JSON, HTML, CSV, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
RESOURCES = (HTML, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
SOLUTIONS = (
    Form("application/sparql-results+json", "json"),
    Form("application/sparql-results+xml", "xml"),
    CSV,
    Form("text/tab-separated-values", "tsv"),
    JSON,
    Form("application/xml", "xml"),
)
GRAPHS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)


def negotiate(accept: str | None, offers: Sequence[Form]) -> Form | None:
    """The offer that the header likes best; of equals the first offered; None when it takes none of them.

    A header that is absent or has no readable range takes anything.
    """
    ranges = [parsed for part in (accept or "").split(",") if (parsed := _parse(part)) is not None]
    if not ranges:
        return offers[0]
    quality, best = max(((_quality(form, ranges), form) for form in offers), key=lambda liked: liked[0])
    return best if quality > 0 else None


def choose(accept: str | None, wanted: str | None, offers: Sequence[Form]) -> Form:
    """The form named by `?format=`, else the negotiated one. Raises NotAcceptableError with the list."""
    if wanted:
        chosen = next((form for form in offers if wanted.casefold() in (form.name, form.media_type)), None)
    else:
        chosen = negotiate(accept, offers)
    if chosen is None:
        raise not_acceptable(offers)
    return chosen


def not_acceptable(offers: Sequence[Form]) -> NotAcceptableError:
    """The error that lists what can be had."""
    offered = tuple(form.media_type for form in offers)
    return NotAcceptableError(
        f"没有所要的格式，可以得到：{'、'.join(offered)}。",
        f"Not to be had in that form; there are {', '.join(offered)}.",
        offered,
    )


def _quality(form: Form, ranges: Sequence[tuple[str, str, float]]) -> float:
    """The quality that the most specific range gives the form."""
    major, minor = form.media_type.split("/")
    for wanted in ((major, minor), (major, "*"), ("*", "*")):
        found = [quality for *named, quality in ranges if tuple(named) == wanted]
        if found:
            return max(found)
    return 0.0


def _parse(part: str) -> tuple[str, str, float] | None:
    """One media range as type, subtype and quality; None when it is malformed."""
    media, *parameters = (piece.strip() for piece in part.split(";"))
    found = _RANGE.fullmatch(media)
    if found is None or (found[1] == "*" and found[2] != "*"):
        return None
    quality, subtype = 1.0, found[2].casefold()
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name.casefold() == "q":
            if not _QUALITY.fullmatch(value):
                return None
            quality = float(value)
            break  # what follows q are extensions, not the type's own parameters
        if name.casefold() not in ("charset", ""):
            subtype += f";{parameter}"  # a narrower type than any that is offered
    return found[1].casefold(), subtype, quality
