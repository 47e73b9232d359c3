"""Bytes of a connection come in, requests go out to uvicorn; what a slow or greedy client may take here is bounded.

Apart because it stands on uvicorn's own protocol class and its attributes: a new uvicorn is to be tried against
tests/server/test_connections.py. A refusal is written here, before there is a request that front.py could answer.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from jixiao.server.http import plain_problem
from jixiao.server.http.clients import client_key
from jixiao.server.http.headers import HEADERS
from jixiao.server.settings import Settings
from jixiao.server.watch.metrics import Metrics

Phase = Literal["idle", "head", "body"]

_METHOD = re.compile(rb"[A-Za-z-]{1,32} ")


@dataclass(frozen=True)
class Bounds:
    """What one connection, one client and all clients may take. Times in seconds, sizes in bytes."""

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
    """uvicorn's configuration with our bounds. `app` is the application, or the name of what makes it."""

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
    """One connection of a client."""

    def __init__(
        self,
        config: Configuration,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds = config.bounds
        self._clients = config.clients
        self._metrics: Metrics | None = app_state.get("metrics")
        self._client_key = ""
        self._phase: Phase = "idle"
        self._fed = 0  # bytes since the present message began, until its head is whole
        self._heard = 0.0  # when a part of the body came last
        self._deaf = False  # nothing more that this client sends is read
        self._refusal: tuple[HTTPStatus, str, str] | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        super().connection_made(transport)
        self._client_key = client_key(self.client[0]) if self.client else ""
        self._clients[self._client_key] += 1
        if self._metrics:
            self._metrics.opened()
        most, each = self._bounds.connections, self._bounds.per_client
        if len(self.connections) > most * 1.1:
            transport.abort()
        elif len(self.connections) > most or (each and self.client and self._clients[self._client_key] > each):
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE, "连接数已达上限，请稍后再试。", "Too many connections; try again later."
            )
        else:
            self._reading = self.loop.call_later(self._bounds.head_seconds, self._stalled)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over, by whichever side."""
        self._cancel_reading()
        self._cancel_writing()
        self._unset_keepalive_if_required()
        self._clients[self._client_key] -= 1
        if not self._clients[self._client_key]:
            del self._clients[self._client_key]
        if self._metrics:
            self._metrics.closed()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        if self._phase == "body":
            self._heard = self.loop.time()
        else:
            self._fed += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Answered as the plain request that it also is; what follows would be in another protocol.
            self._deaf = True
            return
        except httptools.HttpParserError as error:
            wrong = HTTPStatus.BAD_REQUEST, "这不是正确的 HTTP 请求。", "This is no valid HTTP request."
            if isinstance(error, httptools.HttpParserInvalidMethodError) and _METHOD.match(data):
                wrong = HTTPStatus.METHOD_NOT_ALLOWED, "没有这种请求方法。", "There is no such method."
            self._refuse(*(self._refusal or wrong))
            return
        if self._phase == "head" and self._fed > self._bounds.head:
            self._refuse(*self._too_large())
        elif self._reading is None and (self._phase != "idle" or self._quiet()):
            seconds = self._bounds.body_seconds if self._phase == "body" else self._bounds.head_seconds
            self._reading = self.loop.call_later(seconds, self._stalled)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._phase = "head"
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; or one behind a body, of which none means anything here."""
        if self._phase == "head":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A request's head is whole; what is raised here ends the parsing."""
        self._cancel_reading()
        if len(self.url) > self._bounds.head or len(self.headers) > self._bounds.headers or self._head_too_large():
            self._stop(*self._too_large())
        if len(self.pipeline) >= self._bounds.pipelined:
            self._stop(HTTPStatus.BAD_REQUEST, "一次排队的请求过多。", "Too many requests in a row without waiting.")
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            self._stop(HTTPStatus.BAD_REQUEST, "请求应有一个 Host 头。", "A request has exactly one Host header.")
        coded = [value for name, value in self.headers if name == b"transfer-encoding"]
        if coded and [value.strip().lower() for value in coded] != [b"chunked"]:
            # Read otherwise by somebody before us, it could hide a request in a request (RFC 9112, section 6.1).
            self._stop(HTTPStatus.BAD_REQUEST, "请求体的传输编码只能是 chunked。", "A body is chunked or is not coded.")
        self._phase = "body"
        self._heard = self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request has come in whole."""
        self._cancel_reading()
        self._phase = "idle"
        self._fed = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request was answered, perhaps before all of its body was there, or as the last one."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_writing()
        elif self._phase == "body" or (self._deaf and self._quiet()):
            self._linger()

    def timeout_keep_alive_handler(self) -> None:
        """The client asked nothing more."""
        super().timeout_keep_alive_handler()
        self._watch_writing()

    def pause_writing(self) -> None:
        """The client takes its answer more slowly than it is made."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._cancel_writing()
        super().resume_writing()

    def _quiet(self) -> bool:
        """Whether nothing is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _head_too_large(self) -> bool:
        # Summing up is left for when there was enough to be suspected.
        if self._fed <= self._bounds.head:
            return False
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self._bounds.head

    def _too_large(self) -> tuple[HTTPStatus, str, str]:
        if len(self.url) > self._bounds.head - (0 if self.headers else 64):
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
        """End the parsing from within one of the parser's calls."""
        self._refusal = status, zh, en
        raise ValueError(en)

    def _stalled(self) -> None:
        """The time for a head, or for the next part of a body, is over."""
        self._reading = None
        if self.transport.is_closing():
            return
        if self._phase == "body":
            left = self._heard + self._bounds.body_seconds - self.loop.time()
            if left > 0 or self.flow.read_paused:
                # While nobody reads it is not the client that is slow.
                self._reading = self.loop.call_later(max(left, 1), self._stalled)
                return
        if self._phase == "idle":
            self.transport.close()
            self._watch_writing()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "请求没有及时发完。", "The request did not arrive in time.")

    def _refuse(self, status: HTTPStatus, zh: str, en: str) -> None:
        """Answer with an error, and read nothing more; requests that came before are answered first."""
        self._deaf = True
        self._cancel_reading()
        if self._metrics:
            self._metrics.refused(status)
        if not self._quiet():
            if self._phase != "body":
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        body = plain_problem.problem(status, zh, en)
        lines = {**HEADERS, **plain_problem.headers(status, body), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.transport.write(f"HTTP/1.1 {int(status)} {status.phrase}\r\n{head}\r\n".encode("ascii") + body)
        self._linger()

    def _linger(self) -> None:
        """Say that nothing more comes and hear the client out for a moment: a plain close would reset the connection,
        and the answer could be lost with it (RFC 9112, section 9.6)."""
        self._deaf = True
        self._unset_keepalive_if_required()
        self._cancel_reading()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._watch_writing()
        self._reading = self.loop.call_later(self._bounds.linger_seconds, self._lingered)

    def _lingered(self) -> None:
        if self.transport.get_write_buffer_size():
            self._reading = self.loop.call_later(self._bounds.linger_seconds, self._lingered)
        else:
            self.transport.abort()

    def _watch_writing(self) -> None:
        """Drop the connection should it not take what is written."""
        if self._writing is None:
            self._writing = self.loop.call_later(self._bounds.write_seconds, self.transport.abort)

    def _cancel_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _cancel_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(Bounds.connections)
    except OSError:
        listening.close()
        raise
    return listening
