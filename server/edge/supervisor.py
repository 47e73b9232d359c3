"""Settings and a socket come in; the web server runs, in this process or in several, until it is told to stop.

Apart from the command so that the rest of the command line does without a web server.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from jixiao.server.edge.app import HANDED_ON, create_app, handed_on
from jixiao.server.edge.connections import Configuration
from jixiao.server.edge.connections import listen as listen_on
from jixiao.server.edge.front import Front
from jixiao.server.errors import ServerError
from jixiao.server.remote.store import look
from jixiao.server.settings import Settings, SettingsError
from jixiao.server.watch.access_log import JournalHandler
from jixiao.server.watch.metrics import MULTIPROCESS
from jixiao.store import Store

_FILES = 65_536
_SUPERVISOR = "JIXIAO_SUPERVISOR"
"""The environment variable in which server processes find the process that keeps them."""
_STARTUP_FAILED = 1
_STARTING = 30  # seconds that a process gets to start when SIGHUP replaces another; under full load five are too few


_TURN = 0.0005  # seconds that a thread goes on while others wait


def check(settings: Settings) -> None:
    """Find settings that cannot be served before a process starts. Raises SettingsError, StoreError."""
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
    if settings.access_log not in ("", "-"):
        # Found out now rather than by each process.
        try:
            os.close(os.open(settings.access_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
        except OSError as error:
            raise SettingsError(
                f"access_log 不能写入 cannot be written to: {settings.access_log}: {error.strerror}"
            ) from error


def listen(settings: Settings) -> socket.socket:
    """The socket that is listened on. Raises OSError."""
    return listen_on(settings.host, settings.port)


def run(settings: Settings, listening: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    _raise_file_limit()
    if settings.processes > 1:
        return _run_several(settings, listening)
    server = uvicorn.Server(Configuration(_logged(create_app(settings)), settings))
    # uvicorn raises the signal that stopped it once more when it is done; stopping is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    try:
        server.run(sockets=[listening])
    except SystemExit:
        return _STARTUP_FAILED
    return 0


def one_of_several() -> Front:
    """The application of a process that the supervisor started; it stops when the supervisor is gone."""
    # Not os.getppid(): the supervisor may have gone while this process was starting.
    threading.Thread(target=_outlive_nobody, args=(int(os.environ[_SUPERVISOR]),), daemon=True).start()
    return _logged(handed_on())


class _Supervisor(Multiprocess):
    """uvicorn's supervisor, which replaces processes when they are dead, not when they are slow to answer.

    Waiting for one that is still starting would make it deaf to signals, and to the death of others.
    """

    def init_processes(self) -> None:
        # It is started with the first process otherwise, and lets SIGINT through again.
        resource_tracker.ensure_running()
        with _uninterrupted():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        for place, process in enumerate(self.processes):
            if self.should_exit.is_set() or process.process.is_alive():
                continue
            process.kill()  # closes the pipes
            process.join()
            if process.exitcode == STARTUP_FAILURE:
                # It would fail in the same way each time.
                self.should_exit.set()
                return
            with _uninterrupted():
                fresh = Process(self.config, self.sockets)
                fresh.start()
            self.processes[place] = fresh


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes started within inherit that SIGINT is held back: Ctrl+C is for the supervisor, which then asks them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_several(settings: Settings, listening: socket.socket) -> int:
    with tempfile.TemporaryDirectory(prefix="jixiao-metrics-") as counts:
        os.environ[MULTIPROCESS] = counts
        os.environ[HANDED_ON] = settings.model_dump_json()
        os.environ[_SUPERVISOR] = str(os.getpid())
        config = Configuration(
            f"{__name__}:one_of_several",
            settings,
            factory=True,
            workers=settings.processes,
            timeout_worker_healthcheck=_STARTING,
        )
        supervisor = _Supervisor(config, sockets=[listening])
        supervisor.run()
        failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
    return _STARTUP_FAILED if failed else 0


def _logged(app: Front) -> Front:
    """The application, with the logging of all libraries going into its journal, and threads that take short turns."""
    # The event loop hands on what the workers answer: it must not wait while threads write their pages.
    sys.setswitchinterval(_TURN)
    logging.basicConfig(level=logging.WARNING, handlers=[JournalHandler(app.journal)], force=True)
    atexit.register(app.journal.flush)
    return app


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _raise_file_limit() -> None:
    """As many open files as the system lets us have, within reason: a connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
