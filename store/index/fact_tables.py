"""Write the facts of units into a segment's tables."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files as resources

from jixiao.store.index.entries import Unit
from jixiao.store.index.facts import Cell

_INSERT = "INSERT INTO main.{table} VALUES ({marks})"
_AT_ONCE = 5000  # rows between Python and SQLite


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
        """Take in the facts of a unit."""
        if not unit.facts:
            return
        self._units += 1
        self._waiting["thing"].append((self._units, unit.name))
        for table, said in unit.facts:
            self._waiting[table].append(tuple(self._cell(said, column) for column in self._of(table)))
        self._held += len(unit.facts)
        if self._held > _AT_ONCE:
            self._write()

    def finish(self) -> None:
        """Write what is left, and the indexes."""
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
