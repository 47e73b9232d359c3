"""Run the web server, in this process or in several, until it is told to stop.

This module is separate from the command, so that the other commands load no web server.
"""

import asyncio
import contextlib
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing import parent_process, resource_tracker

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from jixiao.server.app import connections, front
from jixiao.server.app.app import create_app
from jixiao.server.errors import ServerError, ViewFileError
from jixiao.server.logs import metrics
from jixiao.server.query.remote.store import look
from jixiao.server.runtime import scratch
from jixiao.server.settings import Settings, SettingsError
from jixiao.server.views import view_files
from jixiao.server.views.view_folder import paths
from jixiao.store import Store

_MAX_OPEN_FILES = 65_536
_ANSWERS_WITHIN = 30
"""Seconds within which a process starts and answers its supervisor; uvicorn's 5 are too few under full load."""


def check(settings: Settings) -> None:
    """Check, before any server process starts, that store, endpoint, views and access log of the settings work.

    Raises SettingsError, StoreError, and ViewFileError for a view of jixiao's.
    """
    view_files.load()
    beside = None if settings.store is None else Store.open(settings.store)
    if beside is not None:
        beside.check_publisher()
    if settings.endpoint is not None:
        try:
            look(settings.endpoint, settings.base_iri, beside)
        except (ServerError, ValueError) as error:
            raise SettingsError(f"{settings.endpoint}: {error}") from error
    elif beside is None:
        raise SettingsError(
            "要用 --store 指定库，或用 --endpoint 指定端点 · name a store with --store, or an endpoint with --endpoint"
        )
    else:
        beside.current()
    try:
        if settings.views is not None:
            paths(settings.views)
    except ViewFileError as error:
        raise SettingsError(f"views: {error}") from error
    if settings.access_log not in ("", "-"):
        # Open the log here once, so that one error is reported instead of one per process.
        try:
            os.close(os.open(settings.access_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
        except OSError as error:
            raise SettingsError(
                f"access_log 不能写入 cannot be written to: {settings.access_log}: {error.strerror}"
            ) from error


def run(settings: Settings, listening: socket.socket, stopped: Sequence[int], announce: Callable[[], object]) -> int:
    """Serve until SIGTERM or SIGINT, and return the exit status: 1 if the start-up failed, otherwise 0.

    `stopped` are the signals of these kinds that came before the server handled them; with any, the server stops at
    once. `announce` is called once the server, or the first of several processes, is warm and answers.
    """
    _raise_file_limit()
    if settings.processes > 1:
        return _run_several(settings, listening, stopped, announce)
    app = _with_logging(create_app(settings, warm=True))
    server = _Server(connections.Configuration(app, settings), announce)
    # uvicorn raises the signal that stopped it again at its end; with these handlers the exit status is still 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    if stopped:  # a signal that came after the handlers has set it by itself
        server.should_exit = True
    try:
        server.run(sockets=[listening])
    except SystemExit:
        return 1
    return 0


def create_process_app(settings: Settings) -> front.Front:
    """Return the application of a process that the supervisor started; the process stops when the supervisor ends."""
    threading.Thread(target=_exit_with_supervisor, daemon=True).start()
    return _with_logging(create_app(settings, warm=True))


class _Server(uvicorn.Server):
    """uvicorn's server, which calls a function when it has started."""

    def __init__(self, config: connections.Configuration, announce: Callable[[], object]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            await asyncio.to_thread(self._announce)


class _Supervisor(Multiprocess):
    """uvicorn's supervisor, which calls a function when its first process is ready; its processes get no SIGINT."""

    def __init__(
        self, config: connections.Configuration, sockets: list[socket.socket], announce: Callable[[], object]
    ) -> None:
        super().__init__(config, sockets)
        self._announce, self._announced = announce, False

    def init_processes(self) -> None:
        # Start the tracker before SIGINT is blocked: starting it with the first process would unblock SIGINT.
        resource_tracker.ensure_running()
        with _sigint_blocked():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        with _sigint_blocked():
            super().keep_subprocess_alive()
        if not self._announced and not self.should_exit.is_set() and self.processes[0].is_ready():
            self._announced = True
            self._announce()


@contextlib.contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block SIGINT within the block, for processes started in it: Ctrl+C reaches the supervisor, which stops them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_several(
    settings: Settings, listening: socket.socket, stopped: Sequence[int], announce: Callable[[], object]
) -> int:
    with scratch.opened("jixiao-metrics-") as counts:
        os.environ[metrics.MULTIPROCESS] = str(counts)
        config = connections.Configuration(
            partial(create_process_app, settings),
            settings,
            factory=True,
            workers=settings.processes,
            timeout_worker_healthcheck=_ANSWERS_WITHIN,
        )
        supervisor = _Supervisor(config, [listening], announce)
        if stopped:
            supervisor.should_exit.set()
        supervisor.run()
    return int(any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes))


def _with_logging(app: front.Front) -> front.Front:
    """Return the application, after directing the logging of all libraries to the application's journal.

    Threads also get shorter turns, and objects that exist by now are left out of garbage collection.
    """
    # Short turns: the event loop must pass on the workers' answers while threads render pages (decision 56).
    sys.setswitchinterval(0.0005)  # seconds after which a thread lets another run that waits for the interpreter
    logging.basicConfig(level=logging.WARNING, handlers=[app.journal], force=True)
    gc.freeze()  # what is there by now stays: the collection at each new version need not look through it
    return app


def _exit_with_supervisor() -> None:
    if (supervisor := parent_process()) is not None:
        supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _raise_file_limit() -> None:
    """Raise this process's limit of open files as far as allowed, up to 65,536: every connection takes one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
