"""Log requests as lines of JSON: the access log, slow queries with their text, and messages of libraries.

The line of a request never contains a query's text; it names the client by its address only, or not at all. Characters
other than ASCII are escaped, so that no line can move a terminal's cursor or imitate another line.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.types import Scope

from jixiao.server.logs.log_writer import LogWriter
from jixiao.server.settings import Settings

NOTES = "jixiao"
"""The key of a request's Notes in its ASGI scope."""
LONGEST = 2_000
"""Characters logged of a path, and of a slow query's text."""

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(slots=True)
class Notes:
    """Facts that the handlers of a request set for logs and metrics; only `id` and `kind` are always known.

    `query` is the text of a SPARQL query, `version` that of the dataset, and `cached` tells if its result was kept.
    `outcome` is one of metrics.OUTCOMES and `lane` one of metrics.LANES; set both if a query was run or refused.
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
        """Write the lines that are left, within two seconds."""
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
