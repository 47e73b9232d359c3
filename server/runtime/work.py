"""Admit the work that this process does itself: a few requests at a time, clients in turn, each within a time.

Reading a question, a search and a comparison run in threads, which nothing can stop from outside. So the code of each
calls turns.look() between its steps, and ends there once its time is over or its client has hung up. All other
requests, such as those for the server's health, have other threads and wait for none of these.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response

from jixiao.server.http.clients import Client
from jixiao.server.query.seats import Seats
from jixiao.server.runtime import turns
from jixiao.server.settings import Settings

Answered = TypeVar("Answered")


class Desk:
    """The seats for work in this process (see the module); used from the process's event loop.

    There are as many seats as quick seats for queries, with the same waiting line, and the work of each request has the
    time limit of a view's query.
    """

    def __init__(self, settings: Settings) -> None:
        self.seats = Seats(settings.seats[0], settings.waiting, settings.waiting_per_client, settings.patience)
        self._threads = CapacityLimiter(self.seats.number)
        self._seconds = settings.view_timeout

    async def done(self, request: Request, do: Callable[[], Answered]) -> Answered:
        """Call a function in a thread when a seat is free, and return its result.

        Raises the function's errors, PoolBusyError, TooManyError and ClientGoneError; the function has then ended.
        """
        client = Client.of(request.scope, request.receive)
        async with self.seats.held(client):
            return await self._seated(client, do)

    async def _seated(self, client: Client, do: Callable[[], Answered]) -> Answered:
        present = turns.Turn(self._seconds)
        working = asyncio.ensure_future(to_thread.run_sync(_within, present, do, limiter=self._threads))
        try:
            while not await client.done_within(working, self._seconds):
                pass  # the thread looks at the time by itself
        except BaseException:
            present.end()
            await asyncio.gather(working, return_exceptions=True)
            raise
        return working.result()


def _within(present: turns.Turn, do: Callable[[], Answered]) -> Answered:
    turns.begin(present)
    return do()


def seated(handler: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """Wrap a route's handler, which runs in a thread, so that each request waits for a seat of the service's desk."""

    @functools.wraps(handler)
    async def admitted(request: Request, **given: Any) -> Response:
        desk: Desk = request.app.state.service.desk
        return await desk.done(request, functools.partial(handler, request=request, **given))

    return admitted
