"""Read an index, or another SQLite file that never changes, over connections of one thread and within a time limit."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from jixiao.store import bounded_cache, errors
from jixiao.store.idle import Idle

SECONDS = 5.0
"""The seconds that a search or a list of choices may take: ten times what they take with 100,000 projects when idle."""
COUNTING = 10.0
"""The seconds that sums may take: on a busy machine, those of a large store may take longer than a search."""
_KNOWN = 512  # answers cached in memory, which stay valid as an index never changes
_KEPT = 8  # temporary tables that a connection keeps for later answers
_WRITING = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_GETTEMPPATH,
}  # codes of errors which, as an index is open and never written to, are about temporary files
_STEPS = 20_000  # instructions of SQLite's virtual machine between two checks of the time limit


class Timed(Protocol):
    """Work with a time limit."""

    @property
    def left(self) -> float:
        """Seconds left, 0 if the work is to end."""


TURN: ContextVar[Timed | None] = ContextVar("turn", default=None)
"""The work in this context for which statements run, and with which they end; None for work without a limit."""


class Reader:
    """A connection to the index at `path`, for one thread at a time.

    `seconds` is the time that all statements together may take from the start, and `known` a cache of answers, shared
    by all readers of the index. Statements end with the work (TURN) that runs them as well.
    """

    def __init__(
        self, path: Path, seconds: float = SECONDS, known: bounded_cache.BoundedCache[Any] | None = None
    ) -> None:
        self.known = bounded_cache.BoundedCache(_KNOWN) if known is None else known
        self._kept, self._numbers = dict[tuple[object, ...], str](), count()
        self._path = path
        self._ends = time.monotonic() + seconds
        # An index never changes, so that SQLite need not lock it.
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, check_same_thread=False, uri=True)
        except sqlite3.Error as cause:
            raise errors.damaged(path) from cause
        self._connection.set_progress_handler(self._late, _STEPS)

    def begin(self, seconds: float) -> None:
        """Restart the time limit, which holds for all statements from now on; of what was kept, the latest stays."""
        self._ends = time.monotonic() + seconds
        for key in [*self._kept][:-_KEPT]:
            self._run(f"DROP TABLE temp.{self._kept.pop(key)}", ())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def define(self, functions: Mapping[str, Callable[[Any, Any], str | None]]) -> None:
        """Let statements call functions of two values, by name."""
        for name, function in functions.items():
            self._connection.create_function(name, 2, function, deterministic=True)

    def all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement, and return its rows. Raises SearchTooLongError, NoRoomError and StoreUnusableError."""
        return self._run(statement, values)[1]

    def each(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement as they are read. Raises NoRoomError and StoreUnusableError."""
        try:
            yield from self._connection.execute(statement)
        except sqlite3.Error as cause:
            raise self._failed(cause) from cause

    def pick(self, statement: str, values: Mapping[str, object]) -> None:
        """Store the rows of a statement as the temporary table `picked`, which replaces the former one.

        Raises as `all` does.
        """
        self._run("DROP TABLE IF EXISTS temp.picked", ())
        self._run(f"CREATE TEMP TABLE picked AS {statement}", values)

    def kept(self, statement: str, values: Mapping[str, object]) -> str:
        """Return the name of a temporary table with the rows of a statement; it stays until `begin`, at least.

        Raises as `all` does.
        """
        key = statement, *values.items()
        name = self._kept.pop(key, "")
        if not name:
            name = f"kept{next(self._numbers)}"
            self._run(f"CREATE TEMP TABLE {name} AS {statement}", values)
        self._kept[key] = name
        return name

    def rows(self, statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        """Return the rows of a statement as mappings from column to value. Raises as `all` does."""
        names, rows = self._run(statement, values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _run(
        self, statement: str, values: Sequence[object] | Mapping[str, object]
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            cursor = self._connection.execute(statement, values)
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except sqlite3.Error as cause:
            if not isinstance(cause, sqlite3.OperationalError) or not self._late():
                raise self._failed(cause) from cause
            raise errors.SearchTooLongError(
                "几乎到处都有这些字，搜索用时过长，请多输入几个字。"
                " Almost everything has these characters, and the search takes too long; type more of them."
            ) from cause

    def _failed(self, cause: sqlite3.Error) -> errors.StoreError:
        if getattr(cause, "sqlite_errorcode", None) in _WRITING:
            return errors.NoRoomError.of(cause)
        return errors.damaged(self._path)

    def _late(self) -> bool:
        turn = TURN.get()
        return time.monotonic() > self._ends or (turn is not None and not turn.left)


class Opened:
    """An open file, of which readers are lent; safe to share between threads."""

    def __init__(self, path: Path, held: int) -> None:
        """Open a file; `held` is a descriptor of the file with a lock for readers, closed with this object."""
        self.path, self._held = path, held
        self._known: bounded_cache.BoundedCache[Any] = bounded_cache.BoundedCache(_KNOWN)
        self._idle = Idle(partial(Reader, path, known=self._known))

    def __del__(self) -> None:
        os.close(self._held)

    @contextmanager
    def reader(self, seconds: float = COUNTING) -> Iterator[Reader]:
        """Lend a connection for the block, whose statements may take so many `seconds` in all.

        The time begins with the block. Raises StoreUnusableError.
        """
        with self._idle.lent() as reader:
            reader.begin(seconds)
            yield reader
