"""List the headers of every response and of CORS preflights, and read each header of a request in one way.

A list in a request's head may stand in several lines, of which one reader would take the first and another one the
last: connections.py joins the lines as soon as a head has arrived (RFC 9110, section 5.3).
"""

from jixiao.ontology import grouping

Fields = list[tuple[bytes, bytes]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Pages of any site may read the responses: the data is public, and the only cookie holds a language.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Repr-Digest, Retry-After, X-Request-Id, "
        "X-Result-Cut, X-Unknown-Terms"
    ),
}
ASKED_HEAD = "jixiao.head"
"""Key in the ASGI scope of a HEAD request, which front.py passes on as GET; the handler may then omit the body."""
REQUEST_ID = "X-Request-Id"


def allowed(path: str) -> str:
    """Return the methods of an address as the value of `Allow`; `path` is below the site's root."""
    return "GET, HEAD, POST, OPTIONS" if path in ("/sparql", "/reconcile", "/check") else "GET, HEAD, OPTIONS"


def preflight(path: str) -> dict[str, str]:
    """Return the headers that answer `OPTIONS` with `Access-Control-Request-Method` (Fetch, section 4.8)."""
    return {
        "Access-Control-Allow-Methods": allowed(path),
        "Access-Control-Allow-Headers": (
            "Accept, Accept-Language, Cache-Control, Content-Language, Content-Type, If-Match, If-Modified-Since, "
            f"If-None-Match, If-Range, If-Unmodified-Since, Range, X-Requested-With, {REQUEST_ID}, *"
        ),
        "Access-Control-Max-Age": "86400",  # seconds for which a browser may keep this answer
    }


SINGLE = frozenset(
    (
        *(b"host", b"content-length", b"content-type", b"authorization", b"origin", b"range", b"if-range"),
        *(b"if-modified-since", b"if-unmodified-since", b"access-control-request-method"),
    )
)
"""Fields that have one value, and may stand in one line only."""


def joined(fields: Fields) -> Fields:
    """Return the fields, each name once: the lines of a list joined by commas, and those of cookies by semicolons.

    Raises ValueError, with the field's name, for a field of SINGLE in several lines.
    """
    if len({name for name, _ in fields}) == len(fields):
        return fields
    lines = grouping.by_key(fields)
    for name, values in lines.items():
        if name in SINGLE and len(values) > 1:
            raise ValueError(name.decode("ascii"))
    return [(name, (b"; " if name == b"cookie" else b", ").join(values)) for name, values in lines.items()]
