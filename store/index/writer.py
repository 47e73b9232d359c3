"""Write an index: replace units, which are read from the graph before and after a change, by all their rows.

FTS5 keeps no texts here. A row of the full text is deleted with its former tokens, which are made again from the former
unit. Tokens are staged in a file beside the index, and written in the order of the rows' numbers, as FTS5 demands for
speed.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path

from jixiao.ontology import grouping
from jixiao.ontology.text import folding
from jixiao.store import files
from jixiao.store.index.entries import KINDS, Row, Unit
from jixiao.store.index.facts import Cell
from jixiao.store.index.full_text import number_of, tokens_of

_NAMELESS = ("indicator", "goal", "section", "stated-basis", "cost-item")
_TALLIES_HELD = 200_000  # tallies kept in memory before they are added to the file
_UNSAFE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA page_size = 8192;"
_STAGED = """
PRAGMA staging.journal_mode = OFF; PRAGMA staging.synchronous = OFF;
CREATE TABLE staging.text (id INTEGER, command TEXT, own TEXT, context TEXT);
"""
_TO_LINE = """
CREATE INDEX staging.in_order ON text (id, command DESC);
INSERT INTO line(line, rowid, own, context)
  SELECT command, id, own, context FROM staging.text INDEXED BY in_order ORDER BY id, command DESC;
"""
_TO_TALLY = """
INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT (kind, value) DO UPDATE SET projects = projects + excluded.projects
"""
_NUMBERED = {
    "word": ("SELECT id FROM word WHERE text = ?", "INSERT INTO word VALUES (NULL, ?1, ?2)"),
    "cell": ("SELECT id FROM cell WHERE body IS ? AND year IS ?", "INSERT INTO cell VALUES (NULL, ?, ?)"),
}
_COLUMNS = (
    "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY cid"
)


class Writer:
    """The index at `path`, a new one if there is no file; complete after `finish`. `close` must be called in any case.

    A crash leaves a broken file: an index is written only where no reader looks yet.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._is_new = path, not path.exists()
        self._beside = path.with_suffix(".staging")
        self._tallies: Counter[tuple[str, str]] = Counter()
        self._numbers: dict[tuple[Cell, ...], int] = {}
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_UNSAFE)
        self._connection.execute("ATTACH ? AS staging", (str(self._beside),))
        self._connection.executescript(_STAGED + (_script("tables.sql") if self._is_new else ""))
        self._columns = grouping.by_key(self._connection.execute(_COLUMNS))
        self._connection.execute("BEGIN")

    def add(self, unit: Unit) -> None:
        """Add a unit that the index does not have."""
        self.replace(None, unit)

    def replace(self, former: Unit | None, now: Unit | None) -> None:
        """Replace the rows, facts and tallies of a unit; `former` is None for a new one, `now` for one that goes."""
        unit = now or former
        if unit is None:
            return
        was, is_ = former or Unit(unit.name), now or Unit(unit.name)
        [(number,)] = self._connection.execute(
            "INSERT INTO unit VALUES (NULL, ?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id", (unit.name,)
        ).fetchall()
        for row in (row for row in was.rows if row not in is_.rows):
            self._remove(number, unit.name, row)
        for row in (row for row in is_.rows if row not in was.rows):
            self._insert(number, unit.name, row)
        if was.facts != is_.facts:
            for table in dict(was.facts):
                self._connection.execute(f"DELETE FROM {table} WHERE unit = ?", (number,))  # noqa: S608 - our own tables
            for table, facts in grouping.by_key(is_.facts).items():
                marks = ", ".join("?" * len(self._columns[table]))
                cells = (tuple(self._cell(number, each, name) for name in self._columns[table]) for each in facts)
                self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", cells)  # noqa: S608
        if now is None:
            self._connection.execute("DELETE FROM unit WHERE id = ?", (number,))
        self._tallies.update(is_.tallies)
        self._tallies.subtract(was.tallies)
        if len(self._tallies) > _TALLIES_HELD:
            self._write_tallies()

    def finish(self) -> None:
        """Write what is staged, and make the file durable. May raise OSError."""
        self._write_tallies()
        script = _script("indexes.sql") if self._is_new else ""
        for statement in (_TO_LINE + script + "COMMIT").split(";"):  # executescript() would commit at each
            self._connection.execute(statement)
        self.close()
        with self.path.open("rb+") as stream:
            files.sync(stream)

    def close(self) -> None:
        """Close the files and remove what was staged."""
        self._connection.close()
        self._beside.unlink(missing_ok=True)

    def _insert(self, unit: int, name: str, row: Row) -> None:
        number = number_of(row, name)
        # In a large store another row may have the number already: the next free one is as good.
        while not self._connection.execute(
            "INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", (number, unit, row.part)
        ).rowcount:
            number += 1
        self._stage(number, None, row)
        self._connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?)", _names(unit, row))

    def _remove(self, unit: int, name: str, row: Row) -> None:
        [(number,)] = self._connection.execute(
            "SELECT id FROM entry WHERE id >= ? AND unit = ? AND name = ? ORDER BY id LIMIT 1",
            (number_of(row, name), unit, row.part),
        ).fetchall()
        self._connection.execute("DELETE FROM entry WHERE id = ?", (number,))
        self._stage(number, "delete", row)
        self._connection.executemany(
            "DELETE FROM name WHERE kind = ? AND folded = ? AND unit = ? AND text = ?", _names(unit, row)
        )

    def _stage(self, number: int, command: str | None, row: Row) -> None:
        """Stage a row's tokens for the full text, to be inserted or, with the command, deleted; a series has none."""
        own = tokens_of(row.own) if row.kind != "series" else ""
        if own:
            staged = number, command, own, tokens_of(row.context)
            self._connection.execute("INSERT INTO staging.text VALUES (?, ?, ?, ?)", staged)

    def _write_tallies(self) -> None:
        changed = ((kind, value, more, folding.bare(value)) for (kind, value), more in self._tallies.items() if more)
        self._connection.executemany(_TO_TALLY, changed)
        self._connection.execute("DELETE FROM tally WHERE projects = 0")
        self._tallies.clear()

    def _cell(self, unit: int, values: Mapping[str, Cell], column: str) -> Cell:
        """Return what a table stores in a column for a row with the given values by column.

        Columns whose names end in `_word` store the number of the text, `cell` that of the pair of body and year, and
        `unit` that of the unit.
        """
        if column == "unit":
            return unit
        if column == "cell":
            return self._number("cell", values["body"], values["year"])
        value = values.get(column)
        return value if value is None or not column.endswith("_word") else self._number("word", value)

    def _number(self, table: str, *values: Cell) -> int:
        """Return the number of a word, or of a pair of body and year, in its table; a new one is added."""
        known = self._numbers.get((table, *values))
        if known is None:
            find, add = _NUMBERED[table]
            found = self._connection.execute(find, values).fetchone()
            of_row = values if table == "cell" else (*values, str(values[0]).lower())
            known = found[0] if found else self._connection.execute(add, of_row).lastrowid or 0
            self._numbers[table, *values] = known
        return known


def _names(unit: int, row: Row) -> list[tuple[int, str, int, str]]:
    """Return the rows of the table of names for a row of a unit."""
    if row.kind in _NAMELESS:
        return []
    kind = KINDS.index(row.kind) + 1
    return [(kind, folded, unit, text) for text in row.own if (folded := folding.bare(text))]


def _script(name: str) -> str:
    return resources("jixiao.store.index").joinpath(name).read_text(encoding="utf-8")
