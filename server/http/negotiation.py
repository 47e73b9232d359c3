"""Parse Accept headers and choose the form of a response (RFC 9110, section 12.5).

A *form* is one format of a response, such as HTML or Turtle. All addresses negotiate with these functions, so that a
header has the same effect everywhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.server.errors import NotAcceptableError

MAX_RANGES = 100
"""Number of media ranges read in a header, since other requests wait while a long header is parsed."""

_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's name for it
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")


@dataclass(frozen=True)
class Form:
    """One form of a response: its media type, and the short name that `?format=` and suffixes use.

    `others` are further names that `?format=` takes; `sent_as` is the media type of the response if `media_type` is
    only an older name of the format.
    """

    media_type: str
    name: str
    others: tuple[str, ...] = ()
    sent_as: str = ""

    @property
    def content_type(self) -> str:
        """Value of Content-Type: the media type, with `charset=utf-8` for text."""
        kind = self.proper
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    @property
    def proper(self) -> str:
        """Media type that responses carry, even if the client asked with an older name."""
        return self.sent_as or self.media_type


HTML = Form("text/html", "html")
JSON = Form("application/json", "json")
CSV = Form("text/csv", "csv")
SHEET = Form("text/csv", "csv for a spreadsheet")
"""CSV that a browser downloads from the page of queries, with cells that no spreadsheet runs as formulas."""
XLSX = Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
TEXT = Form("text/plain", "txt", ("text",))
BIBTEX = Form("application/x-bibtex", "bib", ("bibtex",))
CSL = Form("application/vnd.citationstyles.csl+json", "csl", ("csl-json", "json"))
PROBLEM = Form("application/problem+json", "problem")
TURTLE = Form("text/turtle", "ttl", ("turtle",))
N_TRIPLES = Form("application/n-triples", "nt", ("ntriples", "n-triples"))
JSON_LD = Form("application/ld+json", "jsonld", ("json-ld", "json"))
RDF_XML = Form("application/rdf+xml", "rdf", ("rdf+xml", "rdfxml", "xml"))
TRIG = Form("application/trig", "trig")
N_QUADS = Form("application/n-quads", "nq", ("nquads", "n-quads"))
N3 = Form("text/n3", "n3")

SHORT = ("ttl", "trig", "n3")
"""Names of the RDF forms that abbreviate IRIs by prefixes."""

PROBLEMS = (PROBLEM, JSON, HTML)
VIEWS = (JSON, HTML, CSV, XLSX)
TABLES = (CSV, XLSX)
"""Forms of a view's answer that are downloaded as table files."""
SEARCHES = (JSON, HTML)
CITATIONS = (HTML, TEXT, BIBTEX, CSL)
REPORTS = (JSON, HTML, CSV, XLSX, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
RESOURCES = (HTML, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""Forms of every description: HTML first, which clients that accept anything get, then RDF."""
THINGS = (HTML, JSON, *RESOURCES[1:])
"""Forms of the descriptions of things: those of RESOURCES, and plain JSON for programs without RDF."""
SOLUTIONS = (
    Form("application/sparql-results+json", "json"),
    Form("application/sparql-results+xml", "xml"),
    CSV,
    Form("text/tab-separated-values", "tsv"),
    JSON,
    Form("application/xml", "xml"),
    Form("text/xml", "xml"),
)
GRAPHS = (
    TURTLE,
    N_TRIPLES,
    RDF_XML,
    JSON_LD,
    TRIG,
    N_QUADS,
    N3,
    Form("application/x-turtle", "ttl", sent_as="text/turtle"),
    Form("application/turtle", "ttl", sent_as="text/turtle"),
    Form("application/xml", "rdf", sent_as="application/rdf+xml"),
)

FORM_TYPE = "application/x-www-form-urlencoded"
"""The media type of an HTML form's fields, in which SPARQL queries may be sent (SPARQL 1.1 Protocol, section 2.1.2)."""


def negotiate(accept: str | None, offers: Sequence[Form]) -> Form | None:
    """Return the offered form that an Accept header prefers, None if it accepts none of them.

    Of forms preferred equally, the first offered is returned. An absent or unreadable header accepts anything.
    """
    parts = (accept or "").split(",", MAX_RANGES)[:MAX_RANGES]
    ranges = [parsed for part in parts if (parsed := _parse(part)) is not None]
    if not ranges:
        return offers[0]
    quality, best = max(((_quality(form, ranges), form) for form in offers), key=lambda liked: liked[0])
    return best if quality > 0 else None


def choose(accept: str | None, named: str | None, offers: Sequence[Form]) -> Form:
    """Return the form that `named` names (by name or media type); without it, negotiate one by `accept`.

    Raises NotAcceptableError, which lists the offers.
    """
    if named:
        name = named.casefold()
        chosen = next((form for form in offers if name in (form.name, form.media_type, *form.others)), None)
    else:
        chosen = negotiate(accept, offers)
    if chosen is None:
        raise not_acceptable(offers)
    return chosen


def takes_gzip(accept_encoding: str | None) -> bool:
    """Return True if Accept-Encoding prefers gzip (RFC 9110, section 12.5.3), False if the header is absent."""
    if not accept_encoding:
        return False
    best = dict(weighted(accept_encoding))
    packed = best.get("gzip", best.get("x-gzip", best.get("*", 0.0)))
    return packed > 0 and packed >= best.get("identity", 0.0)


def weighted(header: str) -> Iterator[tuple[str, float]]:
    """Yield each name in a header with its weight `q` (RFC 9110, 12.4.2): 1 if absent, 0 if malformed."""
    for part in header.casefold().split(",", MAX_RANGES)[:MAX_RANGES]:
        name, _, quality = (piece.strip() for piece in part.partition(";"))
        value = quality.removeprefix("q=").strip()
        yield name, float(value) if _QUALITY.fullmatch(value) else float(not quality)


def not_acceptable(offers: Sequence[Form]) -> NotAcceptableError:
    """Return an error that lists the media types on offer."""
    offered = tuple(form.media_type for form in offers if not form.sent_as)
    return NotAcceptableError(
        f"没有所要的格式，可以得到：{'、'.join(offered)}。",
        f"There is no such format; available are {', '.join(offered)}.",
        offered,
    )


def _quality(form: Form, ranges: Sequence[tuple[str, str, float]]) -> float:
    """Return the quality that the most specific matching range gives the form, 0 if no range matches."""
    major, minor = form.media_type.split("/")
    for pattern in ((major, minor), (major, "*"), ("*", "*")):
        qualities = [quality for *named, quality in ranges if tuple(named) == pattern]
        if qualities:
            return max(qualities)
    return 0.0


def _parse(part: str) -> tuple[str, str, float] | None:
    """Return a media range as type, subtype and quality, or None if it is malformed."""
    media, *parameters = (piece.strip() for piece in part.split(";"))
    media_range = _RANGE.fullmatch(media)
    if media_range is None or (media_range[1] == "*" and media_range[2] != "*"):
        return None
    quality, subtype = 1.0, media_range[2].casefold()
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name.casefold() == "q":
            if not _QUALITY.fullmatch(value):
                return None
            quality = float(value)
            break  # parameters after q are extensions of Accept, not parameters of the media type
        if name.casefold() not in ("charset", "header", "profile", "version", ""):
            subtype += f";{parameter}"  # this narrower type matches no form on offer
    return media_range[1].casefold(), subtype, quality
