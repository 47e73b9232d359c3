"""Keep pictures of the pages of PDF sources, each painted once, by a process that may be killed (painting.py).

A file from outside can crash its painter, take all memory or never end. It then costs one process of limited means,
and has no picture for a while.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cachetools import TTLCache

from jixiao.server.errors import LimitError, PoolBusyError
from jixiao.server.service.bounded_cache import BoundedCache
from jixiao.server.sources.painting import LARGEST

_START = "from jixiao.server.sources.painting import main; main()"
_MEMORY = 1 << 30  # bytes of address space of a painter
_SECONDS = 10  # for a page; one of text takes a fifth of a second, and a process as long to start
_AT_ONCE, _WAITING = 2, 6  # painters, and requests that wait for one, in a server process
_PATIENCE = 5.0  # seconds
_ROOM = 64 << 20  # bytes of pictures in memory
_FAILED, _FORGOTTEN = 1024, 600  # pages that could not be painted, and seconds until they are tried anew

Key = tuple[str, int, int]
"""A page: the SHA-256 of its file, its number from 1, its quarter turns."""


class Pictures:
    """The pictures of a server process. Safe to share between threads; not for the event loop."""

    def __init__(self) -> None:
        self._painted: BoundedCache[bytes] = BoundedCache(_ROOM, len)
        self._lock = threading.Lock()
        self._failed: TTLCache[Key, bool] = TTLCache(_FAILED, _FORGOTTEN)
        self._entrance = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._painters = threading.BoundedSemaphore(_AT_ONCE)

    def of(self, key: Key, path: Path) -> bytes:
        """Return the PNG of a page of the file at `path`.

        Raises PoolBusyError, and LimitError for a page that cannot be painted within the limits.
        """
        with self._lock:
            if key in self._failed:
                raise _unpaintable()
        kept = self._painted.get(key)
        if kept is not None:
            return kept
        with self._turn():
            kept = self._painted.get(key)  # a request before this one may have had it painted
            if kept is not None:
                return kept
            painted = _painted(path, key[1], key[2])
        if painted is None:
            with self._lock:
                self._failed[key] = True
            raise _unpaintable()
        self._painted.put(key, painted)
        return painted

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a painter to be free. Raises PoolBusyError, at once if too many wait already."""
        if not self._entrance.acquire(blocking=False):
            raise _busy()
        try:
            if not self._painters.acquire(timeout=_PATIENCE):
                raise _busy()
            try:
                yield
            finally:
                self._painters.release()
        finally:
            self._entrance.release()


def _painted(path: Path, page: int, turns: int) -> bytes | None:
    """Return what a new process paints, or None if it fails."""
    # A new interpreter, not a fork: the server has threads. -P keeps modules of the working directory out.
    command = [sys.executable, "-P", "-c", _START, str(path), str(page), str(turns), str(_MEMORY), str(_SECONDS)]
    with tempfile.TemporaryFile() as out:  # a file, unlike a pipe, is under the process's limit of size
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode != 0:
            return None
        out.seek(0)
        return out.read(LARGEST)


def _unpaintable() -> LimitError:
    return LimitError(
        "这一页画不出来：文件有损坏，或超出了时间、内存的限制。文字仍可逐行查看。",
        "This page cannot be drawn: the file is broken, or drawing it takes too much time or memory. Its lines of text"
        " can be read all the same.",
    )


def _busy() -> PoolBusyError:
    return PoolBusyError("正在画别的页，请稍后再试。", "Other pages are being drawn; try again in a moment.")
