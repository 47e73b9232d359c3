"""Bytes of a result come in as the engine writes them; messages go out, packed if asked for, bounded in size.

A small result is one message; of a large one only a part is in memory at a time.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from jixiao.server.sandbox import jobs
from jixiao.server.sandbox.jobs import Head

if TYPE_CHECKING:
    from typing_extensions import Buffer

PART = 256 << 10
"""Bytes of a message."""

WORTH_PACKING = 2048
"""Bytes below which packing costs more than it saves."""

LEVEL = 1  # three times quicker than the default, and a tenth larger, on results in JSON
GZIP = 16 + zlib.MAX_WBITS


class FullError(Exception):
    """The result has outgrown its limit."""


class Memory(io.BytesIO):
    """A sink without bounds that keeps what it gets, for who runs a query in their own process."""

    head = Head("")
    gzip = False


class Sink(io.BytesIO):
    """Where the engine writes to: `send` gets the messages, packed if `gzip`, which a writer may switch off.

    write() raises FullError past `max_bytes` of content.
    """

    def __init__(self, send: Callable[[bytes], None], max_bytes: int, gzip: bool) -> None:
        super().__init__()
        self._send = send
        self._left = max_bytes
        self.gzip = gzip
        self._packer: zlib._Compress | None = None
        self._held = bytearray()
        self._opened = False
        self.head = Head("")

    def write(self, part: Buffer, /) -> int:
        """Take some content."""
        size = memoryview(part).nbytes
        self._left -= size
        if self._left < 0:
            raise FullError
        self._held += part
        if len(self._held) >= PART:
            self._flow()
        return size

    def finish(self) -> None:
        """Send what is left; the result is whole."""
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
