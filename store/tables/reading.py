"""Read a file of tables."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import inf
from pathlib import Path

from jixiao.store import files
from jixiao.store.index.readers import Opened
from jixiao.store.tables import filling
from jixiao.store.tables.table import Table


class TableFile(Opened):
    """An open file of tables."""

    @cached_property
    def odd(self) -> dict[str, int]:
        """The numbers of values that the file cannot hold, by the name of their table. Raises StoreUnusableError."""
        with self.reader() as reader:
            return dict(reader.all("SELECT name, count(*) FROM odd GROUP BY name"))

    def most_frequent(self, held_by: Sequence[str], unless: str, limit: int) -> list[str]:
        """Return the most frequent texts of a table and column; none if one is `unless`. Raises as Reader.all does."""
        table, column = held_by
        held = f'FROM "{table}" JOIN word ON id = "{column}"'
        with self.reader() as reader:
            known = reader.all(f"SELECT 1 {held} WHERE text = ? LIMIT 1", unless)
            every = f"SELECT text {held} GROUP BY id ORDER BY count(*) DESC, text LIMIT ?"
            return [] if known else [text for (text,) in reader.all(every, limit)]


def opened(path: Path, every: Iterable[Table]) -> TableFile | None:
    """Open a file of tables; None if there is none, or if it was made from other definitions.

    The file stays locked for readers while it is in use, so that no writer removes it. Raises StoreUnusableError.
    """
    held = files.held(path)
    if held is None:
        return None
    file = TableFile(path, held)
    with file.reader() as reader:
        digest = reader.all("SELECT value FROM meta WHERE name = 'digest'")
    return file if digest == [(filling.digest(every),)] else None


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
