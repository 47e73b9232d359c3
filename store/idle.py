"""Lend connections to a file, and close them with the object that owns them."""

import queue
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Closeable(Protocol):
    """A connection that can be closed."""

    def close(self) -> None:
        """Close the connection."""


C = TypeVar("C", bound=Closeable)


class Idle(Generic[C]):
    """Connections that no thread uses, each lent to one thread at a time; `connect` opens one when none is idle.

    All are closed when this object is no longer used. A finalizer of its own would come too late in cycles of garbage,
    in which Python 3.13 may find, and warn of, the open connections first.
    """

    def __init__(self, connect: Callable[[], C]) -> None:
        self._connect = connect
        self._free: queue.LifoQueue[C] = queue.LifoQueue()
        weakref.finalize(self, _close, self._free)

    @contextmanager
    def lent(self) -> Iterator[C]:
        """Lend a connection for the block; after an error it is closed. Raises what `connect` does."""
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._free.put(connection)


def _close(free: "queue.LifoQueue[C]") -> None:
    while not free.empty():
        free.get_nowait().close()
