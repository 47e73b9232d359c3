"""Run jobs in this process, for an application that one caller asks in its own process, one request at a time.

A worker process protects a server from queries of strangers: it can be killed, and it limits time and memory. An export
asks only the server's own queries, so starting processes and sending jobs to them would only cost time.
"""

from pyoxigraph import Store

from jixiao.server.http.clients import Client
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query import jobs
from jixiao.server.query.evaluation import evaluate, opened
from jixiao.server.query.pool import Pool
from jixiao.server.query.results import Result


class InProcessEngine:
    """Engine that evaluates each job at once, without limits; the event loop waits meanwhile."""

    named_graphs = Pool.named_graphs

    def __init__(self) -> None:
        self._path, self._store = "", Store()

    async def run(self, job: jobs.Job, client: Client, own: bool = False) -> Result:
        """Return the result of a job. Raises GenerationClearedError and the errors of evaluate."""
        if job.graph_path != self._path:
            self._store = opened(job.graph_path)
            self._path = job.graph_path
        sink = jobs.Memory()
        evaluate(self._store, job, sink)
        return Result(sink.head, sink.getvalue())

    def observe(self, metrics: Metrics) -> None:
        """Set the metrics of workers, seats and waiting queries, of which there are none."""
        metrics.set(workers=0, busy_quick=0, busy_heavy=0, waiting=0)
