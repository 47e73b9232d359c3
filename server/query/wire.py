"""Send and receive messages at the worker's end of its socket, each after its length, in one system call if possible.

multiprocessing.Connection takes two calls per message, each as long as a tenth of a lookup.
"""

from __future__ import annotations

import socket
from types import TracebackType

from jixiao.server.query.jobs import LENGTH

_PIECE = 64 << 10


class Channel:
    """A connected socket, given as a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, message: bytes) -> None:
        """Send a message. Raises BrokenPipeError or ConnectionResetError if the other end is closed."""
        self._socket.sendall(LENGTH.pack(len(message)) + message)

    def receive(self) -> bytes:
        """Return the next message, or b"" if the other end is closed; no second message follows before the reply."""
        got = b""
        while len(got) < LENGTH.size or len(got) < LENGTH.size + LENGTH.unpack_from(got)[0]:
            more = self._socket.recv(_PIECE)
            if not more:
                return b""
            got += more
        return got[LENGTH.size :]
