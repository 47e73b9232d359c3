"""Start a worker process from the server, give it one job at a time, and kill it; results are futures.

This module communicates with one process; pool.py decides which worker gets which job.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from jixiao.ontology.processes import channel, child, limits
from jixiao.server import errors
from jixiao.server.query import jobs
from jixiao.server.query.spooled import Result, Spool

_LOG = logging.getLogger(__name__)

_MAX_MESSAGE = 1 << 20  # most bytes of a message; the parts that a worker sends have a quarter of it
LIMITS = limits.Limits(file=0)
"""Limits of a process; its memory is that of the setting `query_memory`."""
_NICE = 10
"""Niceness of a process with a long query; it still gets about 10% of a busy core."""

_PAGE = os.sysconf("SC_PAGE_SIZE")

Ended = Callable[["Worker", bool], None]
"""Callback after the end of a process; the second argument is True if this server killed it."""


class Worker(asyncio.Protocol):
    """A worker process, started on construction; used from the running event loop.

    `on_ready` is called when the process can take a job, `on_end` when it has ended. `jobs` counts the jobs given to
    it; `query`, `seconds` and `answered` are the last job's text, duration and future of the result. `reaped` is done
    after the process has ended.
    """

    answered: asyncio.Future[Result]

    def __init__(
        self, spool: Spool, memory: int, graph_path: str, on_ready: "Callable[[Worker], None]", on_end: Ended
    ) -> None:
        self.ready = self.dead = self.nice = False
        self.jobs = 0
        self.query = ""
        self.seconds = 0.0
        self._began = 0.0
        self._spool = spool
        self._on_ready, self._on_end = on_ready, on_end
        self._frames = channel.Frames(_MAX_MESSAGE)
        self._growing: Result | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._loop = asyncio.get_running_loop()
        self._child = child.Child(
            "jixiao.server.query.evaluation:serve", graph_path, limits=LIMITS._replace(memory=memory), log=True
        )
        self._child.socket.setblocking(False)
        self.pid = self._child.process.pid
        self.reaped: asyncio.Future[None] = self._loop.create_future()
        self._connecting = self._loop.create_task(
            self._loop.create_unix_connection(lambda: self, sock=self._child.socket)
        )

    def begin(self, job: jobs.Job) -> asyncio.Future[Result]:
        """Give the process a job and return the future of its result, which raises its error or WorkerDiedError."""
        self.query = job.query
        self.answered = self._loop.create_future()
        # The error is retrieved at once: asyncio logs errors that nobody retrieves, and the caller may no longer wait.
        self.answered.add_done_callback(lambda answered: answered.cancelled() or answered.exception())
        self.jobs += 1
        self._began = self._loop.time()
        if self._transport is None or self.dead:
            self._fail(_died())
        else:
            self._transport.write(channel.framed(jobs.pack(job)))
        return self.answered

    def resident(self) -> int:
        """Return the process's resident memory in bytes, or 0 if /proc does not give it."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * _PAGE
        except OSError:
            return 0

    def yield_to_others(self) -> None:
        """Lower the priority, so that shorter queries go first; this cannot be undone."""
        self.nice = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def kill(self, reason: errors.ServerError | None = None) -> None:
        """End the process now; its last job's future raises `reason`, or is cancelled if that is None."""
        if self.jobs and reason is None:
            self.answered.cancel()
        elif reason is not None:
            self._fail(reason)
        self._end(killed=True)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport of the process's socket (asyncio.Protocol)."""
        self._transport = cast("asyncio.WriteTransport", transport)
        if self.dead:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Handle each complete message in the bytes received so far (asyncio.Protocol)."""
        try:
            for message in self._frames.feed(data):
                self._handle(message)
        except ValueError:  # a malformed or endless message, as a worker under an attacker's control might send
            _LOG.error("worker %d makes no sense", self.pid)
            self._fail(_died())
            self.kill()

    def connection_lost(self, exc: Exception | None) -> None:
        """Record that the process has ended or was killed (asyncio.Protocol)."""
        self._reap()
        self._end(killed=False)

    def _handle(self, message: bytes) -> None:
        kind = message[:1]
        if kind == jobs.READY:
            self.ready = True
            self._on_ready(self)
        elif kind == jobs.FAILED:
            self._fail(_error(message[1:]))
        elif kind in (jobs.PART, jobs.LAST):
            try:
                self._take(*jobs.read_part(message), last=kind == jobs.LAST)
            except errors.PoolBusyError as error:
                self._fail(error)
                self.kill()

    def _take(self, head: jobs.Head, content: bytes, *, last: bool) -> None:
        """Add a part to the result; with `last`, complete the result and make it that of the job's future.

        Raises the errors of Result.add.
        """
        if self._growing is None:
            self._growing = Result(head, spool=self._spool)
        result = self._growing
        result.add(content)
        if last:
            self._growing = None
            self.seconds = self._loop.time() - self._began
            if not self.answered.done():
                self.answered.set_result(result)

    def _fail(self, error: errors.ServerError) -> None:
        self.seconds = self._loop.time() - self._began
        self._growing = None
        if self.jobs and not self.answered.done():
            self.answered.set_exception(error)

    def _end(self, *, killed: bool) -> None:
        if self.dead:
            return
        self.dead = True
        self._fail(_died())
        self._child.kill()
        if self._transport is not None:
            self._transport.abort()
        self._on_end(self, killed)

    def _reap(self) -> None:
        if self._child.alive:
            self._loop.call_later(0.02, self._reap)  # a process ends a little after its socket closes
        elif not self.reaped.done():
            self.reaped.set_result(None)

    @property
    def ended_by(self) -> str:
        """Text on why the process ended: its error, its exit status, or the signal that killed it."""
        return str(child.EndedError(self._child.process.returncode, self._frames.failure))


def _died() -> errors.WorkerDiedError:
    return errors.WorkerDiedError(
        "执行查询的进程中途退出：多半是内存用尽，或查询过于复杂。请简化后再试。",
        "The process that ran the query ended; most likely it was too complex or needed too much memory. Simplify it.",
    )


def _error(message: bytes) -> errors.ServerError:
    """Return the error that a worker's message FAILED describes."""
    values = json.loads(message)
    kind: type[errors.ServerError] = getattr(errors, values.pop("error"))
    return kind(**values)
