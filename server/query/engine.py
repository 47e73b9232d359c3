"""Interface of query engines: the pool of our own processes, or an endpoint elsewhere."""

from __future__ import annotations

from typing import Protocol

from jixiao.server.http.clients import Client
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query.jobs import Job
from jixiao.server.query.results import Result


class Engine(Protocol):
    """Runner of jobs, used from one event loop."""

    named_graphs: str
    """Name of the query that lists the dataset's named graphs."""

    @property
    def busy(self) -> bool:
        """True while a job runs."""

    async def run(self, job: Job, client: Client, own: bool = False) -> Result:
        """Return the result of a job; `own` marks the server's own queries. Raises ServerError of the fitting kind."""

    def observe(self, metrics: Metrics) -> None:
        """Report to the metrics how busy the engine is."""

    async def close(self) -> None:
        """Stop all running queries."""
