"""Gather the parts of a worker's result, in memory or, if the result is large, in a file.

The results of all queries share one bound on disk space. A result is complete before any of it goes to the client: a
result that a limit cuts is an error, never a 200 with the beginning of an answer, and a client that reads slowly holds
a file, not a worker.
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
"""Bytes above which a result is kept in a file."""

_PIECE = 256 << 10


class Spool:
    """Bytes that results may still take in files; all queries of a pool share one spool."""

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes


@dataclass(frozen=True)
class Result:
    """A complete result, in `content` or in the file of `stored`, which its reader closes."""

    head: Head
    content: bytes
    stored: Stored | None = None

    @property
    def size(self) -> int:
        """Size in bytes, as sent."""
        return len(self.content) if self.stored is None else self.stored.size

    def close(self) -> None:
        """Release the file of a result that will not be read."""
        if self.stored is not None:
            self.stored.close()

    def read(self) -> bytes:
        """Return all of the content, and close its file if it has one."""
        return self.content if self.stored is None else b"".join(self.stored)


class Stored:
    """Bytes in a nameless file, which is deleted when it is closed."""

    def __init__(self, spool: Spool) -> None:
        self.size = 0
        self._spool = spool
        self._file: IO[bytes] | None = None

    def add(self, part: bytes) -> None:
        """Append a part. Raises PoolBusyError if the spool or the disk is full."""
        if len(part) > self._spool.left:
            raise _full()
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by its reader
            self._file.write(part)
        except OSError as error:
            _LOG.error("暂存结果失败 a result could not be kept: %s", error)
            raise _full() from error
        self._spool.left -= len(part)
        self.size += len(part)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content in pieces, once, and close the file."""
        try:
            if self._file is not None:
                self._file.seek(0)
                while piece := self._file.read(_PIECE):
                    yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Delete the file and give its bytes back to the spool."""
        self._spool.left += self.size
        self.size = 0
        if self._file is not None:
            with suppress(OSError):  # on a full disk, closing fails like the write before it
                self._file.close()

    def __del__(self) -> None:
        """Close the file: its reader may have been cancelled at the moment the result came."""
        self.close()


def _full() -> PoolBusyError:
    return PoolBusyError(
        "正在发送的大结果太多，请稍后再试。", "Too many large results are on their way; try again in a moment."
    )


class Gathering:
    """A result whose parts are coming in."""

    def __init__(self, head: Head, spool: Spool) -> None:
        self._head = head
        self._spool = spool
        self._parts: list[bytes] = []
        self._held = 0
        self._stored: Stored | None = None

    def add(self, part: bytes) -> None:
        """Take a part. Raises PoolBusyError if the spool or the disk is full."""
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
        """Return the result, once all parts are there."""
        return Result(self._head, b"".join(self._parts), self._stored)

    def close(self) -> None:
        """Drop a result that will never be complete."""
        if self._stored is not None:
            self._stored.close()
