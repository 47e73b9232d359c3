"""Admit the work that this process does itself: a few requests at a time, clients in turn, each within a time.

Reading a question, a search and a comparison run in threads, which nothing can stop from outside. So the code of each
calls look() between its steps, and ends there once its time is over or its client has hung up. All other requests,
such as those for the server's health, have other threads and wait for none of these.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response

from jixiao.server.http.clients import Client, client_key, gone
from jixiao.server.query.jobs import timed_out
from jixiao.server.query.seats import Seats
from jixiao.server.settings import Settings

Answered = TypeVar("Answered")


class Turn:
    """The time of one request's work, in seconds from now; it ends earlier if end() is called, in any thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._ended = False
        self._queries: set[Future[Any]] = set()

    @property
    def left(self) -> float:
        """Seconds left, 0 if the time is over."""
        return max(0.0, self._until - time.monotonic())

    def look(self) -> None:
        """Raise QueryTimeoutError if the time is over, ClientGoneError after end()."""
        if self._ended:
            raise gone()
        if not self.left:
            raise timed_out(self._seconds)

    def end(self) -> None:
        """End the work at its next look(), and cancel the queries that it waits for."""
        self._ended = True
        for query in tuple(self._queries):
            query.cancel()

    def result(self, query: Future[Answered]) -> Answered:
        """Wait for a query and return its result. Raises its error, and ClientGoneError after end()."""
        self._queries.add(query)
        try:
            self.look()
            return query.result()
        except CancelledError:
            self.look()
            raise
        finally:
            self._queries.discard(query)
            query.cancel()


_TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)


def turn() -> Turn | None:
    """Return the time of the work that this thread does for a request, None if it has no limit."""
    return _TURN.get()


def look() -> None:
    """Raise QueryTimeoutError or ClientGoneError if the work of this thread is to end."""
    if (present := _TURN.get()) is not None:
        present.look()


class Desk:
    """The seats for such work in one server process; used from its event loop.

    There are as many as for quick queries, with the same waiting line, and each has the time of a view's query.
    """

    def __init__(self, settings: Settings) -> None:
        self.seats = Seats(settings.seats[0], settings.waiting, settings.waiting_per_client, settings.patience)
        self._threads = CapacityLimiter(self.seats.number)
        self._seconds = settings.view_timeout

    async def done(self, request: Request, do: Callable[[], Answered]) -> Answered:
        """Call a function in a thread when a seat is free, and return its result.

        Raises its errors, PoolBusyError, TooManyError, ClientGoneError; the function has then ended.
        """
        client = Client(client_key(request.client.host) if request.client else "", request.receive)
        try:
            await self.seats.take(client)
            try:
                return await self._seated(client, do)
            finally:
                self.seats.give_back()
        finally:
            client.leave()

    async def _seated(self, client: Client, do: Callable[[], Answered]) -> Answered:
        present = Turn(self._seconds)
        working = asyncio.ensure_future(to_thread.run_sync(_within, present, do, limiter=self._threads))
        try:
            while not await client.done_within(working, self._seconds):
                pass  # the thread looks at the time by itself
        except BaseException:
            present.end()
            await asyncio.gather(working, return_exceptions=True)
            raise
        return working.result()


def _within(present: Turn, do: Callable[[], Answered]) -> Answered:
    _TURN.set(present)  # in the thread's own context
    return do()


def seated(handler: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """Let a route's handler, a function for a thread, wait for a seat of the service's desk."""

    @functools.wraps(handler)
    async def admitted(request: Request, **given: Any) -> Response:
        desk: Desk = request.app.state.service.desk
        return await desk.done(request, functools.partial(handler, request=request, **given))

    return admitted
