"""Write one segment of an index: units are staged in any order, then written in the order of their ranks.

Units are staged in a file beside the segment, so that memory is bounded.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files as resources
from pathlib import Path

from jixiao.ontology.text import folding
from jixiao.store import files
from jixiao.store.index import tokens
from jixiao.store.index.entries import KINDS, Unit
from jixiao.store.index.facts import Cell

KIND_BIT = 40
"""The bit of a row's number from which it has the number of its kind; the lower bits count the kind's rows."""

_NUMBERS = {kind: number for number, kind in enumerate(KINDS, start=1)}
_YEARS = 4096
_LONGEST = 1 << 20
_NAMELESS = ("indicator", "goal", "section", "stated-basis", "cost-item")
_TALLIES_HELD = 200_000
_AT_ONCE = 2000  # rows between Python and SQLite
_UNSAFE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA page_size = 8192;"
_STAGED = """
CREATE TABLE staging.row (kind INTEGER, rank INTEGER, unit TEXT, part TEXT, own TEXT, context TEXT);
CREATE TABLE staging.name (unit TEXT, kind INTEGER, folded TEXT, text TEXT);
"""

Tallies = Iterable[tuple[tuple[str, str], int]]


def number_range(kind: str) -> tuple[int, int]:
    """Return the range of row numbers that a kind has: the smallest and the largest."""
    first = _NUMBERS[kind] << KIND_BIT
    return first, first + (1 << KIND_BIT) - 1


def rank(texts: Iterable[str], year: int) -> int:
    """Return the rank of a row, by which rows are sorted: the shortest texts first, of equal length the latest year."""
    length = sum(len(text) for text in texts)
    return min(length, _LONGEST) * _YEARS + (_YEARS - 1 - min(year, _YEARS - 1))


class Segment:
    """A segment in the making at `path`, whole after `finish`; `close` must be called in any case."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = self.units = 0
        self._beside = path.with_suffix(".staging")
        self._tallies: Counter[tuple[str, str]] = Counter()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_UNSAFE)
        self._connection.execute("ATTACH ? AS staging", (str(self._beside),))
        self._connection.executescript("PRAGMA staging.journal_mode = OFF; PRAGMA staging.synchronous = OFF;" + _STAGED)
        self._connection.executescript(
            resources("jixiao.store.index").joinpath("segment.sql").read_text(encoding="utf-8")
        )
        self._connection.execute("BEGIN")
        self._facts = FactTables(self._connection)

    def stage(self, unit: Unit, *, counting: bool = True) -> None:
        """Stage a unit's rows, names and facts; with `counting`, add it to the tallies."""
        self.units += 1
        self.rows += len(unit.rows) + len(unit.facts)
        self._facts.add(unit)
        if counting:
            self.count(unit.tallies.items())
        self._connection.executemany(
            "INSERT INTO staging.row VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    _NUMBERS[row.kind],
                    rank(row.own, row.year),
                    unit.name,
                    row.part,
                    tokens.of_texts(row.own) if row.kind != "series" else "",
                    tokens.of_texts(row.context),
                )
                for row in unit.rows
            ],
        )
        self._connection.executemany(
            "INSERT INTO staging.name VALUES (?, ?, ?, ?)",
            [
                (unit.name, _NUMBERS[row.kind], folded, text)
                for row in unit.rows
                if row.kind not in _NAMELESS
                for text in row.own
                if (folded := folding.bare(text))
            ],
        )

    def count(self, tallies: Tallies) -> None:
        """Add to the numbers of projects by kind and value."""
        for pair, projects in tallies:
            self._tallies[pair] += projects
        if len(self._tallies) > _TALLIES_HELD:
            self._write_tallies()

    def replace(self, rows: Iterable[tuple[str, int]]) -> None:
        """Mark rows of older segments, by segment and number, as replaced or removed."""
        self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", rows)

    def finish(self) -> None:
        """Write all rows and make the file durable. May raise OSError."""
        self._write_tallies()
        self._connection.execute("DELETE FROM tally WHERE projects = 0")
        self._write_rows()
        self._facts.finish()
        self._connection.execute("INSERT INTO line(line) VALUES ('optimize')")
        self._connection.execute("COMMIT")
        self.close()
        with self.path.open("rb+") as stream:
            files.sync(stream)

    def close(self) -> None:
        """Close the files and remove what was staged."""
        self._connection.close()
        self._beside.unlink(missing_ok=True)

    def _write_tallies(self) -> None:
        self._connection.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, value) DO UPDATE SET projects = projects + excluded.projects",
            [(kind, value, number, folding.bare(value)) for (kind, value), number in self._tallies.items()],
        )
        self._tallies.clear()

    def _write_rows(self) -> None:
        connection = self._connection
        # Numbers of rows follow their ranks, so that a search can stop after the best ones.
        connection.execute("INSERT INTO line(line, rank) VALUES ('automerge', 0)")
        connection.execute("INSERT INTO line(line, rank) VALUES ('hashsize', 33554432)")
        staged = connection.execute("SELECT kind, rank, unit, part, own, context FROM staging.row ORDER BY 1, 2, 3, 4")
        owners: dict[str, int] = {}
        kind_before = number = 0
        while rows := staged.fetchmany(_AT_ONCE):
            entries, lines = [], []
            for kind, ranked, unit, part, own, context in rows:
                number = number + 1 if kind == kind_before else kind << KIND_BIT
                kind_before = kind
                if not part:
                    owners[unit] = number
                entries.append((number, ranked, owners[unit] if part else None, part or unit))
                if own:
                    lines.append((number, own, context))
            connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
            connection.executemany("INSERT INTO line(rowid, own, context) VALUES (?, ?, ?)", lines)
        names: Iterator[tuple[int, str, int, str]] = (
            (kind, folded, owners[unit], text)
            for unit, kind, folded, text in connection.execute("SELECT unit, kind, folded, text FROM staging.name")
        )
        connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?)", names)
        connection.execute("CREATE UNIQUE INDEX unit ON entry (name) WHERE owner IS NULL")


