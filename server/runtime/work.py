"""Admit the work that this process does itself: a few requests at a time, clients in turn, each within a time.

Reading a question, a search and a comparison run in threads of their own, so that other requests, such as those for
the server's health, wait for none of these. Their work ends with the turn of their request (see turns).
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response

from jixiao.server.http.clients import Client
from jixiao.server.query.seats import Seats
from jixiao.server.settings import Settings

Answered = TypeVar("Answered")


class Desk:
    """The seats for work in this process (see the module); used from the process's event loop.

    There are as many seats as quick seats for queries, with the same waiting line.
    """

    def __init__(self, settings: Settings) -> None:
        self.seats = Seats(settings.seats[0], settings.waiting, settings.waiting_per_client, settings.patience)
        self._threads = CapacityLimiter(self.seats.number)

    async def done(self, request: Request, do: Callable[[], Answered]) -> Answered:
        """Call a function in a thread when a seat is free, and return its result.

        Raises the function's errors, PoolBusyError, TooManyError and ClientGoneError.
        """
        client = Client.of(request.scope, request.receive)
        async with self.seats.held(client):
            return await to_thread.run_sync(do, limiter=self._threads)


def seated(handler: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """Wrap a route's handler, which runs in a thread, so that each request waits for a seat of the service's desk."""

    @functools.wraps(handler)
    async def admitted(request: Request, **given: Any) -> Response:
        desk: Desk = request.app.state.service.desk
        return await desk.done(request, functools.partial(handler, request=request, **given))

    return admitted
