"""Read a file of tables."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from math import inf
from pathlib import Path

from jixiao.store import files
from jixiao.store.idle import Idle
from jixiao.store.index.readers import Reader
from jixiao.store.tables import filling
from jixiao.store.tables.table import Table

SECONDS = 10.0
"""The seconds that the statements of one answer may take."""


class TableFile:
    """An open file of tables. Safe to share between threads; the file never changes."""

    def __init__(self, path: Path, held: int) -> None:
        """Open a file; `held` is a descriptor of it with a lock for readers, which is closed with this object."""
        self.path, self._held = path, held
        self._idle = Idle(partial(Reader, path))

    def __del__(self) -> None:
        os.close(self._held)

    @contextmanager
    def reader(self, seconds: float = SECONDS) -> Iterator[Reader]:
        """Lend a connection for the block, whose statements may take so many `seconds` in all.

        Raises StoreUnusableError.
        """
        with self._idle.lent() as reader:
            reader.begin(seconds)
            yield reader

    @cached_property
    def digest(self) -> str:
        """The digest of the tables that the file holds. Raises StoreUnusableError."""
        with self.reader() as reader:
            [(value,)] = reader.all("SELECT value FROM meta WHERE name = 'digest'")
        return str(value)

    @cached_property
    def odd(self) -> frozenset[str]:
        """The names of the tables with values that the file cannot hold. Raises StoreUnusableError."""
        with self.reader() as reader:
            return frozenset(name for (name,) in reader.all("SELECT DISTINCT name FROM odd"))


def opened(path: Path, every: Iterable[Table]) -> TableFile | None:
    """Open a file of tables; None if there is none, or if it was made from other definitions.

    The file stays locked for readers while it is in use, so that no writer removes it. Raises StoreUnusableError.
    """
    held = files.held(path)
    if held is None:
        return None
    file = TableFile(path, held)
    return file if file.digest == filling.digest(every) else None


def words(reader: Reader, numbers: Iterable[int]) -> Mapping[int, str]:
    """Return words by their numbers in a file."""
    return dict(
        reader.all("SELECT id, text FROM word WHERE id IN (SELECT value FROM json_each(?))", json.dumps([*numbers]))
    )


def content(file: TableFile, table: Table) -> Iterator[tuple[str | int | None, ...]]:
    """Yield the rows of a table in any order, with words for their numbers. Raises StoreUnusableError."""
    columns = (
        f'ifnull((SELECT text FROM word WHERE id = t."{each.name}"), t."{each.name}")'  # noqa: S608 - names of our own
        if each.stored in ("word", "prose")
        else f't."{each.name}"'
        for each in table.columns
    )
    with file.reader(inf) as reader:
        yield from reader.each(f'SELECT {", ".join(columns)} FROM "{table.name}" t')  # noqa: S608 - as above
