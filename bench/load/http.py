"""Build HTTP/1.1 requests and parse answers as bytes, at low cost for a load generator.

These are pure functions, without sockets. They know only the answers that servers give to these requests:
Content-Length or chunked, without trailers.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

RESULTS = "application/sparql-results+json"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_CLOSING = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)


class Reply(NamedTuple):
    """An answer's status and body, how many bytes of the buffer it took, and whether the server closes after it."""

    status: int
    body: bytes
    size: int
    closing: bool


def get(target: str, accept: str = RESULTS) -> bytes:
    """Build a GET of a path with its query string, both already encoded."""
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode("ascii")


def post(target: str, pairs: list[tuple[str, str]], accept: str = RESULTS) -> bytes:
    """Build a POST of a form."""
    body = encoded(pairs)
    head = (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode("ascii")


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Encode parameters for a query string or a form, blanks as %20, which all servers decode alike."""
    return urlencode(pairs, quote_via=quote)


def cut(buffer: bytes | bytearray) -> Reply | None:
    """Parse the first answer in a buffer; None if it is incomplete. Raises ValueError if it is not HTTP/1.x."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(buffer[: end + 2])
    if not head.startswith(b"HTTP/1."):
        raise ValueError(f"not an HTTP/1.1 answer: {head[:40]!r}")
    status, start, closing = int(head[9:12]), end + 4, bool(_CLOSING.search(head))
    if _CHUNKED.search(head):
        return _unchunked(buffer, start, status, closing)
    length = _LENGTH.search(head)
    size = start + (int(length[1]) if length else 0)
    return Reply(status, bytes(buffer[start:size]), size, closing) if len(buffer) >= size else None


def _unchunked(buffer: bytes | bytearray, at: int, status: int, closing: bool) -> Reply | None:
    if not buffer.endswith(b"0\r\n\r\n"):  # no request is sent before the answer is complete, so both end together
        return None
    parts: list[bytes] = []
    while (line := buffer.find(b"\r\n", at)) >= 0:
        size = int(bytes(buffer[at:line]).partition(b";")[0], 16)
        stop = line + 2 + size
        if len(buffer) < stop + 2:
            return None
        if size == 0:
            return Reply(status, b"".join(parts), stop + 2, closing)
        parts.append(bytes(buffer[line + 2 : stop]))
        at = stop + 2
    return None
