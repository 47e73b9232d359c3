"""Run a real `jixiao serve` over a store, and measure the memory and time of its processes.

This module is separate from the attacks and cases, which know only the URL of a server and not its process id.
"""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import psutil

from tests.support.blackbox.wire import Server

_ADDRESS = re.compile(r"https?://[^\s/]+:(\d+)/")
_START = 60  # seconds within which the server must print its address, and then be healthy
_STOP = 20  # seconds within which the server must end after SIGTERM


@dataclass
class Served:
    """A running server: its address, its first process, and the lines it has written to stderr."""

    url: str
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        """Return the number of its first process."""
        return self.process.pid


@contextmanager
def serve(store: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run `jixiao serve` on a free port of this machine. Raises RuntimeError if it does not start or does not end."""
    command = [sys.executable, "-m", "jixiao", "serve", "--store", str(store), "--port", "0", *options]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
    )
    log: list[str] = []
    ports: SimpleQueue[str] = SimpleQueue()
    reading = threading.Thread(target=_read, args=(process, log, ports))
    reading.start()
    try:
        try:
            port = ports.get(timeout=_START)
        except Empty:
            raise RuntimeError("\n".join(["the server did not print its address", *log])) from None
        served = Served(f"http://127.0.0.1:{port}", process, log)
        _await_health(served.url)
        yield served
    finally:
        _stop(process)
        reading.join()


def _await_health(url: str) -> None:
    """Wait until /health answers 200, because the server prints its address before it listens."""
    end = time.monotonic() + _START
    while True:
        try:
            if Server(url).get("/health").status == HTTPStatus.OK:
                return
        except (OSError, HTTPException):
            pass
        if time.monotonic() > end:
            raise RuntimeError(f"{url}/health did not answer 200")
        time.sleep(0.05)


def _read(process: subprocess.Popen[str], log: list[str], ports: "SimpleQueue[str]") -> None:
    said = False
    lines: IO[str]
    with process.stderr or io.StringIO() as lines:
        for line in lines:
            log.append(line.rstrip("\n"))
            if not said and (found := _ADDRESS.search(line)):
                ports.put(found[1])
                said = True


def _stop(process: subprocess.Popen[str]) -> None:
    family = tree(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"the server did not end within {_STOP} s of SIGTERM") from None
    finally:
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()


def tree(pid: int) -> list[psutil.Process]:
    """List the process and all its descendants, the process first; empty if it has ended."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def workers(pid: int) -> list[psutil.Process]:
    """List the living processes below the first one that have no children; those that run queries are among them."""
    family = tree(pid)
    parents = {parent for member in family if (parent := _parent(member)) is not None}
    return [member for member in family[1:] if member.pid not in parents and alive(member)]


def _parent(member: psutil.Process) -> int | None:
    # Calling is_running() first would not help, because the process may end in between.
    try:
        return member.ppid()
    except psutil.NoSuchProcess:
        return None


def alive(member: psutil.Process) -> bool:
    """Tell if a process has neither ended nor become a zombie."""
    try:
        return bool(member.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def memory(pid: int) -> int:
    """Sum the resident memory of the whole tree, in bytes."""
    total = 0
    for member in tree(pid):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += member.memory_info().rss
    return total


def cpu_seconds(pid: int) -> dict[int, float]:
    """Measure the seconds of processor time used by each process of the tree, by process id."""
    used = {}
    for member in tree(pid):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            times = member.cpu_times()
            used[member.pid] = times.user + times.system
    return used


class Watch:
    """Watch the memory of a process tree during a block; `peak` is its largest value, in bytes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.peak = 0

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, memory(self._pid))
