"""Main program of a worker process: evaluate one query at a time, received and answered over a socket.

Oxigraph has no time limit and cannot be cancelled, and some queries crash it or exhaust memory. In a process of its own
the operating system enforces the limits. Imports are few, since workers are started often.
"""

import math
import signal
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store

from jixiao.ontology.processes.channel import Channel
from jixiao.server.errors import GenerationClearedError, ServerError
from jixiao.server.query import evaluation, jobs
from jixiao.server.query.sink import Sink
from jixiao.server.rdf.rdf_xml import NotXmlError

GRACE = 5
"""Seconds after a job's time limit at which a worker ends itself; normally its server has killed it before."""


def serve(channel: Channel, graph_path: str) -> None:
    """Open the graph at `graph_path`, report that the worker is ready, and answer jobs without end.

    If the path is "" or the graph cannot be opened, an empty graph is open until the first job.
    """
    path, store = "", Store()
    with suppress(ServerError):
        if graph_path:
            path, store = graph_path, _opened(graph_path)
    channel.send(jobs.READY)
    while True:
        job = jobs.unpack(channel.receive())
        signal.alarm(math.ceil(job.timeout) + GRACE)
        try:
            if job.graph_path != path:
                path, store = job.graph_path, _opened(job.graph_path)
            try:
                _send(store, job, channel, xml=True)
            except NotXmlError:
                _send(store, job, channel, xml=False)
        except ServerError as error:
            channel.send(jobs.failed(type(error).__name__, **vars(error)))
        signal.alarm(0)


def _opened(path: str) -> Store:
    try:
        return Store.read_only(path)
    except (OSError, RuntimeError, ValueError) as error:
        if Path(path).exists():
            evaluation.refuse_damage(error)
        raise GenerationClearedError(
            "数据刚刚更新，请再试一次。", "The dataset has just moved on; try again."
        ) from None


def _send(store: Store, job: jobs.Job, channel: Channel, *, xml: bool) -> None:
    sink = Sink(channel.send, job.max_bytes, job.gzip)
    evaluation.evaluate(store, job, sink, xml)
    sink.finish()
