"""Define the messages between the server and its workers: jobs to a worker, results and errors from it.

Both sides import this module, so it imports little: workers are started often and must start fast. A job is pickled,
since a worker trusts its server; replies are plain text and bytes, so that a worker under an attacker's control cannot
run code in the server.

A sink sends a result while the engine writes it, compressed on request and limited in size: a small result in one
message, a large one in several, of which one at a time is in memory.
"""

import io
import json
import pickle
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from jixiao.server.errors import QueryTimeoutError, ResultTooLargeError

READY, PART, LAST, FAILED = b"R", b"P", b"L", b"F"
"""First byte of a message. The content of a result comes in PART …, LAST, or in LAST alone."""


class Job(NamedTuple):
    """A query as it was sent, with the directory of the graph that it runs on (`graph_path`).

    `base_iri` resolves relative IRIs in the query. `accept` and `wanted` choose the format of the result
    (negotiation.choose); HTML is offered if `table_rows`, the number of rows that a page shows, is not 0.
    `default_graphs` and `named_graphs` are the graphs that the request names; if both are empty, the query's FROM
    counts. `max_bytes` limits the result before compression (`gzip`); `timeout` is in seconds.
    """

    graph_path: str
    base_iri: str
    query: str
    accept: str | None = None
    wanted: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    table_rows: int = 0
    gzip: bool = False
    max_bytes: int = 64 << 20
    timeout: float = 60.0


def pack(job: Job) -> bytes:
    """Return a job as bytes for a worker."""
    return pickle.dumps(tuple(job), pickle.HIGHEST_PROTOCOL)


def unpack(sent: bytes) -> Job:
    """Return the job in bytes made by pack()."""
    return Job(*pickle.loads(sent))  # noqa: S301 - from our server


class Head(NamedTuple):
    """Properties of a result: its Content-Type, `gzip` if it is compressed, `cut` if a page does not show all rows."""

    content_type: str
    gzip: bool = False
    cut: bool = False


def part(kind: bytes, head: Head, content: bytes) -> bytes:
    """Return a message PART or LAST, with the head of the result and a part of its content."""
    return kind + f"\n{head.content_type}\n{head.gzip:d}\n{head.cut:d}\n".encode("ascii") + content


def read_part(message: bytes) -> tuple[Head, bytes]:
    """Return head and content of a message PART or LAST. Raises ValueError if it is malformed."""
    _, content_type, gzip, cut, content = message.split(b"\n", 4)
    return Head(content_type.decode("ascii"), gzip == b"1", cut == b"1"), content


def failed(error: str, **values: Any) -> bytes:
    """Return the message FAILED, with the name of a class of errors.py and its constructor's arguments."""
    return FAILED + json.dumps({"error": error, **values}).encode()


_CONTENT = 256 << 10  # bytes of content per message

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
        self.head = Head("")
        self.gzip = gzip
        self._send = send
        self._max_bytes = self._left = max_bytes
        self._held = bytearray()
        self._packer: zlib._Compress | None = None

    def write(self, part: Any, /) -> int:
        """Take a part of the content and return its size.

        Raises ResultTooLargeError if all parts have more than `max_bytes` before compression.
        """
        size = memoryview(part).nbytes
        self._left -= size
        if self._left < 0:
            raise too_large(self._max_bytes)
        self._held += part
        if len(self._held) >= _CONTENT:
            self._flow()
        return size

    def finish(self) -> None:
        """Send the content not yet sent; to be called once the result is complete."""
        content, packer = bytes(self._held), self._packer
        if packer is None and self.gzip and len(content) >= WORTH_PACKING:
            packer = zlib.compressobj(LEVEL, wbits=GZIP)
        if packer is not None:
            content = packer.compress(content) + packer.flush()
        self._send(part(LAST, self.head._replace(gzip=packer is not None), content))

    def _flow(self) -> None:
        """Send the content held so far; the compressor may keep some of it."""
        if self.gzip and self._packer is None:
            self._packer = zlib.compressobj(LEVEL, wbits=GZIP)
        content = bytes(self._held) if self._packer is None else self._packer.compress(self._held)
        self._held.clear()
        for start in range(0, len(content), _CONTENT):
            self._send(part(PART, self.head._replace(gzip=self.gzip), content[start : start + _CONTENT]))


def too_large(max_bytes: int) -> ResultTooLargeError:
    """Return the error for a result of more than `max_bytes`."""
    return ResultTooLargeError(
        f"结果超过了 {max_bytes:,} 字节的上限；请加 LIMIT，或下载全部数据。",
        f"The result is larger than {max_bytes:,} bytes; add a LIMIT, or download the whole dataset.",
    )


def timed_out(seconds: float) -> QueryTimeoutError:
    """Return the error for a query that took longer than `seconds`."""
    return QueryTimeoutError(
        f"查询超过了 {seconds:g} 秒的时限，已停止。请缩小范围或加 LIMIT。",
        f"The query ran past its limit of {seconds:g} s and was stopped. Narrow it, or add a LIMIT.",
    )
