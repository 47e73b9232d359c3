"""A worker process as the server sees it: started, given one job at a time, killed; its answer is a future.

Apart from the pool, which decides who works on what; here is how a process is spoken to.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, cast

from jixiao.server import errors
from jixiao.server.errors import PoolBusyError, ServerError, WorkerDiedError
from jixiao.server.sandbox import jobs
from jixiao.server.sandbox.jobs import Job
from jixiao.server.sandbox.results import Gathering, Result, Spool

_LOG = logging.getLogger(__name__)

_LONGEST = 1 << 20  # bytes of a message; a worker sends parts of a quarter of that
_START = "from jixiao.server.sandbox.worker_main import main; main()"
_NICE = 10
"""What a process yields by when it has a long query: it still gets a tenth of a busy core."""

_PAGE = resource.getpagesize()
_REAPED_AFTER = 0.02  # seconds; a process is gone some time after its socket


class Worker(asyncio.Protocol):
    """A worker process, started when made; used from the running event loop.

    `on_ready` is called once it can take a job, `on_end` when it has ended, with whether that was our doing.
    `answered` is the future of the last job that it was given, `seconds` how long that took, `jobs` how many it had,
    `query` the text of the last.
    `reaped` is done when nothing is left of the process.
    """

    answered: asyncio.Future[Result]

    def __init__(
        self, spool: Spool, memory: int, graph_path: str, on_ready: Callable[[Worker], None], on_end: Ended
    ) -> None:
        self.ready = self.dead = self.nice = False
        self.jobs = 0
        self.query = ""
        self.seconds = 0.0
        self._began = 0.0
        self._spool = spool
        self._on_ready, self._on_end = on_ready, on_end
        self._buffer = bytearray()
        self._gathering: Gathering | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, _closed_on_error(ours):
            command = [sys.executable, "-P", "-c", _START, str(theirs.fileno()), str(memory), graph_path]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
        self.reaped: asyncio.Future[None] = self._loop.create_future()
        self._connecting = self._loop.create_task(self._connect(ours))

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def begin(self, job: Job) -> asyncio.Future[Result]:
        """Give it a job; the future raises the job's error, or WorkerDiedError."""
        self.query = job.query
        self.answered = self._loop.create_future()
        self.answered.add_done_callback(_noticed)
        self.jobs += 1
        self._began = self._loop.time()
        said = jobs.pack(job)
        if self._transport is None or self.dead:
            self._fail(_died())
        else:
            self._transport.write(jobs.LENGTH.pack(len(said)) + said)
        return self.answered

    def resident(self) -> int:
        """Bytes of memory that it occupies; 0 where the system does not say."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * _PAGE
        except OSError:
            return 0

    def yield_to_others(self) -> None:
        """Let shorter queries go first; this cannot be undone."""
        self.nice = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def kill(self, reason: ServerError | None = None) -> None:
        """End it now; whoever waits for its answer gets the reason."""
        if self.jobs and reason is None:
            self.answered.cancel()
        elif reason is not None:
            self._fail(reason)
        self._end(killed=True)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's."""
        self._transport = cast("asyncio.WriteTransport", transport)
        if self.dead:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """asyncio's."""
        self._buffer += data
        buffer = self._buffer
        while len(buffer) >= jobs.LENGTH.size:
            (length,) = jobs.LENGTH.unpack_from(buffer)
            if not 0 <= length <= _LONGEST:
                _LOG.error("worker %d makes no sense", self.pid)
                self._fail(_died())
                self.kill()
                return
            end = jobs.LENGTH.size + length
            if len(buffer) < end:
                return
            message = bytes(buffer[jobs.LENGTH.size : end])
            del buffer[:end]
            self._heard(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the process has gone, or was sent away."""
        self._reap()
        self._end(killed=False)

    async def _connect(self, ours: socket.socket) -> None:
        await self._loop.create_unix_connection(lambda: self, sock=ours)

    def _heard(self, message: bytes) -> None:
        kind = message[:1]
        if kind == jobs.READY:
            self.ready = True
            self._on_ready(self)
        elif kind == jobs.WHOLE:
            self._done(Result(*jobs.read_whole(message)))
        elif kind == jobs.HEAD:
            if self._gathering is not None:
                self._gathering.close()  # begun in a form that could not be ended
            self._gathering = Gathering(jobs.read_head(message[1:]), self._spool)
        elif kind == jobs.PART and self._gathering is not None:
            try:
                self._gathering.add(message[1:])
            except PoolBusyError as error:
                self._fail(error)
                self.kill()
        elif kind == jobs.END and self._gathering is not None:
            gathering, self._gathering = self._gathering, None
            self._done(gathering.whole())
        elif kind == jobs.FAILED:
            self._fail(_error(message[1:]))

    def _done(self, result: Result) -> None:
        self.seconds = self._loop.time() - self._began
        if not self.answered.done():
            self.answered.set_result(result)

    def _fail(self, error: ServerError) -> None:
        self.seconds = self._loop.time() - self._began
        if self._gathering is not None:
            self._gathering.close()
            self._gathering = None
        if self.jobs and not self.answered.done():
            self.answered.set_exception(error)

    def _end(self, *, killed: bool) -> None:
        if self.dead:
            return
        self.dead = True
        self._fail(_died())
        self._process.kill()
        if self._transport is not None:
            self._transport.abort()
        self._on_end(self, killed)

    def _reap(self) -> None:
        if self._process.poll() is None:
            self._loop.call_later(_REAPED_AFTER, self._reap)
        elif not self.reaped.done():
            self.reaped.set_result(None)

    @property
    def ended_by(self) -> str:
        """What the system says of its end: its exit status, or the signal that ended it."""
        code = self._process.poll()
        return "?" if code is None else f"exit {code}" if code >= 0 else f"signal {-code}"


def _noticed(answered: asyncio.Future[Result]) -> None:
    """Whoever waited may have gone in the same moment: an error that nobody asks for is none."""
    if not answered.cancelled():
        answered.exception()


@contextmanager
def _closed_on_error(ours: socket.socket) -> Iterator[None]:
    try:
        yield
    except OSError:
        ours.close()
        raise


class Ended(Protocol):
    """What is called when a process has ended."""

    def __call__(self, worker: Worker, killed: bool, /) -> None:
        """`killed`: by us."""


def _died() -> WorkerDiedError:
    return WorkerDiedError(
        "执行查询的进程中途退出：多半是内存用尽，或查询过于复杂。请简化后再试。",
        "The process that ran the query died, most likely out of memory or too complex a query. Simplify it.",
    )


def _error(said: bytes) -> ServerError:
    """The error that a worker told of."""
    values = json.loads(said)
    kind: type[ServerError] = getattr(errors, values.pop("error"))
    if "offered" in values:
        values["offered"] = tuple(values["offered"])
    return kind(**values)
