"""Read all segments of an index over one connection, without the rows that later segments replace."""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jixiao.store import bounded_cache, errors
from jixiao.store.index.segments import Part

SECONDS = 2.0
"""The seconds that a search may take; only a text that almost everything contains takes nearly as long."""
_KNOWN = 512  # answers cached in memory, which stay valid as an index never changes
_STEPS = 20_000  # instructions of SQLite's virtual machine between two checks of the time limit
_ENCLOSING = {
    re.compile(r"\{union:\s(.*?)\s:union\}", re.DOTALL): " UNION ALL ",
    re.compile(r"\{sum:\s(.*?)\s:sum\}", re.DOTALL): " + ",
}
_SIGNED = re.compile(r"\{signed:\s(.*?)\s:signed\}", re.DOTALL)
_LIVING = re.compile(r"\{(?:living|these) ([^\s}]+)\}")


class Reader:
    """A connection to all segments of an index, for one thread at a time.

    `parts` are the segments in `directory`, `seconds` is the time limit, and `known` a cache shared by all readers of
    the index.
    """

    def __init__(
        self,
        directory: Path,
        parts: Sequence[Part],
        seconds: float = SECONDS,
        known: bounded_cache.BoundedCache[Any] | None = None,
    ) -> None:
        self.known = bounded_cache.BoundedCache(_KNOWN) if known is None else known
        self._directory = directory
        self._ends = time.monotonic() + seconds
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, uri=True)
        for number, part in enumerate(parts):
            self._run(f"ATTACH ? AS s{number}", (f"{part.path(directory).absolute().as_uri()}?mode=ro&immutable=1",))
        self._connection.set_progress_handler(self._late, _STEPS)
        self._connection.execute("PRAGMA temp_store = MEMORY")
        replacing = [self._replacing(part.name, range(number, len(parts))) for number, part in enumerate(parts)]
        self._living = [
            " AND ".join(f"NOT EXISTS ({each} AND id = {{id}})" for each in found) or "TRUE" for found in replacing
        ]
        self._replaced = [" UNION ".join(found) for found in replacing]
        self._gone = [f"{{id}} IN ({found})" if found else "" for found in self._replaced]

    def begin(self, seconds: float) -> None:
        """Start the time limit of a call."""
        self._ends = time.monotonic() + seconds

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def each(self, statement: str, *values: object) -> list[list[tuple[Any, ...]]]:
        """Run a statement on each segment, and return a list of rows for each.

        In the statement, {s} is replaced by the segment, {living X} by the condition that row number X is not replaced
        by a later segment, and {gone} by a query of the numbers of replaced rows. Raises SearchTooLongError and
        StoreUnusableError.
        """
        return [self._run(self._on(statement, number), values)[1] for number in range(len(self._living))]

    def all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement once over all segments, and return its rows.

        {union: …} is replaced by the union of what it encloses over all segments, {sum: …} by the sum of scalars.
        {signed: …} is replaced by a union for sums: over all rows with {sign} 1, and again over the replaced rows,
        which {these X} then selects, with {sign} -1. Elsewhere {these X} means the same as {living X}. Raises
        SearchTooLongError and StoreUnusableError.
        """
        return self._run(self._enclosed(statement), values)[1]

    def pick(self, statement: str, values: Mapping[str, object]) -> None:
        """Store the rows of a statement as the temporary table `picked`, which replaces the former one.

        Raises as `all` does.
        """
        self._run("DROP TABLE IF EXISTS temp.picked", ())
        self._run(f"CREATE TEMP TABLE picked AS {self._enclosed(statement)}", values)

    def rows(self, statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        """Return the rows of a statement as mappings from column to value. Raises as `all` does."""
        names, rows = self._run(self._enclosed(statement), values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _enclosed(self, statement: str) -> str:
        """Return a statement with {union: …}, {sum: …} and {signed: …} expanded for all segments."""
        statement = _SIGNED.sub(lambda match: " UNION ALL ".join(self._signed(match[1])), statement)
        for enclosing, joining in _ENCLOSING.items():
            while match := enclosing.search(statement):
                each = (self._on(match[1], number) for number in range(len(self._living)))
                statement = f"{statement[: match.start()]}{joining.join(each)}{statement[match.end() :]}"
        return statement

    def _signed(self, enclosed: str) -> Iterator[str]:
        """Yield the enclosed statement for each segment with sign 1 and, if rows of it are replaced, with sign -1."""
        for number, gone in enumerate(self._gone):
            for sign, these in ((1, "TRUE"), (-1, gone)):
                if these:
                    text = _LIVING.sub(these.replace("{id}", r"\1"), enclosed)
                    yield text.replace("{sign}", f"{sign}").replace("{s}", f"s{number}")

    def _on(self, statement: str, number: int) -> str:
        """Return a statement with {s}, {living X} and {gone} filled in for the segment at position `number`."""
        living = _LIVING.sub(lambda match: self._living[number].replace("{id}", match[1]), statement)
        gone = self._replaced[number] or "SELECT NULL AS id WHERE FALSE"
        return living.replace("{gone}", gone).replace("{s}", f"s{number}")

    def _run(
        self, statement: str, values: Sequence[object] | Mapping[str, object]
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            cursor = self._connection.execute(statement, values)
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except sqlite3.Error as cause:
            if not isinstance(cause, sqlite3.OperationalError) or not self._late():
                raise errors.damaged(self._directory) from cause
            raise errors.SearchTooLongError(
                "几乎到处都有这些字，搜索用时过长，请多输入几个字。"
                " Almost everything has these characters, and the search takes too long; type more of them."
            ) from cause

    def _replacing(self, name: str, later: Sequence[int]) -> list[str]:
        """Return queries for the numbers of those rows of the segment `name` that later segments replace.

        `later` are the positions of these segments; those that replace no row of it are left out.
        """
        find = "SELECT id FROM s{}.gone WHERE segment = '{}'"
        queries = (find.format(number, name) for number in later)
        return [each for each in queries if self._run(f"{each} LIMIT 1", ())[1]]

    def _late(self) -> bool:
        return time.monotonic() > self._ends
