"""Represent the client of a request, by whose address its queries are counted, and read the body that it sends.

A query waits for a seat and for a worker; either wait ends early when the client has closed its connection. A body is
read within limits of size and time, and forms and query strings are decoded.
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from jixiao.server.errors import ClientGoneError, ParameterError, ServerError, SlowRequestError
from jixiao.server.http.requests import MOST_NAMES, MOST_PARAMETERS, MOST_VALUES

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

UNWATCHED = 0.1
"""Seconds of a wait before watching for the client's disconnection begins; the watch costs more than a quick query."""


async def done_within(wanted: asyncio.Future[Any], seconds: float) -> bool:
    """Wait up to `seconds` for the future `wanted`, without cancelling it; return whether it is done."""
    await asyncio.wait({wanted}, timeout=seconds)
    return wanted.done()


class Client:
    """The sender of one request. `receive` is ASGI's, after the body has been read; None for the server's own queries.

    `lane` is the kind of seat that the client's query had last: quick or heavy.
    """

    def __init__(self, address: str, receive: Receive | None = None) -> None:
        self.address = address
        self.lane = "quick"
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, scope: Mapping[str, Any], receive: Receive) -> "Client":
        """Return the sender of the request with an ASGI scope, by the key under which its requests are counted."""
        address = scope.get("client")
        return cls(client_key(address[0]) if address else "", receive)

    async def done_within(self, wanted: asyncio.Future[Any], seconds: float) -> bool:
        """Wait up to `seconds` for the future `wanted`; return whether it is done.

        Raises ClientGoneError if the client disconnects first.
        """
        if await done_within(wanted, min(UNWATCHED, seconds)):
            return True
        seconds -= UNWATCHED
        if seconds <= 0:
            return False
        watched: set[asyncio.Future[Any]] = {wanted}
        if self._receive is not None:
            self._watch = self._watch or asyncio.ensure_future(_hung_up(self._receive))
            watched.add(self._watch)
        await asyncio.wait(watched, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if wanted.done():
            return True
        if self._watch is not None and self._watch.done():
            raise ClientGoneError.hung_up()
        return False

    async def wait(self, wanted: asyncio.Future[Any], seconds: float, late: Callable[[], Exception]) -> None:
        """Wait up to `seconds` for the future `wanted`; if it is not done then, raise the error that `late` returns.

        Raises ClientGoneError if the client disconnects first.
        """
        if not await self.done_within(wanted, seconds):
            raise late()

    def leave(self) -> None:
        """Stop watching for the client's disconnection."""
        if self._watch is not None:
            self._watch.cancel()


def client_key(address: str) -> str:
    """Return the key under which a client's requests are counted: its IPv4 address, or the /64 of its IPv6 address.

    A whole /64 network usually belongs to one client.
    """
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(receive: Receive, most: int, seconds: float, too_long: ServerError) -> bytes:
    """Return a request's body, which may have `most` bytes and take `seconds` from its second piece on.

    Raises the error `too_long` for a longer body, SlowRequestError and ClientGoneError.
    """
    # The first piece needs no timeout here: connections.py closes a connection on which none arrives.
    body, more = await _piece(receive)
    if not more and len(body) <= most:
        return body
    received = bytearray(body)
    try:
        async with asyncio.timeout(seconds):
            while more and len(received) <= most:
                body, more = await _piece(receive)
                received += body
    except TimeoutError:
        raise SlowRequestError(
            f"请求在 {seconds:g} 秒内没有收完。", f"The whole request did not arrive within {seconds:g} s."
        ) from None
    if len(received) > most:
        raise too_long
    return bytes(received)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """Return the next piece of the body, and True if more pieces follow. Raises ClientGoneError."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGoneError.hung_up()
    return message.get("body", b""), message.get("more_body", False)


def decoded(raw: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a URL-encoded form or query string. Raises ParameterError, also for too many."""
    if not raw:
        return []
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise not_utf8() from None
    except ValueError:
        raise ParameterError(
            f"参数超过 {MOST_PARAMETERS} 个。", f"There are more than {MOST_PARAMETERS} parameters."
        ) from None
    times = Counter(name for name, _ in pairs)
    if max(times.values(), default=0) > MOST_VALUES or len({name for name, value in pairs if value}) > MOST_NAMES:
        raise ParameterError(
            f"一个参数最多写 {MOST_VALUES} 次，不同的参数最多 {MOST_NAMES} 个。",
            f"A parameter may be given {MOST_VALUES} times at most, and there may be {MOST_NAMES} different ones.",
        )
    return pairs


@lru_cache(maxsize=512)  # clients repeat the same lookups
def check_parameters(asked: bytes) -> None:
    """Raise ParameterError for a query string with too many parameters, or in another encoding than UTF-8."""
    decoded(asked)


def not_utf8() -> ParameterError:
    """Return the error for a request that is not in UTF-8."""
    return ParameterError("请求应为 UTF-8 编码。", "The request must be in UTF-8; a form must be percent-encoded.")
