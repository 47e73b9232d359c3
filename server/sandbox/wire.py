"""The worker's end of its socket: messages in and out, each with its length before it, in one system call where it can.

Apart because multiprocessing.Connection takes two calls a message, each as long as a tenth of a lookup.
"""

from __future__ import annotations

import socket
from types import TracebackType

from jixiao.server.sandbox.jobs import LENGTH

_PIECE = 64 << 10


class Channel:
    """A connected socket, by its file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, message: bytes) -> None:
        """Send a message. Raises BrokenPipeError, ConnectionResetError when the other end is closed."""
        self._socket.sendall(LENGTH.pack(len(message)) + message)

    def receive(self) -> bytes:
        """The next message; empty when the other end is closed. There is never more than one under way."""
        got = b""
        while len(got) < LENGTH.size or len(got) < LENGTH.size + LENGTH.unpack_from(got)[0]:
            more = self._socket.recv(_PIECE)
            if not more:
                return b""
            got += more
        return got[LENGTH.size :]
