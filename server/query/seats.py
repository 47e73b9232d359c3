"""Seats that callers take and give back, with a waiting line of limited length in which clients take turns.

Each free seat goes to the next client in turn, not to the oldest request, so that nobody waits for all of another
client's hundred requests.
"""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jixiao.ontology.text.decimals import counted
from jixiao.server.errors import PoolBusyError, TooManyError
from jixiao.server.http.clients import Client


class Seats:
    """A fixed number of seats; `reserved` of the seats are for entitled callers only. Used from one event loop.

    At most `waiting` requests wait in line, of which at most `per_client` are of one client, for `patience` seconds
    each. The server's own queries are entitled, queries of clients are not.
    """

    def __init__(self, number: int, waiting: int, per_client: int, patience: float, reserved: int = 0) -> None:
        self.number = number
        self._free = number
        self._most = waiting
        self._per_client = per_client
        self._patience = patience
        self._reserved = reserved
        self._queues: OrderedDict[tuple[bool, str], deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def taken(self) -> int:
        """Number of seats that are not free."""
        return self.number - self._free

    @property
    def waiting(self) -> int:
        """Number of requests in the waiting line."""
        return sum(map(len, self._queues.values()))

    def take_now(self, entitled: bool = False) -> bool:
        """Take a seat and return True, or return False if none is free or a waiting caller has precedence.

        `entitled` callers may take reserved seats, and precede other waiting callers.
        """
        if any(waits_entitled or not entitled for waits_entitled, _ in self._queues) or not self._has_free(entitled):
            return False
        self._free -= 1
        return True

    async def take(self, client: Client, entitled: bool = False, seconds: float = math.inf) -> None:
        """Take a seat, after waiting in line for at most `seconds` if none is free.

        Raises PoolBusyError if the line is full or the wait too long, TooManyError if this client already has the most
        requests in line that one client may have (entitled callers have no such limit), and ClientGoneError.
        """
        if self.take_now(entitled):
            return
        key = (entitled, client.address)
        queue = self._queues.get(key, deque())
        if len(queue) >= self._per_client and not entitled:
            raise TooManyError(
                f"同一来源已有 {len(queue)} 个查询在排队，请稍后再试。",
                f"{counted(len(queue), 'query', 'queries')} already waiting from this address; try again in a moment.",
            )
        if self.waiting >= self._most:
            raise busy()
        self._queues[key] = queue
        seated: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(seated)
        try:
            await client.wait(seated, min(self._patience, seconds), busy)
        except BaseException:
            if seated.done():  # got a seat and was cancelled in the same turn of the event loop
                self.give_back()
            raise
        finally:
            self._leave(key, seated)

    @asynccontextmanager
    async def held(self, client: Client) -> AsyncIterator[None]:
        """Hold a seat during the block, at whose end the client is no longer watched. Raises what `take` raises."""
        try:
            await self.take(client)
            try:
                yield
            finally:
                self.give_back()
        finally:
            client.leave()

    def give_back(self) -> None:
        """Free a seat, and give it to the client whose turn it is."""
        self._free += 1
        key = next((key for key in self._queues if self._has_free(key[0])), None)
        if key is not None:
            queue = self._queues.pop(key)
            seated = queue.popleft()
            if queue:
                self._queues[key] = queue  # at the end, since the other clients' turns come first
            self._free -= 1
            seated.set_result(None)

    def _has_free(self, entitled: bool) -> bool:
        return self._free > (0 if entitled else self._reserved)

    def _leave(self, key: tuple[bool, str], seated: asyncio.Future[None]) -> None:
        queue = self._queues.get(key)
        if queue is not None and seated in queue:
            queue.remove(seated)
            if not queue:
                del self._queues[key]


def busy() -> PoolBusyError:
    """Return the error for a full waiting line, or for a request that has waited too long."""
    return PoolBusyError("服务器正忙，请稍后再试。", "The server is busy; try again in a moment.")
