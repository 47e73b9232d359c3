"""Jobs come in, results go out; the queries run in worker processes that were started beforehand.

Every query begins in one of a few quick seats. One that takes longer than a moment moves to a heavy seat, its process
yields to the others, and a spare process takes the quick seat: so cheap queries stay quick, and nobody has to say which
ones are cheap. Where the heavy seats are all taken, it is stopped and begins again when one comes free.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from dataclasses import dataclass
from functools import partial

from jixiao.server.errors import PoolBusyError, QueryTimeoutError
from jixiao.server.http.clients import Client, done_within
from jixiao.server.sandbox.jobs import Job
from jixiao.server.sandbox.results import Result, Spool
from jixiao.server.sandbox.seats import Line, Seats, busy
from jixiao.server.sandbox.worker import Worker
from jixiao.server.watch.access_log import query_hash
from jixiao.server.watch.metrics import Metrics

_LOG = logging.getLogger(__name__)

SPARES = 2
"""Processes that stand ready for when one is taken away from a quick seat: starting one takes a tenth of a second."""

YIELDS_AFTER = 0.4
"""Seconds in a heavy seat after which a process yields; it then ends with its query, since it cannot be undone."""

RECYCLED_ABOVE = 192 << 20
"""Bytes of memory at which a process is replaced once it has answered."""

_LOOKED_AT_EVERY = 64  # jobs; how large a process is takes longer to see than a lookup may cost
_REMEMBERED = 1000  # heavy queries
_REMEMBERED_FOR = 60.0  # seconds; it may have been the machine that was slow
_AGAIN_AFTER = 0.5  # seconds until a process is started in place of one that died before it was ready


@dataclass(frozen=True, slots=True)
class Limits:
    """Seats, the line before them, seconds until a query counts as heavy, bytes a process may grow by, bytes of files.

    One of the heavy seats is for the server's own queries, where there are several.
    """

    quick_seats: int
    heavy_seats: int
    line: Line
    promote_after: float
    memory: int
    spool_bytes: int


class Pool:
    """The workers; used from the event loop that it was started in."""

    named_graphs = "named-graphs"

    def __init__(self, limits: Limits, metrics: Metrics) -> None:
        self.quick = Seats(limits.quick_seats, limits.line)
        self.heavy = Seats(limits.heavy_seats, limits.line, reserved=1 if limits.heavy_seats > 1 else 0)
        self.workers: set[Worker] = set()
        self._leaving: set[Worker] = set()
        self._limits = limits
        self._metrics = metrics
        self._spool = Spool(limits.spool_bytes)
        self._idle: list[Worker] = []
        self._wanted: deque[asyncio.Future[Worker]] = deque()
        self._heavy_texts: OrderedDict[int, tuple[float, bool]] = OrderedDict()
        self._graph_path = ""
        self._again: asyncio.TimerHandle | None = None
        self._open = True

    def start(self, graph_path: str = "") -> None:
        """Start the processes, which open that graph beforehand; who asks before they are ready waits."""
        self._graph_path = graph_path
        self._hire()

    async def close(self) -> None:
        """End all workers, those at work too; nothing is left of them afterwards."""
        self._open = False
        for worker in tuple(self.workers):
            worker.kill(_stopping())
        await asyncio.gather(*(worker.reaped for worker in self._leaving))

    def observe(self, metrics: Metrics) -> None:
        """Tell how busy it is."""
        metrics.pool(len(self.workers), self.quick.taken, self.heavy.taken, self.quick.waiting + self.heavy.waiting)

    async def run(self, job: Job, client: Client, own: bool = False) -> Result:
        """The result of a job; `own` is said of the server's own queries.

        Raises QueryError and NotAcceptableError as the query deserves; ClientGoneError; TooManyError; and the limits:
        QueryTimeoutError, ResultTooLargeError, PoolBusyError, WorkerDiedError, GenerationClearedError.
        """
        until = asyncio.get_running_loop().time() + job.timeout
        self._move_on(job.graph_path)
        if not self._is_heavy(job):
            await self.quick.take(client, own, job.timeout)
            try:
                worker = await self._worker(client, until)
                if await self._answered_soon(worker, job, until):
                    self._heavy_texts.pop(_text(job), None)
                    return self._result(worker)
                self._remember(job, proven=False)
                promoted = self.heavy.take_now(own)
                if not promoted:
                    worker.kill()
            finally:
                self.quick.give_back()
            client.lane = "heavy"
            if promoted:
                return await self._answered_late(worker, job, client, until)
        client.lane = "heavy"
        await self.heavy.take(client, own, _left(until))
        try:
            self._hire()
            worker = await self._worker(client, until)
            worker.begin(job)
        except BaseException:
            self.heavy.give_back()
            raise
        return await self._answered_late(worker, job, client, until)

    async def _answered_soon(self, worker: Worker, job: Job, until: float) -> bool:
        """Give a worker a job; whether it was done in a moment. Raises QueryTimeoutError."""
        try:
            done = await done_within(worker.begin(job), min(self._limits.promote_after, _left(until)))
        except BaseException:
            worker.kill()
            raise
        if not done and _left(until) <= 0:
            worker.kill()
            raise _timeout(job)
        return done

    async def _answered_late(self, worker: Worker, job: Job, client: Client, until: float) -> Result:
        """The result of a job that holds a heavy seat, which is given back."""
        try:
            self._hire()
            if not await client.first(worker.answered, min(YIELDS_AFTER, _left(until))):
                worker.yield_to_others()
                self._remember(job, proven=True)
                await client.wait(worker.answered, _left(until), partial(_timeout, job))
            else:
                self._heavy_texts.pop(_text(job), None)
        except BaseException:
            worker.kill()
            raise
        finally:
            self.heavy.give_back()
        return self._result(worker)

    def _result(self, worker: Worker) -> Result:
        """What a worker answered; it is free again, or replaced. Raises the job's error."""
        answered = worker.answered
        looked_at = worker.seconds > self._limits.promote_after or worker.jobs % _LOOKED_AT_EVERY == 0
        if worker.nice:
            worker.kill()
        elif looked_at and worker.resident() > RECYCLED_ABOVE:
            self._metrics.worker("recycled")
            worker.kill()
        else:
            self._free(worker)
        return answered.result()

    async def _worker(self, client: Client, until: float) -> Worker:
        """A process that is ready, waiting for one where need be. Raises PoolBusyError, ClientGoneError."""
        if not self._open:
            raise _stopping()
        while self._idle:
            worker = self._idle.pop()
            if not worker.dead:
                return worker
        ready: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._wanted.append(ready)
        try:
            await client.wait(ready, min(self._limits.line.patience, _left(until)), busy)
        except BaseException:
            if ready.done() and not ready.cancelled():
                self._free(ready.result())
            raise
        finally:
            ready.cancel()
        return ready.result()

    def _free(self, worker: Worker) -> None:
        """Let a process go to whoever waits for one; it ends if there are enough."""
        while self._wanted and not worker.dead:
            waiting = self._wanted.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        if len(self.workers) > self._enough():
            worker.kill()
        elif not worker.dead:
            self._idle.append(worker)

    def _enough(self) -> int:
        return self.quick.number + SPARES + self.heavy.taken

    def _hire(self) -> None:
        """Start as many processes as are missing."""
        while self._open and len(self.workers) < self._enough():
            try:
                worker = Worker(self._spool, self._limits.memory, self._graph_path, self._free, self._left)
            except OSError as error:
                _LOG.error("没有起成查询进程 no worker could be started: %s", error)
                self._hire_later()
                return
            self.workers.add(worker)
            self._metrics.worker("started")

    def _left(self, worker: Worker, killed: bool) -> None:
        """A process has ended: another takes its place."""
        self.workers.discard(worker)
        self._leaving.add(worker)
        worker.reaped.add_done_callback(lambda _: self._leaving.discard(worker))
        if worker in self._idle:
            self._idle.remove(worker)
        self._metrics.worker("killed" if killed else "died")
        if not killed and self._open:
            worker.reaped.add_done_callback(lambda _: _tell_of_death(worker))
        if worker.ready:
            self._hire()
        else:
            self._hire_later()

    def _hire_later(self) -> None:
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(_AGAIN_AFTER, self._hire_again)

    def _hire_again(self) -> None:
        self._again = None
        self._hire()

    def _move_on(self, graph_path: str) -> None:
        """From now on that graph is asked: spares that hold another one open give way to new ones."""
        if graph_path == self._graph_path:
            return
        self._graph_path = graph_path
        for worker in self._idle[: -self.quick.number]:
            worker.kill()

    def _is_heavy(self, job: Job) -> bool:
        """Whether the same was asked of the same graph a while ago, and took long; a suspicion counts in a crowd."""
        since, proven = self._heavy_texts.get(_text(job), (-_REMEMBERED_FOR, False))
        lately = asyncio.get_running_loop().time() - since < _REMEMBERED_FOR
        return lately and (proven or self.quick.waiting > 0)

    def _remember(self, job: Job, *, proven: bool) -> None:
        self._heavy_texts[_text(job)] = asyncio.get_running_loop().time(), proven
        while len(self._heavy_texts) > _REMEMBERED:
            self._heavy_texts.popitem(last=False)


def _tell_of_death(worker: Worker) -> None:
    at = "before it was ready" if not worker.ready else f"after {worker.jobs} queries"
    last = f", the last {query_hash(worker.query)}" if worker.query else ""
    _LOG.warning("worker %d died %s%s: %s", worker.pid, at, last, worker.ended_by)


def _left(until: float) -> float:
    """Seconds until then, 0 when it is past."""
    return max(0.0, until - asyncio.get_running_loop().time())


def _text(job: Job) -> int:
    return hash((job.query, job.graph_path))


def _stopping() -> PoolBusyError:
    return PoolBusyError("服务器正在停止，请稍后再试。", "The server is stopping; try again in a moment.")


def _timeout(job: Job) -> QueryTimeoutError:
    return QueryTimeoutError(
        f"查询超过了 {job.timeout:g} 秒的时限，已停止。请缩小范围或加 LIMIT。",
        f"The query ran past its limit of {job.timeout:g} s and was stopped. Narrow it, or add a LIMIT.",
    )
