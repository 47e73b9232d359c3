"""Cache complete responses of /views/, /tables/ and /doc/, and send them again before a request is routed or parsed.

Such a response depends only on its request, on the generation (state of the data) and on the publisher's description.
When the generation or the description changes, all cached responses are dropped. Each one has a strong ETag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language
from jixiao.server.http.negotiation import takes_gzip
from jixiao.server.runtime.service import Service
from jixiao.store import Publisher, bounded_cache

KEPT = ("/views/", "/tables/", "/doc/")
"""Beginnings of the paths, below the site's root, whose responses are cached."""

_OVERHEAD = 2000  # bytes that a response takes besides its body: key and headers
_LONGEST = 4096  # bytes of a path, query string or Accept header above which a response is not cached
_OTHER_CONDITIONS = {b"if-match", b"if-unmodified-since", b"if-modified-since", b"range"}
_OF_THE_BODY = {b"content-type", b"content-length", b"content-encoding", b"content-disposition"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """The headers and the body of an answer with status 200, and its ETag."""

    fields: list[tuple[bytes, bytes]]
    body: bytes
    tag: str

    async def send(self, send: Send, if_none_match: str) -> None:
        """Send the answer, or a 304 without a body if the client's If-None-Match names its ETag."""
        status, fields, body = 200, self.fields, self.body
        if if_none_match and (if_none_match.strip() == "*" or conditional.holds(if_none_match, self.tag)):
            status, body = 304, b""
            fields = [field for field in self.fields if field[0] not in _OF_THE_BODY]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})


class Kept:
    """ASGI application for addresses with cached responses; `inner` makes each response that is not cached yet."""

    def __init__(self, service: Service, inner: ASGIApp) -> None:
        self._service = service
        self._inner = inner
        self._state: tuple[Edition, Publisher] | None = None
        self._answers = bounded_cache.BoundedCache[_Answer](
            service.settings.cache_bytes // 2, lambda answer: len(answer.body) + _OVERHEAD
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET request from the cache; pass any other, and one that is not cached yet, to `inner`.

        The response of `inner` to a GET is then cached, if it may be.
        """
        said = {name: value for name, value in scope["headers"] if name in _READ}
        if scope["method"] != "GET" or not _OTHER_CONDITIONS.isdisjoint(said):
            await self._inner(scope, receive, send)
            return
        key = _key(scope, said.get(b"accept", b""), said.get(b"accept-encoding", b""))
        held = said.get(b"if-none-match", b"").decode("latin-1")
        state = self._now()
        answer = None if key is None else self._answers.get(key)
        if answer is None:
            sent: list[Message] = []

            async def keep(message: Message) -> None:
                sent.append(message)

            await self._inner(scope, receive, keep)
            answer = _answer(sent)
            if answer is None:
                for message in sent:
                    await send(message)
                return
            # If the state changed meanwhile, the answer may be made from the old or the new one: it is not cached.
            if key is not None and state is not None and self._now() is state:
                self._answers.put(key, answer)
        await answer.send(send, held)

    def _now(self) -> tuple[Edition, Publisher] | None:
        """Return the current edition and publisher, or None while the edition is not open.

        All cached answers are dropped if either has changed since the last call.
        """
        edition, publisher = self._service.store.settled(), self._service.store.publisher()
        state = self._state
        if state is None or state[0] is not edition or (state[1] is not publisher and state[1] != publisher):
            self._answers.clear()
            self._state = None if edition is None else (edition, publisher)
        return self._state


_READ = {b"accept", b"accept-encoding", b"if-none-match", *_OTHER_CONDITIONS}


def _key(scope: Scope, accept: bytes, accept_encoding: bytes) -> tuple[object, ...] | None:
    """Return the key of a request's response in the cache; None for a request too long to be cached.

    `accept` and `accept_encoding` are the request's headers of these names.
    """
    path = scope.get("raw_path") or scope["path"].encode()
    asked = scope["query_string"]
    if len(asked) > _LONGEST or len(accept) > _LONGEST or len(path) > _LONGEST:
        return None
    wish = language.wish()
    # A page is redirected to, or a workbook's headings are in, a language; and an answer may give its own address.
    spoken = wish.given, wish.moves, wish.language, wish.site("")
    return path, asked, accept, takes_gzip(accept_encoding[:_LONGEST].decode("latin-1")), spoken


def _answer(sent: Sequence[Message]) -> _Answer | None:
    """Return the response in `sent` (ASGI's messages) for the cache, or None if it is not to be cached.

    Only a response with status 200 and without no-store is cached; one without an ETag gets an ETag of its body.
    """
    if not sent or sent[0]["status"] != 200 or (b"cache-control", b"no-store") in sent[0]["headers"]:
        return None
    fields, body = list(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])
    tag = dict(fields).get(b"etag")
    if tag is None:
        tag = b'"%s"' % blake2b(body, digest_size=16).hexdigest().encode("ascii")
        fields += [(b"etag", tag), (b"cache-control", b"no-cache")]
    return _Answer(fields, body, tag.decode("latin-1"))
