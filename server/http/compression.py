"""Compress FastAPI's responses with starlette's gzip middleware, and correct two of its faults.

The middleware takes `gzip;q=0` for a request for gzip, and leaves the ETag of the uncompressed bytes. Here a compressed
response gets the tag with the ending `-gzip`, which conditional requests may name. Results of /sparql are compressed by
the workers instead.
"""

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server.http.negotiation import takes_gzip

SMALLEST = 1024
"""Bytes below which a response is not compressed, since it fits one network packet anyway."""
_LEVEL = 5
_MARK = b"-gzip"
"""Ending of the ETags of compressed responses."""
_PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


class Packing(GZipMiddleware):
    """Middleware that compresses responses of at least SMALLEST bytes, unless their type is compressed already."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=SMALLEST, compresslevel=_LEVEL, exclude_content_types=_PACKED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI call."""
        if scope["type"] == "http" and not takes_gzip(Headers(scope=scope).get("accept-encoding")):
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        asked = b""
        if scope["type"] == "http" and any(_MARK in value for _, value in scope["headers"]):
            asked = b"".join(value for name, value in scope["headers"] if name == b"if-none-match")
            scope = {**scope, "headers": [(name, _plain(name, value)) for name, value in scope["headers"]]}

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = dict(message["headers"])
                tag = headers.get(b"etag", b"")
                packed = tag[:-1] + _MARK + b'"'
                known = message["status"] == 304 and packed in asked
                if (b"content-encoding" in headers or known) and tag.startswith(b'"'):
                    renamed = [(name, packed if name == b"etag" else value) for name, value in message["headers"]]
                    message = {**message, "headers": renamed}
            await send(message)

        await super().__call__(scope, receive, marked)


def _plain(name: bytes, value: bytes) -> bytes:
    """Return a header's value; in If-None-Match and If-Match, tags lose the ending that marks compression."""
    return value.replace(_MARK + b'"', b'"') if name in (b"if-none-match", b"if-match") else value
