"""Collect the parts of a worker's result, in memory or, if the result is large, in a file.

All results share one limit on disk space. While a client reads slowly, a file waits for it and not a worker. Normally a
result is complete before any of it is sent, so that exceeding a limit gives an error response. Only a result larger
than STREAMED_ABOVE may be sent while it is written: its length is not announced, and exceeding a limit breaks the
connection off, so that no client takes the first part for the complete result.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from jixiao.server.errors import ClientGoneError, PoolBusyError, ServerError
from jixiao.server.http.clients import Client
from jixiao.server.query.jobs import Head

_LOG = logging.getLogger(__name__)

IN_MEMORY = 1 << 20
"""Bytes above which a result is kept in a file."""

STREAMED_ABOVE = 16 << 20
"""Bytes, as sent, above which a result may go to its client before it is complete."""

_PIECE = 256 << 10
_LOOK_EVERY = 60.0  # seconds per wait for a further part


class Spool:
    """Disk space for results in files, shared by all queries of a pool; `left` bytes of it are free."""

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes


@dataclass(frozen=True)
class Result:
    """A result: in `content` if small, otherwise in the file of `stored`, which the reader of the result closes."""

    head: Head
    content: bytes
    stored: Stored | None = None

    @property
    def size(self) -> int:
        """Size in bytes, as sent."""
        return len(self.content) if self.stored is None else self.stored.size

    @property
    def complete(self) -> bool:
        """False while parts of a large result are still to come."""
        return self.stored is None or self.stored.complete

    def close(self) -> None:
        """Release the file of a result that will not be read."""
        if self.stored is not None:
            self.stored.close()

    def read(self) -> bytes:
        """Return the complete content, and close its file if it has one."""
        return self.content if self.stored is None else b"".join(self.stored)


class Stored:
    """Content in a temporary file, which is deleted when closed; parts may be added while it is read."""

    def __init__(self, spool: Spool) -> None:
        self.size = 0
        self.complete = False
        self._spool = spool
        self._file: IO[bytes] | None = None
        self._closed = False
        self._error: ServerError | None = None
        self._change: asyncio.Future[None] | None = None

    def add(self, part: bytes) -> None:
        """Append a part. Raises PoolBusyError if the spool or the disk is full, ClientGoneError if nobody reads."""
        if self._closed:
            raise ClientGoneError("请求方已断开。", "The client has hung up.")
        if len(part) > self._spool.left:
            raise _full()
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by its reader
            self._file.write(part)
        except OSError as error:
            _LOG.error("暂存结果失败 a result could not be kept: %s", error)
            raise _full() from error
        self._spool.left -= len(part)
        self.size += len(part)
        self._changed()

    def end(self, error: ServerError | None = None) -> None:
        """Note that no part will follow, because the content is complete or because of an error."""
        self.complete, self._error = error is None, error
        self._changed()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content of a complete result in pieces, once, and close the file."""
        at = 0
        try:
            while piece := self._piece(at):
                at += len(piece)
                yield piece
        finally:
            self.close()

    async def follow(self, client: Client) -> AsyncIterator[bytes]:
        """Yield the content in pieces, once, waiting for parts not yet added, and close the file.

        Raises the error passed to end(), and ClientGoneError.
        """
        at = 0
        try:
            while True:
                if piece := self._piece(at):
                    at += len(piece)
                    yield piece
                elif self._error is not None:
                    raise self._error
                elif self.complete:
                    return
                else:
                    self._change = asyncio.get_running_loop().create_future()
                    while not await client.done_within(self._change, _LOOK_EVERY):
                        pass
        finally:
            self.close()

    def _piece(self, at: int) -> bytes:
        return b"" if self._file is None else os.pread(self._file.fileno(), _PIECE, at)

    def _changed(self) -> None:
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    def close(self) -> None:
        """Delete the file and give its bytes back to the spool."""
        self._closed = True
        self._spool.left += self.size
        self.size = 0
        if self._file is not None:
            with suppress(OSError):  # on a full disk, closing fails like the write before it
                self._file.close()

    def __del__(self) -> None:
        """Close the file, in case its reader was cancelled just when the result arrived."""
        self.close()


def _full() -> PoolBusyError:
    return PoolBusyError(
        "正在发送的大结果太多，请稍后再试。", "Too many large results are on their way; try again in a moment."
    )


class Gathering:
    """Collector of a result's parts; if `parts`, a large result may be sent before it is complete."""

    def __init__(self, head: Head, spool: Spool, *, parts: bool = False) -> None:
        # Complete XML is needed first: if it cannot express the result, the result is written in another format.
        self._may_flow = parts and "xml" not in head.content_type
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

    @property
    def flows(self) -> bool:
        """True if the result is to be sent now although it may be incomplete."""
        return self._may_flow and self._stored is not None and self._stored.size >= STREAMED_ABOVE

    def so_far(self) -> Result:
        """Return the result with the parts received so far; if in a file, it grows with further parts."""
        return Result(self._head, b"".join(self._parts), self._stored)

    def whole(self) -> Result:
        """Return the complete result; to be called after the last part."""
        if self._stored is not None:
            self._stored.end()
        return self.so_far()

    def close(self, error: ServerError) -> None:
        """Drop a result that will never be complete; a reader that has begun to follow it gets the error."""
        if self._stored is not None:
            self._stored.end(error)
            if not self.flows:
                self._stored.close()
