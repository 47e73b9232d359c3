"""The parts of a result come in as a worker sends them; a Result goes out, in memory or, where large, in a file.

Apart because the results of all queries share one bound on disk. A result is whole before any of it is sent on: what a
limit cuts is an error, never a 200 with the beginning of an answer; and a client that reads slowly holds a file, not a
worker.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from jixiao.server.errors import PoolBusyError
from jixiao.server.sandbox.jobs import Head

_LOG = logging.getLogger(__name__)

IN_MEMORY = 1 << 20
"""Bytes beyond which a result is kept in a file."""

_PIECE = 256 << 10


class Spool:
    """How many bytes of results may stand in files at one time."""

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes


@dataclass(frozen=True)
class Result:
    """A whole result: `content`, or the same in `stored`, which its reader closes. `size` in bytes, as sent."""

    head: Head
    content: bytes
    stored: Stored | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if self.stored is None else self.stored.size

    def close(self) -> None:
        """It will not be read."""
        if self.stored is not None:
            self.stored.close()

    def read(self) -> bytes:
        """All of it; a large one is closed."""
        return self.content if self.stored is None else b"".join(self.stored)


class Stored:
    """Bytes in a nameless file, which is gone when it is closed."""

    def __init__(self, spool: Spool) -> None:
        self.size = 0
        self._spool = spool
        self._file: IO[bytes] | None = None

    def add(self, part: bytes) -> None:
        """Append. Raises PoolBusyError when the spool or the disk is full."""
        if len(part) > self._spool.left:
            raise _full()
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever has read it
            self._file.write(part)
        except OSError as error:
            _LOG.error("暂存结果失败 a result could not be kept: %s", error)
            raise _full() from error
        self._spool.left -= len(part)
        self.size += len(part)

    def __iter__(self) -> Iterator[bytes]:
        """Its pieces, once; it is closed at the end."""
        try:
            if self._file is not None:
                self._file.seek(0)
                while piece := self._file.read(_PIECE):
                    yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Forget it."""
        self._spool.left += self.size
        self.size = 0
        if self._file is not None:
            with suppress(OSError):  # a full disk is told of once more
                self._file.close()

    def __del__(self) -> None:
        """Who waited for it may have been cancelled when it came."""
        self.close()


def _full() -> PoolBusyError:
    return PoolBusyError(
        "正在发送的大结果太多，请稍后再试。", "Too many large results are on their way; try again in a moment."
    )


class Gathering:
    """A result that is coming in."""

    def __init__(self, head: Head, spool: Spool) -> None:
        self._head = head
        self._spool = spool
        self._parts: list[bytes] = []
        self._held = 0
        self._stored: Stored | None = None

    def add(self, part: bytes) -> None:
        """Take a part. Raises PoolBusyError when the spool is full."""
        if self._stored is None:
            self._parts.append(part)
            self._held += len(part)
            if self._held <= IN_MEMORY:
                return
            self._stored = Stored(self._spool)
            part = b"".join(self._parts)
            self._parts.clear()
        self._stored.add(part)

    def whole(self) -> Result:
        """All parts are there."""
        return Result(self._head, b"".join(self._parts), self._stored)

    def close(self) -> None:
        """It will never be whole."""
        if self._stored is not None:
            self._stored.close()
