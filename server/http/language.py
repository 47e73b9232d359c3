"""Choose the language of pages: `lang` in the address decides, otherwise cookie and Accept-Language.

Browsers are redirected to the address with the language chosen; a client that does not name HTML gets the page.

`begin` keeps the language that a request wishes for in a context variable, so that templates and responses can read it
without passing it on. Only pages have a language: RDF, JSON and CSV are identical in all languages.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote_plus

from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import Scope

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.errors import ParameterError
from jixiao.server.http.negotiation import HTML, Form, weighted

LANGUAGES = ("zh", "en")
"""The languages of pages; clients without a preference get the first."""

TAGS = {"zh": "zh-CN", "en": "en"}
"""The tag of each language (BCP 47), for `Content-Language`, `lang` and `hreflang`."""

COOKIE = "jixiao-language"

_GIVEN = re.compile(rb"(?:^|&)lang=([^&]*)")
_FILES = re.compile(r"\.(?:ttl|nt|jsonld|rdf|trig|nq|csv|xlsx|json|svg|png|css|js|gz|zip|txt|bib|csl|xml|toml|rq)$")
_NEEDS_NONE = re.compile(r"/(?:static|metrics|openapi\.json|health)(?:/|$)|/source/[0-9a-f]{16}/file$")
_PAGE_FORM = re.compile(r"(?:^|&)format=html(?=&|$)")
_FORM = re.compile(r"(?:^|&)(?:format=(?!html)|lang=)")


@dataclass(frozen=True)
class Wish:
    """The language that a request wishes for: `given` is the language in its address, or None.

    `path` is the request's path below the site's root and `asked` its query without `lang`; `moves` is True if a
    request without a language in its address may be redirected to the address with one.
    """

    given: str | None = None
    path: str = "/"
    asked: bytes = b""
    moves: bool = True
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    scheme: str = "http"
    root: str = ""

    @cached_property
    def address(self) -> str:
        """The request's path with its query, without `lang`, `.html` and `format=html`."""
        path = self.path if self.path.endswith("/index.html") else self.path.removesuffix(".html")
        plain = _PAGE_FORM.sub("", self.asked.decode("latin-1")).lstrip("&")
        return f"{path}?{plain}" if plain else path

    @cached_property
    def language(self) -> str:
        """The language to answer in."""
        if self.given is not None:
            return self.given
        chosen = cookie_parser(self._header(b"cookie")).get(COOKIE)
        return chosen if chosen in LANGUAGES else _accepted(self._header(b"accept-language")) or LANGUAGES[0]

    @property
    def vary(self) -> str:
        """The value of the header `Vary` for a page."""
        return "Accept" if self.given is not None else "Accept, Accept-Language, Cookie"

    def site(self, base_iri: str) -> str:
        """Return the site's address as the client called it, without a final slash; the base IRI for a malformed host.

        The base IRI also stands for a name of this machine alone, unless it is that of the demonstration.
        """
        host = self._header(b"host")
        is_known = _HOST.fullmatch(host) and (base_iri == DEFAULT_BASE or not _LOCAL.search(f"//{host}"))
        return f"{self.scheme}://{host}{self.root}" if is_known else base_iri.rstrip("/")

    def own(self, base_iri: str) -> str:
        """Return the site's address for files and citations, which leave the site: that of site().

        A site on this machine alone has no address that others can use: its links are paths below the root.
        """
        site = self.site(base_iri)
        return self.root if _LOCAL.search(site) else site

    def _header(self, name: bytes) -> str:
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")


def located(text: str) -> str:
    """Return a text for people with this site's address for the base IRI of the demonstration, which opens nothing."""
    return text.replace(DEFAULT_BASE, f"{wish().own(DEFAULT_BASE)}/")


_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_LOCAL = re.compile(r"//(localhost|127(\.[0-9]+){3}|\[::1\])(?![\w.-])")
_NONE = Wish(LANGUAGES[0])
_WISH: ContextVar[Wish] = ContextVar("wish", default=_NONE)


