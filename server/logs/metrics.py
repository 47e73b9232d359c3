"""Count what the server does, and write the counts as a page for Prometheus.

Labels have values from fixed lists, never from a request, so that no client can fill the server's memory. Several
server processes keep their counts in files in $PROMETHEUS_MULTIPROC_DIR, which `jixiao serve` makes and removes.
"""

import os
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    multiprocess,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from jixiao.ontology.processes.child import descendants

KINDS = ("sparql", "view", "resource", "source", "quality", "page", "static", "operation")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "other")
OUTCOMES = ("answered", "cached", "refused", "timeout", "died", "too-large", "busy", "hung-up")
LANES = ("quick", "heavy")
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# The library would otherwise add a series with the starting time of each counter, which doubles the number of series.
disable_created_metrics()  # type: ignore[no-untyped-call]

Event = Literal["started", "died", "killed", "recycled"]


class Metrics:
    """The metrics of one server process. Safe between threads."""

    def __init__(self, dropped: Callable[[], int] = int) -> None:
        self._directory = os.environ.get(MULTIPROCESS)
        registry = self._registry = CollectorRegistry()
        if self._directory is not None:
            _forget_dead_processes(Path(self._directory))
        self._requests = Counter(
            "jixiao_requests",
            "Requests answered, by kind, method and status",
            ("kind", "method", "status"),
            registry=registry,
        )
        seconds = Histogram(
            "jixiao_request_duration_seconds", "Time to the last byte", ("kind",), buckets=_SECONDS, registry=registry
        )
        queries = Counter("jixiao_queries", "Queries, by outcome and lane", ("outcome", "lane"), registry=registry)
        lanes = Histogram(
            "jixiao_query_duration_seconds", "Time that queries took", ("lane",), buckets=_SECONDS, registry=registry
        )
        workers = Counter("jixiao_worker_events", "What happened to worker processes", ("event",), registry=registry)
        # All counters are made at the start, at 0, so that an alert can see the first event of each.
        self._seconds = {kind: seconds.labels(kind).observe for kind in KINDS}
        self._queries = {(o, lane): queries.labels(o, lane).inc for o in OUTCOMES for lane in LANES}
        self._lanes = {lane: lanes.labels(lane).observe for lane in LANES}
        self._events = {event: workers.labels(event).inc for event in get_args(Event)}
        self._gauges = _gauges(registry)
        refused = Counter(
            "jixiao_connections_refused",
            "Connections ended before a request was handed on",
            ("status",),
            registry=registry,
        )
        self._refused = {status: refused.labels(str(status)).inc for status in (400, 405, 408, 414, 431, 503)}
        self._dropped, self._dropped_before = dropped, 0
        self._lost = Counter("jixiao_log_lines_dropped", "Log lines that could not be written", registry=registry)
        if self._directory is None:
            # The figures of one process among several would say nothing about the server.
            ProcessCollector(registry=registry)
            registry.register(_Server(os.getpid()))

    def request(self, kind: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request; `kind` is one of KINDS, and a method outside METHODS counts as `other`."""
        self._requests.labels(kind, method if method in METHODS else "other", str(status)).inc()
        self._seconds[kind](seconds)

    def query(self, outcome: str, lane: str, seconds: float) -> None:
        """Count a query that is over; `outcome` is one of OUTCOMES, `lane` one of LANES."""
        self._queries[outcome, lane]()
        self._lanes[lane](seconds)

    def worker(self, event: Event) -> None:
        """Count an event of a worker process, such as `killed`."""
        self._events[event]()

    def set(self, **values: float) -> None:
        """Set gauges, by their names in _gauges()."""
        for name, value in values.items():
            self._gauges[name].set(value)

    def connected(self, change: int) -> None:
        """Add `change` to the number of open connections: 1 for an opened connection, -1 for a closed one."""
        self._gauges["connections"].inc(change)

    def refused(self, status: int) -> None:
        """Count a connection that was ended with a status before there was a request."""
        self._refused[status]()

    def page(self, accept: str = "") -> tuple[bytes, str]:
        """Return the page and its content type: OpenMetrics if `accept` takes it, otherwise Prometheus' text format."""
        dropped = self._dropped()
        self._lost.inc(dropped - self._dropped_before)
        self._dropped_before = dropped
        registry = self._registry
        if self._directory is not None:
            _forget_dead_processes(Path(self._directory))
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry, self._directory)  # type: ignore[no-untyped-call]
            registry.register(_Server(os.getppid()))
        try:
            encode, content_type = choose_encoder(accept)
            return encode(registry), content_type
        except (TypeError, ValueError):
            # The library fails on a version or an escaping that is malformed.
            encode, content_type = choose_encoder("")
            return encode(registry), content_type


def _gauges(registry: CollectorRegistry) -> dict[str, Gauge]:
    """Return the gauges of a process, by name; the page shows their sum or maximum over all processes."""

    def gauge(name: str, text: str, *labels: str, mode: Literal["livesum", "livemax"] = "livesum") -> Gauge:
        return Gauge(name, text, labels, registry=registry, multiprocess_mode=mode)

    busy = gauge("jixiao_seats_busy", "Seats with a query", "lane")
    return {
        "workers": gauge("jixiao_workers", "Worker processes"),
        "busy_quick": busy.labels("quick"),
        "busy_heavy": busy.labels("heavy"),
        "waiting": gauge("jixiao_queries_waiting", "Queries that wait for a seat"),
        "cache_entries": gauge("jixiao_cache_entries", "Results in the cache"),
        "cache_bytes": gauge("jixiao_cache_size_bytes", "Size of the cache"),
        "generation": gauge("jixiao_generation", "Generation of the dataset that is served", mode="livemax"),
        "connections": gauge("jixiao_connections", "Open connections"),
        "damaged_files": gauge("jixiao_damaged_files", "Files that differ from their checksums", mode="livemax"),
    }


class _Server(Collector):
    """Metrics of the server as a whole: its version, and its processes with those of its workers, below `root`.

    The library measures one process alone, while the limit that matters is the memory of the server with its workers.
    """

    def __init__(self, root: int) -> None:
        self._root = root

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("jixiao_build", "What is running", {"version": version("jixiao")})
        processes = [fields for fields in map(_stat, descendants(self._root)) if fields]
        if processes:
            resident = sum(int(fields[21]) for fields in processes) * os.sysconf("SC_PAGE_SIZE")
            ticks = sum(int(ticks) for fields in processes for ticks in fields[11:15])  # with those of ended children
            seconds = ticks / os.sysconf("SC_CLK_TCK")
            yield GaugeMetricFamily("jixiao_tree_processes", "Processes of the server with its workers", len(processes))
            yield GaugeMetricFamily("jixiao_tree_resident_bytes", "Memory of all of them", resident)
            yield CounterMetricFamily("jixiao_tree_cpu_seconds", "CPU time of all of them", seconds)


def _stat(pid: int) -> list[bytes]:
    """Return the fields of /proc/{pid}/stat after the process's name, none if the process has ended."""
    try:
        # The name, in parentheses, may hold anything; all fields after it are numbers.
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return []


def _forget_dead_processes(directory: Path) -> None:
    """Remove the gauges of processes that have ended, such as their open connections."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in directory.glob("gauge_live*_*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]
