"""Run jobs in worker processes that were started beforehand.

Every query begins in one of a few quick seats. If it runs longer than `promote_after`, it moves to a heavy seat with
its process, whose priority is then lowered, and a spare process serves the quick seat. So cheap queries stay quick
without anybody declaring which are cheap. If all heavy seats are taken, the query is stopped, and starts anew when a
heavy seat is free (docs/decisions.md, 41).
"""

import asyncio
import logging
from collections import deque
from functools import partial

from cachetools import TTLCache
from pyoxigraph import Store

from jixiao.server.errors import PoolBusyError
from jixiao.server.http.clients import Client, done_within
from jixiao.server.logs.access_log import query_hash
from jixiao.server.logs.metrics import Metrics
from jixiao.server.query import jobs, seats, spooled
from jixiao.server.query.evaluation import evaluate, opened
from jixiao.server.query.worker import Worker
from jixiao.server.settings import Settings

_LOG = logging.getLogger(__name__)

SPARES = 2
"""Processes kept ready to replace one that leaves a quick seat: starting a process takes a tenth of a second."""

YIELDS_AFTER = 0.4
"""Seconds in a heavy seat after which a process gets a lower priority. As that is final, it ends after its query."""

RECYCLED_ABOVE = 192 << 20
"""Bytes of resident memory above which a process is replaced after its answer."""

_MEASURED_EVERY = 64  # jobs between two readings of a process's memory, which would slow down lookups after each job
_REMEMBERED = 1000  # number of heavy queries remembered
_REMEMBERED_FOR = 60.0  # seconds, not longer: the query may have been slow only because the machine was busy
_AGAIN_AFTER = 0.5  # seconds before replacing a process that died before it was ready


