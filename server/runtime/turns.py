"""Time limits of one request's work in this process, checked between its steps; commands work without a limit.

This module is apart from `work`, so that code which only checks the time imports no web framework.
"""

import time
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from typing import Any, TypeVar

from jixiao.server.errors import ClientGoneError
from jixiao.server.query.jobs import timed_out

Answered = TypeVar("Answered")


class Turn:
    """The time limit of one request's work, `seconds` from construction on; end() ends it earlier, from any thread."""

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
        """Raise QueryTimeoutError if the time is over, or ClientGoneError if end() was called."""
        if self._ended:
            raise ClientGoneError.hung_up()
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


def begin(turn: Turn) -> None:
    """Set the time limit for the work of this thread, in the thread's own context."""
    _TURN.set(turn)


def turn() -> Turn | None:
    """Return the time limit of the work that this thread does for a request, None if there is no limit."""
    return _TURN.get()


def look() -> None:
    """Raise QueryTimeoutError or ClientGoneError if the work of this thread is to end."""
    if (present := _TURN.get()) is not None:
        present.look()
