"""Start a function or a command in a confined child process, talk to it, and end it with all that it started."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.ontology.processes.channel import Frames, framed
from jixiao.ontology.processes.limits import Limits, shell

_GRACE = 5  # seconds for a process that has closed its connection to end
_LOOK = 0.2  # seconds between two looks at the disk that a child takes
_PASSED_ON = ("PATH", "PYTHONPATH", "VIRTUAL_ENV")


class EndedError(Exception):
    """An error: a child ended without sending the message that was waited for.

    `status` is its exit status, or the negative number of the signal that ended it; `failure` is the text of the error
    in its program, or empty if it was killed.
    """

    def __init__(self, status: int, failure: str) -> None:
        super().__init__(failure or (f"exit {status}" if status >= 0 else f"signal {-status}"))
        self.status, self.failure = status, failure

    @property
    def cause(self) -> tuple[str, str]:
        """The cause of the end, in Chinese and English."""
        is_memory = self.failure.startswith(_MEMORY)
        return cause(self.status, _MEMORY if is_memory else self.failure)


def cause(status: int, failure: str = "") -> tuple[str, str]:
    """Return in Chinese and English the cause of a process's end: memory, disk, time, a signal or an exit status.

    `status` and `failure` are those of EndedError.
    """
    if failure in _LIMITS:
        return _LIMITS[failure]
    if status in {-signal.SIGXCPU, -signal.SIGALRM}:
        return "超过时限", "it took more time than it may"
    if status >= 0:
        return f"退出码 {status}", f"exit status {status}"
    known = {each.value: each.name for each in signal.Signals}  # real-time signals have no name
    name = known.get(-status, str(-status))
    if status == -signal.SIGABRT:  # so ends a program of Rust or C++ to which the system gives no more memory
        return f"信号 {name}，多因内存不足", f"the signal {name}, as when memory runs out"
    return f"信号 {name}", f"the signal {name}"


_MEMORY, _DISK = "MemoryError", "more bytes in its folder than it may have there"
_LIMITS = {
    _MEMORY: ("超过内存上限", "it took more memory than it may"),
    _DISK: ("超过磁盘上限", "it wrote more to the disk than it may"),
}


class TooLongError(EndedError):
    """An error: a child was killed because it sent a message above the bound."""


class Child:
    """A process that runs a function of the project in a new interpreter, under limits, from construction on.

    The function, `target` ("module:name"), gets a channel (channel.py) and `arguments`. These are sent as JSON, so that
    tuples arrive as lists, and other users of the machine can read them. With a `folder`, the process works there and
    gets little of this process's environment; it is killed when the files there exceed `limits.disk`. A message of more
    than `largest` bytes ends it. Its stderr is discarded unless `log` is true. Raises OSError if no process can be
    started.
    """

    def __init__(
        self,
        target: str,
        *arguments: Any,
        limits: Limits,
        largest: int = 1 << 30,
        folder: Path | None = None,
        log: bool = False,
    ) -> None:
        self.socket, theirs = socket.socketpair()
        called = f"main({os.getpid()}, {theirs.fileno()}, {limits!r}, {target!r}, {json.dumps(arguments)!r})"
        # A new interpreter, not a fork: this process may have threads. -P keeps modules of the working directory out.
        program = f"from jixiao.ontology.processes.channel import Limits, main; {called}"
        with theirs:
            try:
                self.process = _started(
                    [sys.executable, "-P", "-c", program], folder, log=log, descriptors=(theirs.fileno(),)
                )
            except OSError:
                self.socket.close()
                raise
        self._disk = _Disk(self.process, folder, limits.disk)
        self._frames = Frames(largest)
        self._received: deque[bytes] = deque()

    @property
    def alive(self) -> bool:
        """Return whether the process runs; always False in a fork of the process that started the child."""
        return self.process.poll() is None

    def send(self, message: bytes, until: float | None = None) -> None:
        """Send a message. Raises EndedError, and TimeoutError at the moment `until` (of time.monotonic()).

        After TimeoutError, the child may have received a part of the message: stop it.
        """
        self._wait(until)
        try:
            self.socket.sendall(framed(message))
        except ConnectionError:
            raise self._ended() from None

    def receive(self, until: float | None = None) -> bytes:
        """Return the next message. Raises EndedError, and TimeoutError at the moment `until`.

        `until` is a time of time.monotonic(), or None to wait without limit.
        """
        while not self._received:
            self._wait(until)
            self._read()
        return self._received.popleft()

    def kill(self) -> None:
        """End the process and all below it at once, and do not wait."""
        if self.alive:
            _kill_tree(self.process.pid)

    def close(self) -> None:
        """End the process and all below it, and wait until it is gone."""
        self.kill()
        self.process.wait()
        self.socket.close()

    def _wait(self, until: float | None) -> None:
        """Limit the next call of the socket to the time left until a moment; None sets no limit."""
        self.socket.settimeout(None if until is None else max(1e-3, until - time.monotonic()))

    def _read(self) -> None:
        """Receive bytes from the child. Raises EndedError, or TooLongError for a message above the bound."""
        try:
            piece = self.socket.recv(1 << 20)
            self._received.extend(self._frames.feed(piece))
        except ConnectionError:
            piece = b""
        except ValueError as error:
            self.close()
            raise TooLongError(self.process.returncode, str(error)) from None
        if not piece and not self._received:
            raise self._ended()

    def _ended(self) -> EndedError:
        """Wait for the end of a process that has closed its connection, and return the error that describes it."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE)
        self.close()
        return EndedError(self.process.returncode, _DISK if self._disk.is_full else self._frames.failure)


