"""Keep a server busy with heavy queries during a block; each query is issued again as soon as it ends."""

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench.load import http as wire
from bench.load.lookups import exchange, query
from bench.load.servers import Server

QUERIES = ("heavy-properties", "heavy-targets", "heavy-product", "heavy-order")
_BUSY = frozenset({429, 503})
_PAUSE = 0.5  # seconds before a rejected query is issued again


class Heavy:
    """Clients, one per heavy query; `answers` counts by query and status, with 0 for a broken connection."""

    def __init__(self, server: Server) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self._server = server
        self._stop = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._ask, args=(name,), daemon=True) for name in QUERIES]

    def start(self) -> None:
        """Start all clients."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close all connections, even during an answer, and wait for the clients."""
        self._stop.set()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _ask(self, name: str) -> None:
        request = wire.post(self._server.path, [("query", query(name)), *self._server.params])
        while not self._stop.is_set():
            status = self._status(request)
            if self._stop.is_set():
                return
            self.answers[name, status] += 1
            if status in _BUSY or not status:
                self._stop.wait(_PAUSE)

    def _status(self, request: bytes) -> int:
        try:
            with socket.create_connection(("127.0.0.1", self._server.port), timeout=300) as connection:
                self._open.add(connection)
                try:
                    return exchange(connection, request).status
                finally:
                    self._open.discard(connection)
        except OSError:
            return 0


@contextmanager
def running(server: Server) -> Iterator[Heavy]:
    """Run the four heavy queries during a block."""
    heavy = Heavy(server)
    heavy.start()
    try:
        yield heavy
    finally:
        heavy.stop()
