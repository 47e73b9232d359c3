"""Who asks: an address that shares are counted by, and a way to notice that it has hung up.

Apart because both lines and workers wait for something and for that; nothing is watched until there is a wait.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from jixiao.server.errors import ClientGoneError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


UNWATCHED = 0.1
"""Seconds of a wait in which nobody looks whether the client is still there: looking costs more than a lookup."""


async def done_within(wanted: asyncio.Future[Any], seconds: float) -> bool:
    """Wait so long for something; whether it came. Cheaper than asyncio.wait_for, and it cancels nothing."""
    if wanted.done():
        return True
    loop = asyncio.get_running_loop()
    moment: asyncio.Future[None] = loop.create_future()

    def wake(_: object = None) -> None:
        if not moment.done():
            moment.set_result(None)

    wanted.add_done_callback(wake)
    timer = loop.call_later(seconds, wake)
    try:
        await moment
    finally:
        timer.cancel()
        wanted.remove_done_callback(wake)
    return wanted.done()


class Client:
    """One request's sender. `receive` is ASGI's, after the body has been read; None for the server's own queries.

    `lane` is where its query was at last: quick or heavy.
    """

    def __init__(self, address: str, receive: Receive | None = None) -> None:
        self.address = address
        self.lane = "quick"
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None

    async def first(self, wanted: asyncio.Future[Any], seconds: float) -> bool:
        """Wait so long for something; whether it came. Raises ClientGoneError when the client went before it."""
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
            raise ClientGoneError("请求方已断开。", "The client has hung up.")
        return False

    async def wait(self, wanted: asyncio.Future[Any], seconds: float, late: Callable[[], Exception]) -> None:
        """Wait so long for something. Raises what `late` makes when it did not come, ClientGoneError."""
        if not await self.first(wanted, seconds):
            raise late()

    def leave(self) -> None:
        """Watch no longer."""
        if self._watch is not None:
            self._watch.cancel()


def client_key(address: str) -> str:
    """Whom an address stands for: itself, or its /64 where it is one of IPv6, which one client has whole."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
