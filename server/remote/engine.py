"""A job comes in and is asked of an endpoint elsewhere; its result goes out as a worker's would.

The counterpart of pool.py for `--endpoint`: the same guard, forms and limits. What comes back is read and written in
threads of the server process, so it may be of less than what our own workers send.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from functools import partial

from pyoxigraph import RdfFormat, parse, serialize

from jixiao.ontology import terms
from jixiao.server.http.clients import Client
from jixiao.server.http.negotiation import GRAPHS, HTML, N_TRIPLES, SOLUTIONS, choose
from jixiao.server.remote.client import SOLUTIONS_JSON, Dataset, Remote
from jixiao.server.remote.replies import timed_out
from jixiao.server.sandbox import guard
from jixiao.server.sandbox.jobs import Head, Job
from jixiao.server.sandbox.results import Result
from jixiao.server.sandbox.seats import Line, Seats
from jixiao.server.sandbox.sink import GZIP, LEVEL, WORTH_PACKING
from jixiao.server.watch.metrics import Metrics

MOST_BYTES = 32 << 20
"""Bytes of a reply; several are in memory at a time."""


class RemoteEngine:
    """Asks `remote`, at most so many `connections` at a time; used from one event loop."""

    named_graphs = "endpoint-graphs"

    def __init__(self, remote: Remote, connections: int, line: Line) -> None:
        self._remote = remote
        self._seats = Seats(connections, line, reserved=1 if connections > 1 else 0)

    async def run(self, job: Job, client: Client, own: bool = False) -> Result:
        """The result of a job. Raises what Remote.run and Seats.take raise; ClientGoneError."""
        checked = await asyncio.to_thread(guard.check, job.query, job.base_iri)
        offers = GRAPHS if checked.gives_graph else SOLUTIONS
        form = choose(job.accept, job.wanted, (*offers, HTML) if job.table_rows else offers)
        shown = (N_TRIPLES.media_type if checked.gives_graph else SOLUTIONS_JSON) if form == HTML else form.proper
        dataset = Dataset(job.default_graphs, job.named_graphs)
        await self._seats.take(client, own)
        most = min(job.max_bytes, MOST_BYTES)
        asking = asyncio.ensure_future(self._remote.run(checked, shown, job.timeout, most, dataset))
        try:
            await client.wait(asking, job.timeout, partial(timed_out, job.timeout))
        finally:
            self._seats.give_back()
            asking.cancel()
        content, head = asking.result(), Head(form.content_type)
        if form == HTML:
            return await asyncio.to_thread(_page, content, checked.gives_graph, head, job.table_rows)
        if job.gzip and len(content) >= WORTH_PACKING:
            packed = await asyncio.to_thread(zlib.compress, content, LEVEL, GZIP)
            return Result(Head(head.content_type, gzip=True), packed)
        return Result(head, content)

    def observe(self, metrics: Metrics) -> None:
        """Tell how busy it is."""
        metrics.pool(0, self._seats.taken, 0, self._seats.waiting)

    async def close(self) -> None:
        """Hang up."""
        await self._remote.close()


def _page(content: bytes, graph: bool, head: Head, rows: int) -> Result:
    """What a page shows of it, as a worker would have written it (evaluation.py)."""
    if graph:
        triples = [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
        turtle = serialize(triples[:rows], format=RdfFormat.TURTLE, prefixes=terms.PREFIXES) or b""
        return Result(
            Head(head.content_type, cut=len(triples) > rows), json.dumps({"turtle": turtle.decode()}).encode()
        )
    found = json.loads(content)
    bindings = found.get("results", {}).get("bindings", [])
    if bindings:
        found["results"]["bindings"] = bindings[:rows]
    return Result(Head(head.content_type, cut=len(bindings) > rows), json.dumps(found).encode())
