"""Send a result as messages while the engine writes it, compressed on request and limited in size.

A small result is sent as one message; a large one in several, of which one at a time is in memory.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from jixiao.server.errors import ResultTooLargeError
from jixiao.server.query import jobs
from jixiao.server.query.jobs import Head

if TYPE_CHECKING:
    from typing_extensions import Buffer

PART = 256 << 10
"""Bytes of content per message."""

WORTH_PACKING = 2048
"""Bytes from which a result is compressed; compressing less costs more than it saves."""

LEVEL = 1  # for JSON results a third of the default level's time, with 10% more bytes
GZIP = 16 + zlib.MAX_WBITS


class Memory(io.BytesIO):
    """Sink without limits that keeps its content, for callers that evaluate a query in their own process."""

    head = Head("")
    gzip = True


class Sink(io.BytesIO):
    """File object to which the engine writes a result; `send` is called with each message made from it.

    Content is compressed if `gzip`, which may be switched off before the first write.
    """

    def __init__(self, send: Callable[[bytes], None], max_bytes: int, gzip: bool) -> None:
        super().__init__()
        self._send = send
        self._max_bytes = self._left = max_bytes
        self.gzip = gzip
        self._packer: zlib._Compress | None = None
        self._held = bytearray()
        self._opened = False
        self.head = Head("")

    def write(self, part: Buffer, /) -> int:
        """Take a part of the content. Raises ResultTooLargeError above `max_bytes`, counted before compression."""
        size = memoryview(part).nbytes
        self._left -= size
        if self._left < 0:
            raise too_large(self._max_bytes)
        self._held += part
        if len(self._held) >= PART:
            self._flow()
        return size

    def finish(self) -> None:
        """Send the content not yet sent; to be called once the result is complete."""
        if not self._opened:
            packed = self.gzip and len(self._held) >= WORTH_PACKING
            content = zlib.compress(self._held, LEVEL, GZIP) if packed else bytes(self._held)
            self._send(jobs.whole(replace(self.head, gzip=packed), content))
            return
        self._flow()
        if self._packer is not None:
            self._part(self._packer.flush())
        self._send(jobs.END)

    def _flow(self) -> None:
        if not self._opened:
            self._opened = True
            if self.gzip:
                self._packer = zlib.compressobj(LEVEL, wbits=GZIP)
            self._send(jobs.opened(replace(self.head, gzip=self.gzip)))
        held, self._held = bytes(self._held), bytearray()
        self._part(held if self._packer is None else self._packer.compress(held))

    def _part(self, content: bytes) -> None:
        for start in range(0, len(content), PART):
            self._send(jobs.PART + content[start : start + PART])


def too_large(max_bytes: int) -> ResultTooLargeError:
    """Return the error for a result of more than `max_bytes`."""
    return ResultTooLargeError(
        f"结果超过了 {max_bytes:,} 字节的上限；请加 LIMIT，或下载全部数据。",
        f"The result is larger than {max_bytes:,} bytes; add a LIMIT, or download the whole dataset.",
    )