def begin(scope: Scope) -> Scope:
    """Keep the language that a request wishes for, for wish(); return the scope without the parameter `lang`.

    Raises ParameterError for a language other than LANGUAGES.
    """
    asked: bytes = scope.get("query_string", b"")
    given = _GIVEN.search(asked) if b"lang=" in asked else None  # the pattern takes as long as a short query
    if given is not None:
        asked = _GIVEN.sub(b"", asked).lstrip(b"&")
        scope = {**scope, "query_string": asked}
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    root = scope.get("root_path", "")
    if root and path.startswith(f"{root}/"):
        path = path.removeprefix(root)
    moves = scope["method"] in ("GET", "HEAD") and path != "/sparql" and _browses(scope)
    typed = None if given is None else unquote_plus(given[1].decode("latin-1"))
    known = typed if typed in LANGUAGES else None
    _WISH.set(Wish(known, path, asked, moves, scope["headers"], scope.get("scheme", "http"), root))
    if typed and known is None:
        raise ParameterError(
            f"没有语言“{typed}”；可用 {'、'.join(LANGUAGES)}。",
            f'There is no language "{typed}"; there are {" and ".join(LANGUAGES)}.',
        )
    return scope


def _browses(scope: Scope) -> bool:
    """Return whether a request names HTML in its Accept header, as browsers do."""
    return any(name == b"accept" and b"html" in value.lower() for name, value in scope["headers"])


def wish() -> Wish:
    """Return the language that the request being answered wishes for."""
    return _WISH.get()


class MovedError(Exception):
    """An error: a page's address names no language; the argument is the redirect to the page in the one chosen."""


def settle(form: Form) -> None:
    """Raise MovedError for a page whose address names no language.

    Requests with other methods than GET or HEAD are not redirected, since a redirect would lose the posted data, nor is
    the SPARQL endpoint, whose protocol has no redirects, nor a client that does not name HTML, such as curl with `*/*`,
    which may not follow one.
    """
    asked = _WISH.get()
    if form == HTML and asked.given is None and asked.moves:
        raise MovedError(
            RedirectResponse(
                address(asked.address, asked.language),
                status_code=302,
                headers={"Vary": asked.vary, "Cache-Control": "no-cache"},
            )
        )


def form(of: Form) -> str:
    """Return the name of a response's form for its ETag, with the language for a page: `html zh`, `ttl`."""
    return f"{of.name} {_WISH.get().language}" if of == HTML else of.name


def header(of: Form) -> dict[str, str]:
    """Return the headers `Content-Language` and `Vary` for a page, and no header for other forms."""
    asked = _WISH.get()
    return {"Content-Language": TAGS[asked.language], "Vary": asked.vary} if of == HTML else {}


def address(path: str, language: str) -> str:
    """Return the address of a page of this site with `lang`; the address of a file, such as .ttl, is returned as it is.

    >>> address("/views/projects?year=2022#take", "en")
    '/views/projects?year=2022&lang=en#take'
    >>> address("/doc/org/fldlhlcahtirw.ttl", "en")
    '/doc/org/fldlhlcahtirw.ttl'
    """
    whole, hash_sign, fragment = path.partition("#")
    place, _, asked = whole.partition("?")
    if _FILES.search(place) or _NEEDS_NONE.search(place) or _FORM.search(asked):
        return path
    return f"{whole}{'&' if asked else '?'}lang={language}{hash_sign}{fragment}"


def _accepted(header: str) -> str | None:
    """Return the language that Accept-Language prefers (RFC 9110, 12.5.4), or None if it names none of LANGUAGES."""
    ours = ((weight, name.partition("-")[0]) for name, weight in weighted(header))
    best = max((each for each in ours if each[0] > 0 and each[1] in LANGUAGES), key=lambda each: each[0], default=None)
    return None if best is None else best[1]