class Pool:
    """Worker processes with the seats that limit how many queries run; used from one event loop, that of start().

    If there are several heavy seats, one is reserved for the server's own queries. The methods' parameter `until` is
    the time on the event loop's clock at which a job's time limit ends.
    """

    named_graphs = "named-graphs"
    """The name of the query that lists the dataset's named graphs."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        quick, heavy = settings.seats
        line = settings.waiting, settings.waiting_per_client, settings.patience
        self.quick = seats.Seats(quick, *line)
        self.heavy = seats.Seats(heavy, *line, reserved=1 if heavy > 1 else 0)
        self.workers: set[Worker] = set()
        self._ending: set[Worker] = set()
        self._settings = settings
        self._metrics = metrics
        self._spool = spooled.Spool(settings.spool_bytes)
        self._idle: list[Worker] = []
        self._wanted: deque[asyncio.Future[Worker]] = deque()
        self._heavy_texts: TTLCache[int, bool] = TTLCache(_REMEMBERED, _REMEMBERED_FOR)
        self._graph_path = ""
        self._obstacle = ""  # why no process could be started lately
        self._open = True

    def start(self, graph_path: str = "") -> None:
        """Start the processes and let them open `graph_path`; queries wait until the first process is ready."""
        self._graph_path = graph_path
        self._start_missing()

    async def close(self) -> None:
        """Kill all workers, including busy ones, and wait until every process has ended."""
        self._open = False
        for worker in tuple(self.workers):
            worker.kill(_stopping())
        await asyncio.gather(*(worker.reaped for worker in self._ending))

    def observe(self, metrics: Metrics) -> None:
        """Set the metrics of workers, taken seats and waiting queries."""
        metrics.set(
            workers=len(self.workers),
            busy_quick=self.quick.taken,
            busy_heavy=self.heavy.taken,
            waiting=self.quick.waiting + self.heavy.waiting,
        )

    async def run(self, job: jobs.Job, client: Client, own: bool = False) -> spooled.Result:
        """Return the result of a job; `own` marks the server's own queries.

        Raises QueryError and NotAcceptableError if the query is at fault; ClientGoneError; TooManyError; and, for the
        limits, QueryTimeoutError, ResultTooLargeError, PoolBusyError, WorkerDiedError, GenerationClearedError.
        """
        until = asyncio.get_running_loop().time() + job.timeout
        self._switch_graph(job.graph_path)
        promoted = False
        if not self._is_heavy(job):
            await self.quick.take(client, own, job.timeout)
            try:
                worker = await self._worker(client, until)
                if await self._answered_soon(worker, job, client, until):
                    self._heavy_texts.pop(_text_key(job), None)
                    return self._result(worker)
                self._heavy_texts[_text_key(job)] = False
                promoted = self.heavy.take_now(own)
                if not promoted:
                    worker.kill()  # the query starts anew below, once a heavy seat is free
            finally:
                self.quick.give_back()
        client.lane = "heavy"
        if not promoted:
            await self.heavy.take(client, own, _seconds_left(until))
            try:
                self._start_missing()
                worker = await self._worker(client, until)
                worker.begin(job)
            except BaseException:
                self.heavy.give_back()
                raise
        return await self._answered_late(worker, job, client, until)

    async def _answered_soon(self, worker: Worker, job: jobs.Job, client: Client, until: float) -> bool:
        """Give a worker a job; return True if the job is done within `promote_after` seconds, False if it runs on.

        Raises QueryTimeoutError if the job's time limit ends first. The worker is killed on any error.
        """
        answered = worker.begin(job)
        try:
            done = await done_within(answered, min(self._settings.promote_after, _seconds_left(until)))
        except BaseException:
            worker.kill()
            raise
        if not done and _seconds_left(until) <= 0:
            worker.kill()
            raise jobs.timed_out(job.timeout)
        return done

    async def _answered_late(self, worker: Worker, job: jobs.Job, client: Client, until: float) -> spooled.Result:
        """Return the result of a job that runs in a heavy seat; give the seat back, and keep or end the worker.

        Raises the job's error, QueryTimeoutError, ClientGoneError.
        """
        try:
            self._start_missing()
            if await client.done_within(worker.answered, min(YIELDS_AFTER, _seconds_left(until))):
                self._heavy_texts.pop(_text_key(job), None)
            else:
                worker.yield_to_others()
                self._heavy_texts[_text_key(job)] = True
                await client.wait(worker.answered, _seconds_left(until), partial(jobs.timed_out, job.timeout))
        except BaseException:
            worker.kill()
            raise
        finally:
            self.heavy.give_back()
        return self._result(worker)

    def _result(self, worker: Worker) -> spooled.Result:
        """Return the result of a worker's last job, and keep or end the worker. Raises the job's error."""
        answered = worker.answered
        looked_at = worker.seconds > self._settings.promote_after or worker.jobs % _MEASURED_EVERY == 0
        if worker.nice:
            worker.kill()  # its priority cannot be raised again
        elif looked_at and worker.resident() > RECYCLED_ABOVE:
            self._metrics.worker("recycled")
            worker.kill()
        else:
            self._free(worker)
        return answered.result()

    async def _worker(self, client: Client, until: float) -> Worker:
        """Return a process that is ready; wait for one until `until`, at most `patience` seconds, if there is none.

        Raises PoolBusyError, ClientGoneError.
        """
        if not self._open:
            raise _stopping()
        while self._idle:
            worker = self._idle.pop()
            if not worker.dead:
                return worker
        ready: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._wanted.append(ready)
        try:
            await client.wait(ready, min(self._settings.patience, _seconds_left(until)), self._none_free)
        except BaseException:
            if ready.done() and not ready.cancelled():
                self._free(ready.result())
            raise
        finally:
            ready.cancel()
        return ready.result()

    def _ready(self, worker: Worker) -> None:
        """Take a process that has become ready into use, and forget why processes could not be started."""
        self._obstacle = ""
        self._free(worker)

    def _free(self, worker: Worker) -> None:
        """Give a process to the job that has waited longest; if none waits, end it if it is surplus, else keep it."""
        while self._wanted and not worker.dead:
            waiting = self._wanted.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        if len(self.workers) > self._full_number():
            worker.kill()
        elif not worker.dead:
            self._idle.append(worker)

    def _full_number(self) -> int:
        return self.quick.number + SPARES + self.heavy.taken

    def _start_missing(self) -> None:
        """Start processes up to the full number; if the system refuses one, note the reason and try again later."""
        while self._open and len(self.workers) < self._full_number():
            try:
                worker = Worker(self._spool, self._settings.query_memory, self._graph_path, self._ready, self._replace)
            except OSError as error:
                self._obstructed(str(error))
                self._start_later()
                return
            self.workers.add(worker)
            self._metrics.worker("started")

    def _replace(self, worker: Worker, killed: bool) -> None:
        """Forget a process that has ended, and start another one: later, if the process has never been ready.

        `killed` is true if the pool ended the process itself.
        """
        self.workers.discard(worker)
        self._ending.add(worker)
        worker.reaped.add_done_callback(lambda _: self._ending.discard(worker))
        if worker in self._idle:
            self._idle.remove(worker)
        self._metrics.worker("killed" if killed else "died")
        if not killed and self._open:
            worker.reaped.add_done_callback(lambda _: self._died(worker))
        if worker.ready:
            self._start_missing()
        else:
            self._start_later()

    def _died(self, worker: Worker) -> None:
        """Log why a process has died."""
        if not worker.ready:
            self._obstructed(worker.ended_by)
            return
        last = f", the last {query_hash(worker.query)}" if worker.query else ""
        _LOG.warning("worker %d died after %d queries%s: %s", worker.pid, worker.jobs, last, worker.ended_by)

    def _obstructed(self, reason: str) -> None:
        """Note the reason why no process could be started, and log it if the reason noted before was another."""
        if reason != self._obstacle:
            _LOG.error("没有起成查询进程 no worker could be started: %s", reason)
        self._obstacle = reason

    def _none_free(self) -> PoolBusyError:
        """Return the error for a job that got no process in time: busy, or no process can be started."""
        if not self._obstacle:
            return seats.busy()
        return PoolBusyError(
            "服务器起不了查询进程，原因见其日志；请稍后再试。",
            "The server cannot start a process for queries (its log says why); try again in a moment.",
        )

    def _start_later(self) -> None:
        asyncio.get_running_loop().call_later(_AGAIN_AFTER, self._start_missing)

    def _switch_graph(self, graph_path: str) -> None:
        """Note the directory of a new current graph, and kill idle processes beyond the number of quick seats.

        Idle processes have the old graph open.
        """
        if graph_path == self._graph_path:
            return
        self._graph_path = graph_path
        for worker in self._idle[: -self.quick.number]:
            worker.kill()

    def _is_heavy(self, job: jobs.Job) -> bool:
        """Return True if a query should begin in a heavy seat, because it took long on this graph a short time ago.

        A query that left its quick seat but ended soon after it begins in a heavy seat only while other queries wait.
        """
        proven = self._heavy_texts.get(_text_key(job))
        return proven is not None and (proven or self.quick.waiting > 0)


def _seconds_left(until: float) -> float:
    """Return the seconds until the time `until` on the event loop's clock, 0 if it has passed."""
    return max(0.0, until - asyncio.get_running_loop().time())


def _text_key(job: jobs.Job) -> int:
    return hash((job.query, job.graph_path))


def _stopping() -> PoolBusyError:
    return PoolBusyError("服务器正在停止，请稍后再试。", "The server is stopping; try again in a moment.")


class InProcessEngine:
    """Engine that evaluates each job at once in this process, without limits; the event loop waits meanwhile.

    It is for an application that one caller asks in its own process, one request at a time. An export asks only the
    server's own queries, so starting processes and sending jobs to them would only cost time.
    """

    named_graphs = Pool.named_graphs

    def __init__(self) -> None:
        self._path, self._store = "", Store()

    async def run(self, job: jobs.Job, client: Client, own: bool = False) -> spooled.Result:
        """Return the result of a job. Raises GenerationClearedError and the errors of evaluate."""
        if job.graph_path != self._path:
            self._store = opened(job.graph_path)
            self._path = job.graph_path
        sink = jobs.Memory()
        evaluate(self._store, job, sink)
        return spooled.Result(sink.head, sink.getvalue())

    def observe(self, metrics: Metrics) -> None:
        """Set the metrics of workers, seats and waiting queries, of which there are none."""
        metrics.set(workers=0, busy_quick=0, busy_heavy=0, waiting=0)