_INSERT = "INSERT INTO main.{table} VALUES ({marks})"
_FACTS_AT_ONCE = 5000  # rows between Python and SQLite


class FactTables:
    """The tables of facts of a segment in the making; `finish` must be called after the last unit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._units = 0
        self._words: dict[Cell, int] = {}
        self._cells: dict[tuple[Cell, Cell], int] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._waiting: defaultdict[str, list[tuple[Cell, ...]]] = defaultdict(list)
        self._held = 0

    def add(self, unit: Unit) -> None:
        """Add the facts of a unit."""
        if not unit.facts:
            return
        self._units += 1
        self._waiting["thing"].append((self._units, unit.name))
        for table, said in unit.facts:
            self._waiting[table].append(tuple(self._cell(said, column) for column in self._of(table)))
        self._held += len(unit.facts)
        if self._held > _FACTS_AT_ONCE:
            self._write()

    def finish(self) -> None:
        """Write the remaining rows, and create the SQL indexes."""
        self._waiting["word"] += [(number, word, str(word).lower()) for word, number in self._words.items()]
        self._waiting["cell"] += [(number, *cell) for cell, number in self._cells.items()]
        self._write()
        script = resources("jixiao.store.index").joinpath("fact_indexes.sql").read_text(encoding="utf-8")
        for statement in script.split(";"):  # executescript() would commit
            self._connection.execute(statement)

    def _of(self, table: str) -> tuple[str, ...]:
        if table not in self._columns:
            self._columns[table] = tuple(row[1] for row in self._connection.execute(f"PRAGMA main.table_info({table})"))
        return self._columns[table]

    def _cell(self, said: Mapping[str, Cell], column: str) -> Cell:
        if column == "unit":
            return self._units
        if column == "cell":
            cell = said["body"], said["year"]
            return self._cells.setdefault(cell, len(self._cells) + 1)
        value = said.get(column)
        if value is not None and column.endswith("_word"):
            return self._words.setdefault(value, len(self._words) + 1)
        return value

    def _write(self) -> None:
        for table, rows in self._waiting.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._connection.executemany(_INSERT.format(table=table, marks=marks), rows)
                rows.clear()
        self._held = 0
