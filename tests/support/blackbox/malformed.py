"""Malformed and ambiguous HTTP requests, and checks of the answers (RFC 9112, sections 2.2, 3, 5.1, 6.1 to 6.3, 7.1).

A server must never answer a request inside another request (smuggling).
"""

from tests.support.blackbox.rude import ASK, head

_SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
_POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


_HEADS = {
    "noise": bytes(range(256)) * 20,
    "a TLS greeting": bytes.fromhex("16030100c8010000c403034f") + b"\x00" * 190,
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "no version": b"GET /\r\nHost: x\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: x\r\n\r\n",
    "no slash": b"GET sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "blanks in the target": b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "raw UTF-8 in the target": "GET /sparql?query=松 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(),
    "NUL in the target": b"GET /\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a small method": b"get / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a method with a NUL": b"G\x00T / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long method": b"G" * 100_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "another host in the target": b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a star": b"GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "no Host": b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two Hosts": b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
    "a blank before the colon": b"GET /health HTTP/1.1\r\nHost : x\r\nConnection: close\r\n\r\n",
    "a folded header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
    "a header without a colon": b"GET /health HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "a header without a name": b"GET /health HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "NUL in a header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "CR in a header": b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\rb\r\nConnection: close\r\n\r\n",
    "bare LF": b"GET /health HTTP/1.1\nHost: x\nConnection: close\n\n",
    "bare CR": b"GET /health HTTP/1.1\rHost: x\r\r",
    "empty lines before": b"\r\n\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}
"""Requests with faults before the body."""


_BODIES = {
    **{
        f"Content-Length {value!r}": _POST + b"Content-Length: " + value + b"\r\n\r\nASK{}" + _SMUGGLED
        for value in (
            b"-1",
            b"+5",
            b"0x5",
            b"5,6",
            b"five",
            b"1e3",
            b"5 5",
            b"9" * 40,
            b"18446744073709551616",
            b"5\x0b",
        )
    },
    "two Content-Lengths": _POST + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nASK{}" + _SMUGGLED,
    "both lengths": _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _SMUGGLED,
    "both lengths, turned": _POST + b"Transfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n" + _SMUGGLED,
    **{
        f"Transfer-Encoding {value!r}": _POST + b"Transfer-Encoding: " + value + b"\r\n\r\n0\r\n\r\n" + _SMUGGLED
        for value in (
            b"xchunked",
            b"chunked, identity",
            b"identity",
            b"gzip, chunked",
            b"chunked, chunked",
            b"\x0bchunked",
            b"chunKed\x00",
        )
    },
    "Transfer-Encoding twice": _POST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"
    + _SMUGGLED,
    "Transfer-Encoding with a blank": _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + _SMUGGLED,
    "Transfer-Encoding in HTTP/1.0": _POST.replace(b"1.1", b"1.0")
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + _SMUGGLED,
    **{
        f"chunk of size {size!r}": _POST
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + size
        + b"\r\nA\r\n0\r\n\r\n"
        + _SMUGGLED
        for size in (b"-1", b"0x1", b"G", b"", b"FFFFFFFFFFFFFFFFF", b"1 1", b"+1")
    },
    "a chunk that is longer than it says": _POST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\nASK{}\r\n0\r\n\r\n"
    + _SMUGGLED,
    "upgrade to a socket": (
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
    "upgrade to h2c": (
        b"GET /health HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    ),
    "a length of an exabyte": _POST + b"Expect: 100-continue\r\nContent-Length: 1000000000000000000\r\n\r\n",
    "an expectation that nobody knows": head(ASK, b"GET", b"Expect: 200-maybe"),
}
"""Requests with faults in the body or its stated length."""


MALFORMED = _HEADS | _BODIES
"""Malformed and ambiguous requests; each must get a 4xx or a closed connection, and never two answers."""


def statuses(content: bytes) -> list[int]:
    """Read the statuses of all answers in the bytes received, except 100 Continue."""
    found = []
    for part in content.split(b"HTTP/1.")[1:]:
        code = part[2:5]
        if code.isdigit() and code != b"100":
            found.append(int(code))
    return found


def rude(content: bytes) -> str | None:
    """Return the fault in the bytes received for a malformed request, or None."""
    found = statuses(content)
    if b"/smuggled" in content or 404 in found[1:]:
        return f"a request within a request was answered: {found}"
    if wrong := [status for status in found if status >= 500 and status not in (503, 504)]:
        return f"status {wrong}"
    return None
