"""What goes between the server and its worker processes: a Job there, a message back.

Apart from both sides, with next to no imports, because a worker starts often and in no time. A job is pickled (the
worker trusts its server); what comes back is text and bytes, so that a worker that was taken over gains nothing.
"""

from __future__ import annotations

import json
import pickle
import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

LENGTH = struct.Struct("!i")
"""Before each message: how many bytes follow."""

READY, WHOLE, HEAD, PART, END, FAILED = b"R", b"W", b"H", b"P", b"E", b"F"
"""The first byte of a message. WHOLE: a head and the content. HEAD, PART …, END: the same in pieces."""


class Job(NamedTuple):
    """A query as it was sent, on the graph in a directory.

    `accept` and `wanted` choose the form of the result (negotiation.choose), HTML among them where `table_rows` says
    how many rows a page shows. `default_graphs` and `named_graphs` are the dataset that the request asks for, both
    empty for what the query says. `max_bytes` of result, packed if `gzip`; `timeout` in seconds.
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
    """A job as it is sent."""
    return pickle.dumps(tuple(job), pickle.HIGHEST_PROTOCOL)


def unpack(sent: bytes) -> Job:
    """The same at the other end."""
    return Job(*pickle.loads(sent))  # noqa: S301 - from our server


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a result: its Content-Type, whether it is packed, whether rows were left out of a page's."""

    content_type: str
    gzip: bool = False
    cut: bool = False


def whole(head: Head, content: bytes) -> bytes:
    """A small result in one message."""
    said = _head(head)
    return WHOLE + LENGTH.pack(len(said)) + said + content


def opened(head: Head) -> bytes:
    """The message before the parts of a large result."""
    return HEAD + _head(head)


def read_whole(message: bytes) -> tuple[Head, bytes]:
    """Head and content of a WHOLE message, its first byte included."""
    (length,) = LENGTH.unpack_from(message, 1)
    start = 1 + LENGTH.size
    return read_head(message[start : start + length]), message[start + length :]


def read_head(said: bytes) -> Head:
    """The head, from what follows the first byte of a HEAD message."""
    content_type, gzip, cut = said.decode("ascii").split("\n")
    return Head(content_type, gzip == "1", cut == "1")


def failed(error: str, **values: Any) -> bytes:
    """Why there is no result: the name of a class of errors.py, and what its instance is made of."""
    return FAILED + json.dumps({"error": error, **values}).encode()


def _head(head: Head) -> bytes:
    return f"{head.content_type}\n{head.gzip:d}\n{head.cut:d}".encode("ascii")