def run(command: Sequence[str | Path], folder: Path, limits: Limits, seconds: float) -> None:
    """Run a command in a folder until it ends, with whatever status, and end everything that it started.

    Only those limits apply that a shell can set (limits.shell), and that of the disk. Raises TimeoutError after
    `seconds`, and OSError.
    """
    process = _started([*shell(limits), *command], folder)
    _Disk(process, folder, limits.disk)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    finally:
        _kill_tree(process.pid)
        process.wait()


class _Disk:
    """A watch over the disk space that files in a process's folder take; it kills the process above `most` bytes."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path | None, most: int | None) -> None:
        self.is_full = False
        if folder is not None and most is not None:
            threading.Thread(target=self._watch, args=(process, folder, most), daemon=True).start()

    def _watch(self, process: subprocess.Popen[bytes], folder: Path, most: int) -> None:
        while process.poll() is None:
            if _taken(folder) > most:
                self.is_full = True
                _kill_tree(process.pid)
                return
            time.sleep(_LOOK)


def _taken(folder: Path) -> int:
    """Return the bytes of disk that the files below a folder take."""
    taken = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # files come and go
                taken += Path(place, name).lstat().st_blocks * 512
    return taken


def descendants(root: int) -> Iterator[int]:
    """Yield the process id `root` and the ids of all its descendants; without /proc, only `root`."""
    yield root
    try:
        below = [path.read_text(encoding="ascii") for path in Path(f"/proc/{root}/task").glob("*/children")]
    except OSError:
        return
    for pid in " ".join(below).split():
        yield from descendants(int(pid))


def _kill_tree(leader: int) -> None:
    """Kill a process, its process group, and all processes below it.

    `leader` is the id of the process, which leads a session; processes below it may have sessions of their own.
    """
    below = [*descendants(leader)]
    with suppress(OSError):
        os.killpg(leader, signal.SIGKILL)
    for pid in below[1:]:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _started(
    command: Sequence[str | Path], folder: Path | None, *, log: bool = False, descriptors: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a command with a session of its own, and return its process.

    `descriptors` are passed on to the process; its stderr is discarded unless `log` is true.
    """
    # The kernel ends a child with the thread that started it, so that one thread starts all: the last to end.
    return (
        _starter(os.getpid())
        .submit(
            subprocess.Popen,
            command,
            cwd=folder,
            env=None if folder is None else _environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if log else subprocess.DEVNULL,
            pass_fds=descriptors,
            start_new_session=True,
        )
        .result()
    )


@cache
def _starter(pid: int) -> ThreadPoolExecutor:
    """Return the only thread that starts children of the process with the id `pid`.

    The id is a parameter so that a forked process, which lacks its parent's threads, makes a thread of its own.
    """
    return ThreadPoolExecutor(1, "starter")


def _environment(folder: Path) -> Mapping[str, str]:
    """Return the environment of a process that works in a folder of its own, without secrets of this process."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {"TMPDIR": str(folder), "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    return passed | own
