"""Bound the time, size and number of requests and connections that a slow or greedy client may use.

uvicorn documents one hook for this, the setting `http`, which takes a class of protocols. Connection, such a class,
extends uvicorn's own one, and tests/server/app/test_uvicorn.py lists the names that it uses beyond those of asyncio and
httptools (decision 38). Refusals are written here, since front.py sees complete requests only.
"""

import asyncio
import re
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, cast

import httptools
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from jixiao.server.http import clients, problems
from jixiao.server.http.headers import joined
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime import turns
from jixiao.server.settings import Settings

_METHOD = re.compile(rb"[A-Za-z-]{1,32} ")


@dataclass(frozen=True)
class Bounds:
    """Limits for one connection, one client and all clients. Times are in seconds, sizes in bytes.

    `line` bounds the address in the request line in bytes, which is as much as the parser of addresses takes, `head`
    this line and the headers, and what a client sends beside a body: the sizes and extensions of its chunks, and
    trailers. `headers` bounds the number of headers, `pipelined` the requests waiting on one
    connection, `connections` and `per_client` the open connections in all and of one client. `head_seconds` is the time
    to send a head, `body_seconds` that between two parts of a body, `idle_seconds` that between two requests, and
    `write_seconds` that to read an answer. After a refusal the server reads on for `linger_seconds`, so that the client
    receives the answer.
    """

    line: int = (64 << 10) - 1
    head: int = 128 << 10
    headers: int = 200
    pipelined: int = 32
    connections: int = 2_000
    per_client: int | None = 500
    head_seconds: float = 10
    idle_seconds: int = 15
    body_seconds: float = 30
    write_seconds: float = 60
    linger_seconds: float = 2


class Configuration(uvicorn.Config):
    """uvicorn's configuration with `bounds`. `app` is the application, or a function that makes it."""

    def __init__(self, app: Any, settings: Settings, bounds: Bounds | None = None, **more: Any) -> None:
        limit = None if settings.trusted_proxies else Bounds.per_client
        self.bounds = bounds or Bounds(body_seconds=settings.body_timeout, per_client=limit)
        self.clients: Counter[str] = Counter()
        super().__init__(
            app,
            http=Connection,
            ws="none",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=self.bounds.idle_seconds,
            timeout_graceful_shutdown=max(1, round(settings.shutdown_timeout)),
            **more,
        )


