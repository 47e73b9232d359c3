"""Lines of text come in from any thread and never wait; a thread writes them out in batches to stderr or to a file.

Apart because of that one promise: whoever hands in a line goes on at once, also when the reader of the pipe is stuck
or the disk is full. Lines that find the buffer full are counted and dropped.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections import deque
from pathlib import Path

WAITING = 10_000
"""Lines that are kept for a reader that is slow."""
_EVERY = 0.2  # seconds between batches
_LAST = 1.0  # seconds that the last batch may take when the server stops
_PIECE = 1 << 16
# What a pipe takes in one piece, so that lines of several processes do not run into each other.
_PIPE_PIECE = 4096


class Lines:
    """A stream of lines: `-` is stderr, anything else a file that is appended to, and reopened once it was moved."""

    def __init__(self, path: str, waiting: int = WAITING) -> None:
        self._path = None if path == "-" else Path(path)
        self._most = waiting
        self._waiting: deque[bytes] = deque()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._stuck = False
        self._file = 2 if self._path is None else self._open()
        self.dropped = 0

    def put(self, line: str) -> None:
        """Hand in a line, without its line break."""
        if len(self._waiting) >= self._most:
            self.dropped += 1
        else:
            self._waiting.append(line.encode("utf-8", "backslashreplace") + b"\n")

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, for a second at most."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stop.set()
        thread.join(_LAST)
        self._stuck = thread.is_alive()
        if self._path is not None and not self._stuck:
            os.close(self._file)
            self._file = -1

    def flush(self) -> None:
        """Write what was handed in before the start or after the stop: for the very end, when waiting does no harm."""
        if self._thread is None and not self._stuck and self._file >= 0:
            self._write()

    def _run(self) -> None:
        while not self._stop.wait(_EVERY):
            self._write()
        self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        if self._path is not None:
            self._follow()
        most = _PIPE_PIECE if stat.S_ISFIFO(os.fstat(self._file).st_mode) else _PIECE
        piece: list[bytes] = []
        size = 0
        while self._waiting:
            line = self._waiting.popleft()
            if piece and size + len(line) > most:
                self._out(b"".join(piece))
                piece, size = [], 0
            piece.append(line)
            size += len(line)
        self._out(b"".join(piece))

    def _out(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            # A full disk, a reader that has gone: there is nobody left to tell but the metrics.
            self.dropped += data.count(b"\n")

    def _open(self) -> int:
        return os.open(self._path or "", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _follow(self) -> None:
        """Reopen the file where its name leads elsewhere by now, as after a rotation."""
        with contextlib.suppress(OSError):
            ours = os.fstat(self._file)
            try:
                there = os.stat(self._path or "")  # noqa: PTH116 - as is, without a Path
            except FileNotFoundError:
                there = None
            if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
                fresh = self._open()
                os.close(self._file)
                self._file = fresh
