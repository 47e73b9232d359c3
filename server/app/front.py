"""Handle every HTTP request before its route: give it an id and headers, pass it on, measure it and log it.

/sparql goes to a plain ASGI callable and everything else to FastAPI. FastAPI would halve the throughput of small
queries, so this module calls it only for other addresses instead of being one of its middlewares (decision 37). OPTIONS
is answered here; HEAD is answered like GET, without the body (RFC 9110, section 9.3.2).
"""

import asyncio
import itertools
import logging
import re
import secrets
import time
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server.app.answer_cache import KEPT
from jixiao.server.errors import LimitError, ServerError
from jixiao.server.http import clients, language, problems
from jixiao.server.http.headers import ASKED_HEAD, HEADERS, REQUEST_ID, allowed, preflight
from jixiao.server.logs.access_log import NOTES, Journal, Notes
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime import turns
from jixiao.server.settings import Settings
from jixiao.store import StoreError

_LOG = logging.getLogger(__name__)

HUNG_UP = 499
"""The status, in logs and metrics only, of a request whose client closed the connection before the answer."""

_VALID_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_COMMON_HEADERS = Headers(HEADERS).raw
_ID = REQUEST_ID.lower().encode("ascii")
_KINDS = {
    "sparql": "sparql",
    **dict.fromkeys(("views", "tables", "lookup", "ask", "search"), "view"),
    **dict.fromkeys(("id", "doc", "graph", "ontology", "shapes", "vocab", "dataset", ".well-known"), "resource"),
    **dict.fromkeys(("robots.txt", "sitemap.xml"), "resource"),
    **{kind: kind for kind in ("source", "quality", "static")},
    **dict.fromkeys(("health", "metrics"), "operation"),
}
"""Kind of an address in the logs and metrics, by its first segment without a suffix; all others are pages."""

FIRST = (
    "/",
    "/views",
    "/views/projects",
    "/charts",
    "/quality",
    "/dataset",
    "/dataset/cite",
    "/check",
    "/help",
    "/help/report",
    "/docs",
    "/sparql",
    "/ontology",
    "/shapes",
)
"""Pages that are answered at the start: those of the navigation, a view, and the interface's documentation."""

_LONGEST = 10.0
"""Seconds after which the server starts with the pages answered by then: a large store's sums may take longer."""


