"""Run jobs at another server's endpoint, and return results in the way of the worker pool.

With `--endpoint`, this module replaces pool.py; guard, formats and limits are the same. Replies are converted in
threads of the server process, so their size limit is lower than that of workers' results.
"""

import asyncio
import zlib
from functools import partial

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from jixiao.server.http.clients import Client
from jixiao.server.http.negotiation import GRAPHS, HTML, N_TRIPLES, SOLUTIONS, choose
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query import guard
from jixiao.server.query.evaluation import write_page
from jixiao.server.query.jobs import Head, Job
from jixiao.server.query.remote.client import SOLUTIONS_JSON, Dataset, Remote
from jixiao.server.query.remote.replies import timed_out
from jixiao.server.query.results import Result
from jixiao.server.query.seats import Line, Seats
from jixiao.server.query.sink import GZIP, LEVEL, WORTH_PACKING, Memory

MOST_BYTES = 32 << 20
"""Most bytes of a reply, of which several may be in memory at a time."""


class RemoteEngine:
    """Engine that sends queries to `remote`, at most `connections` at a time; used from one event loop."""

    named_graphs = "endpoint-graphs"
    """The name of the query that lists the dataset's named graphs."""

    def __init__(self, remote: Remote, connections: int, line: Line) -> None:
        self._remote = remote
        self._seats = Seats(connections, line, reserved=1 if connections > 1 else 0)

    @property
    def busy(self) -> bool:
        """True while a query runs at the endpoint."""
        return bool(self._seats.taken)

    async def run(self, job: Job, client: Client, own: bool = False) -> Result:
        """Return the result of a job. Raises the errors of Remote.run and Seats.take, and ClientGoneError."""
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
        """Set the metrics of running and waiting queries; there are no workers."""
        metrics.set(workers=0, busy_quick=self._seats.taken, busy_heavy=0, waiting=self._seats.waiting)

    async def close(self) -> None:
        """Close all connections."""
        await self._remote.close()


def _page(content: bytes, graph: bool, head: Head, rows: int) -> Result:
    """Return the part of a result that a page shows: `rows` solutions, or triples if the result is a `graph`."""
    sink = Memory()
    sink.head = head
    if graph:
        write_page((quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)), rows, sink)
    else:
        write_page(parse_query_results(content, format=QueryResultsFormat.JSON), rows, sink)
    return Result(sink.head, sink.getvalue())