class Connection(HttpToolsProtocol):
    """One connection of a client, with limits (`Bounds`) on its time, its sizes and the number of its requests."""

    def __init__(
        self,
        config: Configuration,
        server_state: Any,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds = config.bounds
        self._clients = config.clients
        self._metrics: Metrics = app_state["metrics"]
        self._client_key = ""
        self._phase: Literal["idle", "head", "body"] = "idle"
        # Bytes that may still come before the head is complete, or before more of the body does; and the monotonic time
        # when the last part of the body arrived.
        self._spare = self._bounds.head
        self._body_time = 0.0
        # True if further bytes are discarded, and if a response has announced that the connection closes.
        self._discarding = self._closing = False
        self._unanswered = deque[RequestResponseCycle]()  # requests: the one being answered, and those behind it
        self.app = self._announcing(self.app)
        self._refusal: tuple[HTTPStatus, str, str] | None = None
        self._timers: dict[Literal["reading", "writing"], asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count a new connection, and refuse it if there are too many in all or from its client.

        Above a tenth more than the limit, the connection is closed without an answer.
        """
        super().connection_made(transport)
        address = transport.get_extra_info("peername")  # None if the client is gone already
        self._client_key = clients.client_key(address[0]) if address else ""
        self._clients[self._client_key] += 1
        self._metrics.connected(1)
        every, most, each = self._clients.total(), self._bounds.connections, self._bounds.per_client
        if every > most * 1.1:
            transport.abort()
        elif every > most or (each and self._clients[self._client_key] > each):
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE, "连接数已达上限，请稍后再试。", "Too many connections; try again later."
            )
        else:
            self._start("reading", self._bounds.head_seconds, self._stalled)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers of a closed connection and count it no longer."""
        self._cancel("reading")
        self._cancel("writing")
        self._unset_keepalive_if_required()
        self._clients[self._client_key] -= 1
        if not self._clients[self._client_key]:
            del self._clients[self._client_key]
        self._metrics.connected(-1)
        if self._unanswered:
            self._break_off(self._unanswered[0])  # otherwise it would write to the closed transport
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, and refuse malformed or oversized requests."""
        if self._discarding:
            return
        self._unset_keepalive_if_required()
        self._spare -= len(data)
        if self._phase == "body":
            self._body_time = time.monotonic()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # A request to upgrade is answered as a plain one; bytes after it may be of another protocol: discard them.
            self._discarding = True
            return
        except httptools.HttpParserError as error:
            wrong = (
                HTTPStatus.BAD_REQUEST,
                "这不是正确的 HTTP 请求；地址里的汉字等要用百分号编码。",
                "This is no valid HTTP request; an address has characters outside ASCII percent-encoded.",
            )
            if isinstance(error, httptools.HttpParserInvalidMethodError) and _METHOD.match(data):
                wrong = HTTPStatus.METHOD_NOT_ALLOWED, "没有这种请求方法。", "There is no such method."
            self._refuse(*(self._refusal or wrong))
            return
        if self._spare < 0:
            self._refuse(*self._too_large())
        elif "reading" not in self._timers and (self._phase != "idle" or not self._unanswered):
            seconds = self._bounds.body_seconds if self._phase == "body" else self._bounds.head_seconds
            self._start("reading", seconds, self._stalled)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._phase = "head"
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; fields that follow the body (trailers) are ignored, as the server uses none."""
        if self._phase == "head":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check a request's complete head; refuse it by raising an exception, which ends the parsing."""
        self._cancel("reading")
        # Sum the headers' lengths only if the bytes received exceed the bound, since summing costs time.
        head = len(self.url)
        if self._spare < 0:
            head += sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.url) > self._bounds.line or head > self._bounds.head or len(self.headers) > self._bounds.headers:
            self._stop(*self._too_large())
        if len(self._unanswered) > self._bounds.pipelined:
            self._stop(HTTPStatus.BAD_REQUEST, "一次排队的请求过多。", "Too many requests in a row without waiting.")
        try:
            self.headers[:] = joined(self.headers)
        except ValueError as twice:
            self._stop(HTTPStatus.BAD_REQUEST, f"{twice} 头只能有一个。", f"A request has at most one {twice} header.")
        said = dict(self.headers)
        if b"host" not in said and self.parser.get_http_version() == "1.1":
            self._stop(HTTPStatus.BAD_REQUEST, "请求应有一个 Host 头。", "A request has exactly one Host header.")
        if said.get(b"transfer-encoding", b"chunked").strip().lower() != b"chunked":
            # A proxy could see another end of the body, and pass on a request hidden in the body (RFC 9112, 6.1).
            self._stop(
                HTTPStatus.BAD_REQUEST,
                "请求体的传输编码只能是 chunked。",
                "The body of a request may be chunked, but not encoded otherwise.",
            )
        self._phase, self._body_time, self._spare = "body", time.monotonic(), self._bounds.head
        super().on_headers_complete()
        self._unanswered.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, and allow as many further bytes beside the body, for the sizes of chunks."""
        self._spare = min(self._spare + 2 * len(body), self._bounds.head)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that a request has been received completely."""
        self._cancel("reading")
        self._phase, self._spare = "idle", self._bounds.head
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Close the connection if the response came before the body's end or was the last, once the client has it."""
        self._unanswered.popleft()
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_writing()
        elif self._closing or self._phase == "body" or (self._discarding and not self._unanswered):
            self._linger()

    def _announcing(self, app: ASGIApp) -> ASGIApp:
        """Wrap `app` to send `Connection: close` with a response that begins before the request's body has arrived.

        Without that header a client may send its next request on the closing connection (RFC 9112, section 9.6). If
        `app` breaks its response off, the connection closes, so that the client knows that the response is not whole.
        """

        async def announcing(scope: Scope, receive: Receive, send: Send) -> None:
            request = self._unanswered[0]

            async def tell(message: Message) -> None:
                if message["type"] == "http.response.start" and self._phase == "body" and self.cycle is request:
                    self._closing = True
                    message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
                await send(message)
                if self._closing:
                    request.keep_alive = True  # leaves the closing to `_linger`, which lets the answer arrive first

            await app(scope, receive, tell)
            if request in self._unanswered:
                self._break_off(request)  # uvicorn would log a fault
                self.transport.close()

        return announcing

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which no further request has come (called by uvicorn).

        A request that came while the event loop was busy waits in the socket, and closing it would lose the request.
        """
        waiting = select.poll()
        waiting.register(self.transport.get_extra_info("socket"), select.POLLIN)
        if not waiting.poll(0):
            super().timeout_keep_alive_handler()
            self._watch_writing()

    def pause_writing(self) -> None:
        """Start the time limit for a client that reads its answer more slowly than the server writes it."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """Stop the time limit for writing, since the client has read enough of its answer."""
        self._cancel("writing")
        super().resume_writing()

    def _too_large(self) -> tuple[HTTPStatus, str, str]:
        """Return status and message (Chinese, English) for a request whose address, headers or chunks are too large."""
        if self._phase != "head":
            return (
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"请求体之外（分块的写法、尾部）超过 {self._bounds.head:,} 字节。",
                f"There are more than {self._bounds.head:,} bytes beside a request's body (chunks, trailers).",
            )
        if len(self.url) > min(self._bounds.line, self._bounds.head - (0 if self.headers else 64)):
            return (
                HTTPStatus.REQUEST_URI_TOO_LONG,
                "地址过长；长的查询请用 POST。",
                "The address is too long; send a long query by POST.",
            )
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"请求头至多 {self._bounds.headers} 项、{self._bounds.head:,} 字节。",
            f"A request has at most {self._bounds.headers} headers and {self._bounds.head:,} bytes of them.",
        )

    def _stop(self, status: HTTPStatus, zh: str, en: str) -> None:
        """End the parsing with a refusal, worded in Chinese and English; called from the parser's callbacks.

        Raises ValueError.
        """
        self._refusal = status, zh, en
        raise ValueError(en)

    def _stalled(self) -> None:
        """Refuse or close a connection whose time limit for a head, a part of a body or a next request has passed.

        A body that the application is slow to take gets more time.
        """
        del self._timers["reading"]
        if self.transport.is_closing():
            return
        if self._phase == "body":
            left = self._body_time + self._bounds.body_seconds - time.monotonic()
            if left > 0 or not self.transport.is_reading():
                # Reading is paused when the application is slow: the client is not to blame and gets more time.
                self._start("reading", max(left, 1), self._stalled)
                return
        if self._phase == "idle":
            self.transport.close()
            self._watch_writing()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "请求没有及时发完。", "The request did not arrive in time.")

    def _refuse(self, status: HTTPStatus, zh: str, en: str) -> None:
        """Answer with an error, worded in Chinese and English, and discard what the client sends on.

        Requests before this one are answered first.
        """
        self._discarding = True
        self._cancel("reading")
        self._metrics.refused(status)
        if self._unanswered:
            if self._phase != "body":
                return
            self._break_off(self._unanswered[-1])
            if self._closing or len(self._unanswered) > 1:
                self.transport.abort()
                return
        headers, body = problems.refusal(status, zh, en)
        head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Connection": "close"}.items())
        self.transport.write(f"HTTP/1.1 {int(status)} {status.phrase}\r\n{head}\r\n".encode("ascii") + body)
        self._linger()

    def _linger(self) -> None:
        """Close the connection for writing, and close it fully after `linger_seconds` of reading on.

        Closing at once could reset the connection and lose the answer on its way (RFC 9112, section 9.6).
        """
        self._discarding = True
        self._unset_keepalive_if_required()
        self._cancel("reading")
        self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._watch_writing()
        self._start("reading", self._bounds.linger_seconds, self._end_lingering)

    def _end_lingering(self) -> None:
        if self.transport.get_write_buffer_size():
            self._start("reading", self._bounds.linger_seconds, self._end_lingering)
        else:
            self.transport.abort()

    def _watch_writing(self) -> None:
        """Start a timer that drops the connection unless the client reads the written bytes within `write_seconds`."""
        if "writing" not in self._timers:
            self._start("writing", self._bounds.write_seconds, self.transport.abort)

    @staticmethod
    def _break_off(request: RequestResponseCycle) -> None:
        """Tell the application that nobody takes the answer to a request, write no more of it, and end its turn."""
        request.disconnected = True
        request.message_event.set()
        turn = cast(turns.Turn | None, request.scope.get(turns.IN_SCOPE))
        if turn is not None:
            turn.end()

    def _start(self, timer: Literal["reading", "writing"], seconds: float, then: Callable[[], object]) -> None:
        self._timers[timer] = asyncio.get_running_loop().call_later(seconds, then)

    def _cancel(self, timer: Literal["reading", "writing"]) -> None:
        if timer in self._timers:
            self._timers.pop(timer).cancel()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a host and port; port 0 stands for any free port. Raises OSError."""
    six = ":" in host
    return socket.create_server(
        (host, port),
        family=socket.AF_INET6 if six else socket.AF_INET,
        backlog=Bounds.connections,
        dualstack_ipv6=six and socket.has_dualstack_ipv6(),
    )
