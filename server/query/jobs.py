"""Define the messages between the server and its workers: jobs to a worker, results and errors from it.

Both sides import this module, so it imports little: workers are started often and must start fast. A job is pickled,
since a worker trusts its server; replies are plain text and bytes, so that a worker under an attacker's control cannot
run code in the server.
"""

import json
import pickle
from typing import Any, NamedTuple

READY, PART, LAST, FAILED = b"R", b"P", b"L", b"F"
"""First byte of a message. The content of a result comes in PART …, LAST, or in LAST alone."""


class Job(NamedTuple):
    """A query as it was sent, with the directory of the graph that it runs on (`graph_path`).

    `base_iri` resolves relative IRIs in the query.
    `accept` and `wanted` choose the format of the result (negotiation.choose); HTML is offered if `table_rows`, the
    number of rows that a page shows, is not 0. `default_graphs` and `named_graphs` are the graphs that the request
    names; if both are empty, the query's FROM counts. `max_bytes` limits the result before compression (`gzip`);
    `timeout` is in seconds.
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
