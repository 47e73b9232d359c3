"""Time limits of one request's work in this process, looked at between its steps; commands work without a limit.

The front begins the turn of each request and ends it with the answer; the connection ends it when the client hangs up.
Threads that work for the request inherit the turn with their context. What loops over something that was typed, or over
rows, calls look(), so that the work of a request ends soon after its turn. This module is apart from `work`, so that
code which only looks at the time imports no web framework.
"""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from jixiao.server.errors import ClientGoneError
from jixiao.server.query.jobs import timed_out
from jixiao.store.index.readers import TURN

Answered = TypeVar("Answered")
Item = TypeVar("Item")

IN_SCOPE = "jixiao.turn"
"""The key of a request's turn in its ASGI scope."""
_STRIDE = 64
"""Items between two looks of looked(): making an item takes longer than a look takes for so many."""


class Turn:
    """The time limit of one request's work: `seconds` from the first look on, as a body or a seat may take longer.

    end() ends the work earlier, from any thread.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._ended = False
        self._queries: set[Future[Any]] = set()

    @property
    def left(self) -> float:
        """Seconds left, 0 if the time is over or the work was ended."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._seconds
        return 0.0 if self._ended else max(0.0, self._until - now)

    def look(self) -> None:
        """Raise QueryTimeoutError if the time is over, or ClientGoneError if end() was called."""
        left = self.left  # before the check of the end, which another thread may set between both
        if self._ended:
            raise ClientGoneError.hung_up()
        if not left:
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


@contextmanager
def begun(turn: Turn) -> Iterator[None]:
    """Set the time limit for the work of this context within the block, at whose end the turn ends."""
    before = TURN.set(turn)
    try:
        yield
    finally:
        turn.end()
        TURN.reset(before)


def turn() -> Turn | None:
    """Return the time limit of the work that this context does for a request, None if there is no limit."""
    return cast(Turn | None, TURN.get())


def look() -> None:
    """Raise QueryTimeoutError or ClientGoneError if the work of this context is to end."""
    if (present := turn()) is not None:
        present.look()


def looked(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, with a look at the time between them. Raises as look() does."""
    for number, item in enumerate(items):
        if not number % _STRIDE:
            look()
        yield item
