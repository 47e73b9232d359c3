"""What became of each request comes in, a line of JSON goes out: the access log, and slow queries with their text.

No text of a query in the access log, and of the client its address alone, or nothing. Everything that is not ASCII is
escaped, so that no line can move a terminal's cursor or pass for another.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jixiao.server.settings import Settings
from jixiao.server.watch.lines import Lines

NOTES = "jixiao"
"""The key of the ASGI scope under which a request's Notes are."""
LONGEST = 2_000
"""Characters of a slow query's text that are logged, and of any other text."""

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(slots=True)
class Notes:
    """What the handlers of a request tell about it for the logs and metrics; each may stay as it is.

    `outcome` is one of metrics.OUTCOMES and `lane` one of metrics.LANES: set both where a query was run, or refused.
    """

    id: str
    kind: str
    query: str | None = None
    version: str | None = None
    cached: bool = False
    lane: str | None = None
    outcome: str | None = None


@dataclass(slots=True)
class Request:
    """What the front measured of a request."""

    method: str
    path: str
    client: str | None
    status: int
    seconds: float
    size: int


class Journal:
    """The server's logs. Start it with the server and stop it with the server; writing to it never waits."""

    def __init__(self, settings: Settings) -> None:
        self._access = Lines(settings.access_log) if settings.access_log else None
        self._errors = self._access if self._access is not None and settings.access_log == "-" else Lines("-")
        self._slow = settings.slow_query
        self._clients = settings.log_clients
        self._second = 0
        self._date = ""

    @property
    def dropped(self) -> int:
        """Lines that could not be written."""
        return sum(lines.dropped for lines in self._streams())

    def start(self) -> None:
        """Begin to write."""
        for lines in self._streams():
            lines.start()

    def stop(self) -> None:
        """Write what is left, within a second or two."""
        for lines in self._streams():
            lines.stop()

    def flush(self) -> None:
        """Write what came too early or too late, such as why the server could not start."""
        for lines in self._streams():
            lines.flush()

    def request(self, request: Request, notes: Notes) -> None:
        """Log a request that is over; its query too if it was slow."""
        ran = notes.query is not None and notes.outcome not in ("busy", "refused", "cached")
        slow = ran and request.seconds >= self._slow
        if self._access is None and not slow:
            return
        entry: dict[str, Any] = {"time": self._now(), "id": notes.id}
        if self._clients:
            entry["client"] = request.client
        entry["method"] = request.method
        entry["path"] = request.path[:LONGEST]
        entry["status"] = request.status
        entry["ms"] = round(request.seconds * 1000, 2)
        entry["bytes"] = request.size
        entry["kind"] = notes.kind
        if notes.query is not None:
            entry["query"] = query_hash(notes.query)
            entry["dataset"] = notes.version
            entry["cached"] = notes.cached
            entry["lane"] = notes.lane
        if self._access is not None:
            self._access.put(_encode(entry))
        if slow and notes.query is not None:
            (self._access or self._errors).put(
                _encode({"slow": True, **entry, "text": notes.query[:LONGEST], "characters": len(notes.query)})
            )

    def event(self, level: str, message: str, more: Mapping[str, object] | None = None) -> None:
        """Log something else that happened, to stderr."""
        self._errors.put(_encode({"time": self._now(), "level": level, "message": message, **(more or {})}))

    def _streams(self) -> tuple[Lines, ...]:
        return (
            (self._errors,) if self._access in (None, self._errors) else (self._errors, *filter(None, [self._access]))
        )

    def _now(self) -> str:
        """The time in UTC with its offset, to the millisecond; the date is spelled once a second."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._date = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._date}.{int((now - second) * 1000):03}+00:00"


class JournalHandler(logging.Handler):
    """Takes the logging of libraries into the journal: Python's own handlers wait for whoever reads stderr."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """One record, with its traceback."""
        more: dict[str, object] = {"logger": record.name}
        if record.exc_info:
            more["trace"] = logging.Formatter().formatException(record.exc_info)
        self._journal.event(record.levelname.lower(), record.getMessage(), more)


def query_hash(query: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a query's text: names it in the logs without showing it."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]
