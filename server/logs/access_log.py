"""Log requests as lines of JSON: the access log, slow queries with their text, and messages of libraries.

The line of a request never contains a query's text; it names the client by its address only, or not at all. Characters
other than ASCII are escaped, so that no line can move a terminal's cursor or imitate another line.

A separate thread writes the lines to stderr or a file, so that no caller waits for a slow reader or disk. Lines are
queued as text and written in batches: decision 37 of docs/decisions.md gives the cost of a log record and a write per
line.
"""

import hashlib
import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from logging.handlers import WatchedFileHandler
from queue import SimpleQueue
from typing import Any

from starlette.types import Scope

from jixiao.server.settings import Settings

NOTES = "jixiao"
"""The key of a request's Notes in its ASGI scope."""
LONGEST = 2_000
"""Characters logged of a path, and of a slow query's text."""
WAITING = 10_000
"""Most lines that wait to be written; while so many wait, further lines are dropped."""
_EVERY = 0.2  # seconds between two batches of lines
_LAST = 1.0  # seconds in which the queued lines must be written when the server stops
# Characters that fill a batch. A pipe takes 4096 bytes in one piece (PIPE_BUF), so that lines of several processes do
# not run into each other; the rest is left for the batch's last line, which may have a query's text.
_BATCH = 1024

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(slots=True)
class Notes:
    """Facts that the handlers of a request set for logs and metrics; only `id` and `kind` are always known.

    `query` is the text of a SPARQL query, `version` that of the dataset, and `cached` is True if its result came from
    the cache. `outcome` is one of metrics.OUTCOMES and `lane` one of metrics.LANES; set both if a query was run or
    refused.
    """

    id: str
    kind: str
    query: str | None = None
    version: str | None = None
    cached: bool = False
    lane: str | None = None
    outcome: str | None = None


class Journal(logging.Handler):
    """The server's logs, started and stopped with the server. Writing to them never waits.

    As a handler it takes the logging of libraries too, since Python's own handlers wait for the reader of stderr.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._access = LogWriter(settings.access_log) if settings.access_log else None
        self._errors = self._access if self._access is not None and settings.access_log == "-" else LogWriter("-")
        self._writers = {self._errors, self._access or self._errors}
        self._slow = settings.slow_query
        self._clients = settings.log_clients

    @property
    def dropped(self) -> int:
        """Number of lines that were not written."""
        return sum(writer.dropped for writer in self._writers)

    def start(self) -> None:
        """Start to write."""
        for writer in self._writers:
            writer.start()

    def stop(self) -> None:
        """Write the lines that are left, giving up after two seconds."""
        for writer in self._writers:
            writer.stop()

    def flush(self) -> None:
        """Write lines logged before the start or after the stop, such as the reason of a failed start.

        Python calls this method of every handler at its end.
        """
        for writer in self._writers:
            writer.flush()

    def request(self, scope: Scope, notes: Notes, status: int, seconds: float, size: int) -> None:
        """Log a request that is over and, if its query was slow, the query's text.

        `scope` is the request in ASGI, and `size` the length of the response's body in bytes.
        """
        ran = notes.query is not None and notes.outcome not in ("busy", "refused", "cached")
        slow = ran and seconds >= self._slow
        if self._access is None and not slow:
            return
        entry = {
            "time": _now(),
            "id": notes.id,
            **({"client": (scope.get("client") or [None])[0]} if self._clients else {}),
            "method": scope["method"],
            "path": scope["path"][:LONGEST],
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": size,
            "kind": notes.kind,
        }
        if notes.query is not None:
            entry |= {
                "query": query_hash(notes.query),
                "dataset": notes.version,
                "cached": notes.cached,
                "lane": notes.lane,
            }
        if self._access is not None:
            self._access.put(_encode(entry))
        if slow and notes.query is not None:
            (self._access or self._errors).put(
                _encode({"slow": True, **entry, "text": notes.query[:LONGEST], "characters": len(notes.query)})
            )

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record of a library to stderr, with its traceback."""
        entry = {
            "time": _now(),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info:
            entry["trace"] = logging.Formatter().formatException(record.exc_info)
        self._errors.put(_encode(entry))


def _now() -> str:
    """Return the time in UTC with its offset, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def query_hash(query: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a query's text, to name the query without showing it."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class LogWriter:
    """A queue of lines and a thread that writes them to `path`: a file, made with mode 640, or stderr for `-`.

    `dropped` counts the lines that found the queue full or could not be written.
    """

    def __init__(self, path: str) -> None:
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._file = None if path == "-" else _File(path)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self.dropped = 0

    def put(self, line: str) -> None:
        """Queue a line, given without its line break."""
        if self._lines.qsize() < WAITING:
            self._lines.put_nowait(line)
        else:
            self.dropped += 1

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, daemon=True)  # its end may be kept waiting by a stuck reader
        self._thread.start()

    def stop(self) -> None:
        """Write the queued lines, giving up after a second, and close the file."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(_LAST)

    def flush(self) -> None:
        """Write lines queued before start() or, for stderr, after stop(); return when they are written."""
        running = self._thread is not None and self._thread.is_alive()
        if not running and (self._file is None or self._file.stream is not None):
            self._write_queued()

    def _run(self) -> None:
        while not self._ending.wait(_EVERY):
            self._write_queued()
        self._write_queued()
        if self._file is not None:
            self._file.close()

    def _write_queued(self) -> None:
        while not self._lines.empty():
            batch = ""
            while len(batch) < _BATCH and not self._lines.empty():
                batch += self._lines.get_nowait() + "\n"
            self._write(batch.encode("utf-8", "backslashreplace"))

    def _write(self, batch: bytes) -> None:
        """Write a batch; on failure count its lines as dropped."""
        left = memoryview(batch)
        try:
            descriptor = 2 if self._file is None else self._file.descriptor()
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            # The disk is full or the reader has gone, so the loss can only be reported in the metrics.
            self.dropped += batch.count(b"\n")


class _File(WatchedFileHandler):
    """A file that several processes may append to, opened anew when its name leads elsewhere, as after a rotation."""

    def descriptor(self) -> int:
        self.reopenIfNeeded()
        if self.stream is None:  # the last attempt to open it anew failed
            self.stream = self._open()
        return self.stream.fileno()

    def _open(self) -> Any:
        return open(self.baseFilename, "ab", buffering=0, opener=partial(os.open, mode=0o640))