class Front:
    """The ASGI application that the server runs.

    `inner` answers all addresses until open() gives /sparql and the addresses that begin with one of KEPT applications
    of their own. Handlers find the request's Notes under scope["jixiao"] and add facts for the logs and metrics to it.
    The turn of the request begins here, and ends with the answer; connections.py ends it when the client hangs up.
    """

    def __init__(self, inner: ASGIApp, metrics: Metrics, journal: Journal, settings: Settings) -> None:
        self.inner = inner
        self._root = settings.root_path
        self._seconds = settings.view_timeout
        self._metrics = metrics
        self.journal = journal
        self._endpoint = self._kept = inner
        self._new_ids = map(f"{secrets.token_hex(5)}-{{:x}}".format, itertools.count(1))

    def open(self, endpoint: ASGIApp, kept: ASGIApp) -> None:
        """Let `endpoint` answer /sparql, and `kept` the addresses that begin with one of KEPT: the store is open."""
        self._endpoint, self._kept = endpoint, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI call: give the request an id, dispatch it, and note it in the metrics and the access log."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        began = time.perf_counter()
        turn = scope[turns.IN_SCOPE] = turns.Turn(self._seconds)
        path = scope["path"]
        if self._root:
            if f"{path}/".startswith(f"{self._root}/"):
                path = path.removeprefix(self._root) or "/"
            # ASGI demands the full path with the root, even if a proxy has removed the root from it.
            scope = {**scope, "root_path": self._root, "path": self._root + path}
        first = path[1:].partition("/")[0]
        notes = Notes(self._id(scope), _KINDS.get(first) or _KINDS.get(first.partition(".")[0], "page"))
        scope[NOTES] = notes
        answer = _Answer(send, notes.id, scope["method"], path, self._root)
        try:
            with turns.begun(turn):
                await self._dispatch(scope, path, receive, answer)
        finally:
            seconds = time.perf_counter() - began
            method, status = scope["method"], answer.status or HUNG_UP
            self._metrics.request(notes.kind, method, status, seconds)
            if notes.outcome is not None:
                self._metrics.query(notes.outcome, notes.lane or "quick", seconds)
            self.journal.request(scope, notes, status, seconds, answer.size)

    async def _dispatch(self, scope: Scope, path: str, receive: Receive, answer: "_Answer") -> None:
        method = scope["method"]
        if method == "OPTIONS":
            asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
            headers = preflight(path) if asks else {"Allow": allowed(path)}
            await Response(status_code=204, headers=headers)(scope, receive, answer.send)
            return
        if method == "HEAD":
            scope = {**scope, "method": "GET", ASKED_HEAD: True}
        app = {"/sparql": self._endpoint}.get(path, self._kept if path.startswith(KEPT) else self.inner)
        try:
            if path != "/sparql":  # which decodes its parameters itself
                clients.check_parameters(scope.get("query_string", b""))
            scope = language.begin(scope)
            await app(scope, receive, answer.send)
        except (ServerError, StoreError) as error:
            await problems.as_json(error)(scope, receive, answer.send)
        except asyncio.CancelledError:
            # The server is stopping, and this request was not answered within shutdown_timeout.
            if answer.status:
                raise
            await problems.as_json(LimitError("服务器正在停止，请稍后再试。", "The server is stopping; try again."))(
                scope, receive, answer.send
            )
        except Exception as error:
            if answer.status:
                raise
            _LOG.exception("request %s failed", answer.id)
            await problems.as_json(error)(scope, receive, answer.send)

    async def warm(self) -> None:
        """Answer the first pages in each language, so that no visitor waits for what is made once.

        A page that fails here fails no start: its visitors see why.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                for path in FIRST:
                    for name in language.LANGUAGES:
                        await self._rehearse(path, name)

    async def _rehearse(self, path: str, language_name: str) -> None:
        """Answer a GET for the page at `path` in a language as for a browser, and drop the response.

        The request leaves no trace in metrics and logs.
        """
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "root_path": self._root,
            "path": self._root + path,
            "raw_path": f"{self._root}{path}".encode("ascii"),
            "query_string": f"lang={language_name}".encode("ascii"),
            "headers": [(b"accept", b"text/html"), (b"accept-encoding", b"gzip")],
            "client": None,
            "server": None,
            NOTES: Notes("", "page"),
        }
        await self._dispatch(scope, path, _nothing, _Answer(_dropped, "", "GET", path, self._root))

    def _id(self, scope: Scope) -> str:
        """Return the request's id: its X-Request-Id if that has safe characters only, else a new one."""
        safe = (value for name, value in scope["headers"] if name == _ID and _VALID_ID.fullmatch(value))
        return next((str(value, "ascii") for value in safe), None) or next(self._new_ids)


async def _nothing() -> Message:
    """Return an empty request body as the final message (ASGI's `receive`)."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _dropped(message: Message) -> None:
    """Drop a message of a response (ASGI's `send`)."""


class _Answer:
    """Replacement for ASGI's `send`: completes headers, and drops a body sent to HEAD.

    It puts the site's root path before addresses in Location and Link.
    """

    __slots__ = ("_bodiless", "_path", "_root", "_send", "id", "size", "status")

    def __init__(self, send: Send, request_id: str, method: str, path: str, root: str) -> None:
        self._send = send
        self._bodiless = method == "HEAD"
        self._path = path
        self._root = root.encode("ascii")
        self.id = request_id
        self.status = 0
        self.size = 0

    async def send(self, message: Message) -> None:
        """Send an ASGI message to the client, with the common headers added.

        Addresses in Location and Link get the site's root path. A response to HEAD loses its body.
        """
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            if self.status == 405:
                headers = [(name, value) for name, value in headers if name != b"allow"]
                headers.append((b"allow", allowed(self._path).encode("ascii")))
            if self._root or 300 <= self.status < 400:
                headers = [(name, self._completed(name, value)) for name, value in headers]
            there = {name for name, _ in headers}
            headers += [header for header in _COMMON_HEADERS if header[0] not in there]
            headers.append((_ID, self.id.encode("ascii")))
            message = {**message, "headers": headers}
        elif self._bodiless:
            message = {**message, "body": b""}
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)

    def _completed(self, name: bytes, value: bytes) -> bytes:
        """Return a header's value; Location and Link get the site's root, which handlers omit, before addresses.

        A redirect's Location also gets the parameter `lang` that the request's address had.
        """
        if name == b"location" and value.startswith(b"/"):
            given = language.wish().given
            if given is not None and 300 <= self.status < 400:
                value = language.address(value.decode("latin-1"), given).encode("latin-1")
            return self._root + value
        return value.replace(b"</", b"<%b/" % self._root) if name == b"link" and self._root else value
