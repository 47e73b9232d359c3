"""One query at a time in a process of its own: a Job comes in through a pipe, Done or Failed goes back.

Apart, and with next to no imports, because it is started often and killed without notice: Oxigraph has no time limit
and cannot be cancelled, and some queries crash it or eat all memory. The operating system holds the limits.
"""

from __future__ import annotations

import io
import math
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from jixiao.ontology import terms

if TYPE_CHECKING:
    from typing_extensions import Buffer

GRACE = 5
"""Seconds past its limit after which a worker ends itself, should its server have died meanwhile."""


@dataclass(frozen=True)
class Job:
    """A query that was let pass, on the graph in a directory.

    `media_type` is what solutions, booleans or triples are written as. `default_graphs` and `named_graphs` are the
    dataset that was asked for, both None for the store's own. `max_bytes` of result, `timeout` in seconds.
    """

    graph_path: str
    query: str
    base_iri: str
    media_type: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    max_bytes: int
    timeout: float


@dataclass(frozen=True)
class Done:
    """The result, written out."""

    content: bytes


@dataclass(frozen=True)
class Failed:
    """Why there is no result; `detail` is the engine's word, or the graph that is not there."""

    reason: Literal["syntax", "failed", "too-large", "no-such-graph", "no-store"]
    detail: str


class Opened(NamedTuple):
    """The graph that a worker has open, and the directory it is in."""

    path: str
    store: Store


class _FullError(Exception):
    """The result has outgrown its limit."""


class _MissingGraphError(Exception):
    """The dataset has no such graph."""


class _Limited(io.BytesIO):
    """Where the engine writes to, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._left = max_bytes

    def write(self, part: Buffer, /) -> int:
        written = super().write(part)
        self._left -= written
        if self._left < 0:
            raise _FullError
        return written


def main() -> None:
    """Say True when ready, then answer jobs until the other end is closed.

    argv: the pipe's file descriptor, and how many bytes the memory may grow by.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(int(sys.argv[2]))
    opened = Opened("", Store())
    with Connection(int(sys.argv[1])) as pipe:
        pipe.send(True)
        while True:
            try:
                job: Job = pipe.recv()
                signal.alarm(math.ceil(job.timeout) + GRACE)
                reply, opened = reply_to(job, opened)
                pipe.send(reply)
                signal.alarm(0)
            except (EOFError, BrokenPipeError):
                return


def reply_to(job: Job, opened: Opened) -> tuple[Done | Failed, Opened]:
    """Run a job on its graph, opened now if it is another one; a graph that cannot be opened is a failure."""
    if job.graph_path != opened.path:
        try:
            opened = Opened(job.graph_path, Store.read_only(job.graph_path))
        except (OSError, RuntimeError, ValueError) as error:
            return Failed("no-store", str(error)), opened
    return answer(opened.store, job), opened


def answer(store: Store, job: Job) -> Done | Failed:
    """Run a job on an open store."""
    out = _Limited(job.max_bytes)
    try:
        _write(_results(store, job), job.media_type, out)
    except SyntaxError as error:
        return Failed("syntax", str(error))
    except _FullError:
        return Failed("too-large", "")
    except _MissingGraphError as error:
        return Failed("no-such-graph", str(error))
    except (RuntimeError, ValueError, OSError) as error:
        return Failed("failed", str(error))
    return Done(out.getvalue())


def _results(store: Store, job: Job) -> QuerySolutions | QueryBoolean | QueryTriples:
    if job.default_graphs is None or job.named_graphs is None:
        return store.query(job.query, base_iri=job.base_iri)
    default = [_graph(store, iri) for iri in job.default_graphs]
    named: list[NamedNode | BlankNode] = [_graph(store, iri) for iri in job.named_graphs]
    if len(default) > 1:
        # The engine counts a triple once for each default graph that holds it; a merge holds it once.
        store = _merged(store, default, named)
        return store.query(job.query, base_iri=job.base_iri, default_graph=DefaultGraph(), named_graphs=named)
    return store.query(job.query, base_iri=job.base_iri, default_graph=[*default], named_graphs=named)


def _graph(store: Store, iri: str) -> NamedNode:
    graph = NamedNode(iri)
    if not store.contains_named_graph(graph):
        raise _MissingGraphError(iri)
    return graph


def _merged(store: Store, default: list[NamedNode], named: list[NamedNode | BlankNode]) -> Store:
    merged = Store()
    for graph in default:
        merged.extend(Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph))
    for name in named:
        merged.extend(store.quads_for_pattern(None, None, None, name))
    return merged


def _write(results: QuerySolutions | QueryBoolean | QueryTriples, media_type: str, out: _Limited) -> None:
    if isinstance(results, QueryTriples):
        rdf = RdfFormat.from_media_type(media_type)
        serialize(results, out, format=rdf, prefixes=terms.PREFIXES if rdf == RdfFormat.TURTLE else None)
    else:
        results.serialize(out, format=QueryResultsFormat.from_media_type(media_type))


def _limit_memory(growth: int) -> None:
    """Let the address space grow by so many bytes from here; only Linux says how large it is, and holds the limit."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except FileNotFoundError:
        return
    import resource  # noqa: PLC0415 - not everywhere

    limit = pages * resource.getpagesize() + growth
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
