"""Jobs come in from any thread, results go out; the queries run in worker processes that were started beforehand.

A worker that runs past its time or dies is replaced at once; a bounded number of callers wait for a free one.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from jixiao.server.errors import (
    GenerationClearedError,
    NoSuchGraphError,
    PoolBusyError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    WorkerDiedError,
)
from jixiao.server.syntax import explain
from jixiao.server.worker import Done, Failed, Job

_START = "from jixiao.server.worker import main; main()"


@dataclass(frozen=True)
class Limits:
    """How many workers, how many callers may wait and for how long (seconds), and a query's memory (bytes)."""

    workers: int
    waiting: int
    patience: float
    memory: int


class Pool:
    """The workers. Close it, or use it as a context manager; a closed pool runs nothing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._places = threading.BoundedSemaphore(limits.workers + limits.waiting)
        self._all: set[_Worker] = set()
        self._closed = False
        for _ in range(limits.workers):
            self._idle.put(self._hire())

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, job: Job) -> bytes:
        """The result of a job, as it was written out.

        Raises QuerySyntaxError, QueryFailedError, NoSuchGraphError; and the limits: QueryTimeoutError,
        ResultTooLargeError, PoolBusyError, WorkerDiedError, GenerationClearedError.
        """
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            reply = self._reply(job)
        finally:
            self._places.release()
        if isinstance(reply, Done):
            return reply.content
        raise _error(reply, job)

    def close(self) -> None:
        """End all workers, those at work too: their callers get WorkerDiedError."""
        self._closed = True
        for worker in tuple(self._all):
            worker.end()
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().hang_up()

    def _reply(self, job: Job) -> Done | Failed:
        try:
            worker = self._idle.get(timeout=self._limits.patience)
        except queue.Empty:
            raise _busy() from None
        try:
            return worker.reply(job)
        except BaseException:
            # Whatever it was, an answer may still be on its way: this worker is no longer to be trusted.
            worker.end()
            worker.hang_up()
            self._all.discard(worker)
            if not self._closed:
                worker = self._hire()
            raise
        finally:
            self._idle.put(worker)

    def _hire(self) -> _Worker:
        worker = _Worker(self._limits.memory)
        self._all.add(worker)
        return worker


class _Worker:
    """A worker process and our end of its pipe."""

    def __init__(self, memory: int) -> None:
        self._pipe: Connection
        self._pipe, theirs = Pipe()
        command = [sys.executable, "-P", "-c", _START, str(theirs.fileno()), str(memory)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, env={**os.environ, "RUST_BACKTRACE": "0"}
        )
        theirs.close()
        self._ready = False

    def reply(self, job: Job) -> Done | Failed:
        """Raises QueryTimeoutError and WorkerDiedError; the worker is useless afterwards."""
        try:
            if not self._ready:
                self._ready = self._pipe.recv()
            self._pipe.send(job)
            if not self._pipe.poll(job.timeout):
                raise QueryTimeoutError(
                    f"查询超过了 {job.timeout:g} 秒的时限，已停止。请缩小范围或加 LIMIT。",
                    f"The query ran past its limit of {job.timeout:g} s and was stopped. Narrow it, or add a LIMIT.",
                )
            reply: Done | Failed = self._pipe.recv()
        except (EOFError, OSError) as cause:
            raise WorkerDiedError(
                "执行查询的进程中途退出：多半是内存用尽，或查询过于复杂。请简化后再试。",
                "The process that ran the query died, most likely out of memory or too complex a query. Simplify it.",
            ) from cause
        return reply

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def hang_up(self) -> None:
        self._pipe.close()


def _busy() -> PoolBusyError:
    return PoolBusyError("服务器正忙，请稍后再试。", "The server is busy; try again in a moment.")


def _error(failed: Failed, job: Job) -> Exception:
    if failed.reason == "syntax":
        return explain(failed.detail, job.query)
    if failed.reason == "no-such-graph":
        return NoSuchGraphError(f"数据集中没有这个图：{failed.detail}", f"The dataset has no graph {failed.detail}.")
    if failed.reason == "no-store":
        return GenerationClearedError("数据刚刚更新，请再试一次。", "The dataset has just moved on; try again.")
    if failed.reason == "too-large":
        return ResultTooLargeError(
            f"结果超过了 {job.max_bytes:,} 字节的上限；请加 LIMIT，或下载全部数据。",
            f"The result is larger than {job.max_bytes:,} bytes; add a LIMIT.",
        )
    return QueryFailedError(f"查询无法执行：{failed.detail}", f"The query cannot be evaluated: {failed.detail}")
