"""Compress FastAPI's responses with starlette's gzip middleware, and correct two of its faults.

The middleware takes `gzip;q=0` for a request for gzip, and leaves the ETag of the uncompressed bytes. Here a compressed
response gets the tag with the ending `-gzip`, which conditional requests may name. Results of /sparql are compressed by
the workers instead.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server.http.negotiation import takes_gzip

SMALLEST = 1024
"""Bytes below which a response is not compressed, since it fits one network packet anyway."""
_MARK = "-gzip"
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
        super().__init__(app, minimum_size=SMALLEST, compresslevel=5, exclude_content_types=_PACKED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI call: compress the response if the client takes gzip, and mark its ETag with `-gzip` then."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        packs = takes_gzip(asked.get("accept-encoding"))
        held = asked.get("if-none-match", "")
        headers = [
            (
                name,
                (
                    value.replace(_MARK.encode("ascii") + b'"', b'"')
                    if name in (b"if-none-match", b"if-match")
                    else value
                ),
            )
            for name, value in asked.raw
            if packs or name != b"accept-encoding"
        ]

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(raw=message["headers"])
                tag = own.get("etag", "")
                packed = f'{tag[:-1]}{_MARK}"'
                known = message["status"] == 304 and packed in held
                if ("content-encoding" in own or known) and tag.startswith('"'):
                    own["etag"] = packed
            await send(message)

        await super().__call__({**scope, "headers": headers}, receive, marked)
