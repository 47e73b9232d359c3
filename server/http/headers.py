"""The headers that every answer has, and those that answer a browser before it sends another site's request.

Apart from front.py because problems.py needs them too.
"""

from __future__ import annotations

import re

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # The data is public and there are no cookies: any page may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Repr-Digest, Retry-After, X-Request-Id, "
        "X-Result-Cut"
    ),
}
ASKED_HEAD = "jixiao.head"
"""Key of the ASGI scope that marks a HEAD request answered as GET, so that a handler may skip reading a body."""

REQUEST_ID = "X-Request-Id"

_READING = "GET, HEAD, OPTIONS"
_ASKING = "GET, HEAD, POST, OPTIONS"
_MAY_SEND = (
    "Accept, Accept-Language, Cache-Control, Content-Language, Content-Type, If-Match, If-Modified-Since, "
    f"If-None-Match, If-Range, If-Unmodified-Since, Range, X-Requested-With, {REQUEST_ID}, *"
)
_REMEMBERED = 86_400  # seconds
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def holds(if_none_match: str, tag: str) -> bool:
    """Whether the header names the tag, compared weakly (RFC 9110, section 13.1.2); `*` is the caller's."""
    return tag.removeprefix("W/") in _TAG.findall(if_none_match)


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them, names in lower case."""
    return [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def allowed(path: str) -> str:
    """The methods that an address takes, as `Allow` names them; `path` is below the site's root."""
    return _ASKING if path == "/sparql" else _READING


def preflight(path: str) -> dict[str, str]:
    """The answer's headers to `OPTIONS` with `Access-Control-Request-Method` (Fetch, section 4.8)."""
    return {
        "Access-Control-Allow-Methods": allowed(path),
        "Access-Control-Allow-Headers": _MAY_SEND,
        "Access-Control-Max-Age": str(_REMEMBERED),
    }
