"""Fill a file of tables with the rows of their queries, in bulk or for the units that a commit touched.

The file is an SQLite database with a table for each query, whose columns are those of the header and hold values as
STORED says. Texts are numbered in the table `word`, in which those stay that nothing uses any more. If a key has
several rows, the file has one, with the least value of each column: the order in which rows arrive does not matter.
Only of a key with a `prose` column, the rows stand as the query gives them. A value that its type cannot hold is left
out, and `odd` has a row for it, with its table and unit.
"""

import csv
import hashlib
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from decimal import InvalidOperation
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from textwrap import shorten

from pyoxigraph import DefaultGraph, NamedNode, QueryResultsFormat, QuerySolutions, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.text.yaml_text import EntryError
from jixiao.store import files
from jixiao.store.errors import TableError
from jixiao.store.tables.exact import OddError, scaled, sortable
from jixiao.store.tables.table import DIRECTORY, Column, Table, tables

FILE = "tables.sqlite"
FORMAT = 2
"""The version of the file's layout. Raise it with every change: the next commit then fills the tables in bulk."""

Run = Callable[[str], Iterable[Sequence[str | None]]]
"""A function that runs a SELECT, and returns the texts of each row in the order of its variables."""

PROGRAM = "jixiao.store.tables.filling:make"
"""The program of a child process that fills the tables of a store without them."""

Cell = str | int | None

_TYPE = NamedNode(terms.RDF_type)
_PLACE = re.compile(r"error at (\d+):")  # the line in a message of the engine
_AT_ONCE = 500  # units in one query
_SHORT = 40  # characters of prose, up to which texts are likely to recur
_HELD = 200_000  # cells of texts in memory, and long texts of which it is known that they were met
_ROWS = 10_000  # rows that are written at once
_UNSAFE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA page_size = 8192;"
_LAYOUT = """
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, small TEXT);
CREATE TABLE odd (name TEXT, unit INTEGER);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT);
"""
LAID_OUT = ("word", "odd", "meta")
"""The names of the file's own tables."""
_NUMBERED = """
INSERT INTO word VALUES (NULL, ?1, nullif(?2, ?1)) ON CONFLICT (text) DO UPDATE SET text = text RETURNING id
"""
_LARGEST = 2**63  # numbers below it are SQLite's integers
_SQL = {
    **dict.fromkeys(("word", "integer", "yuan"), "INTEGER"),
    "prose": "BLOB",
}  # a BLOB column leaves cells as they are


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) >= _LARGEST:
        raise OddError(text)
    return number


_CONVERTED: Mapping[str, Callable[[str], Cell]] = {
    "integer": _integer,
    "yuan": scaled,
    "decimal": sortable,
    "inline": str,
}


def digest(every: Iterable[Table]) -> str:
    """Return a digest of what a file's content depends on, besides the graph: its layout, and queries and columns."""
    said = [
        (
            each.name,
            each.sparql,
            each.key,
            [(column.name, column.stored, column.of) for column in each.columns],
            _indexed(each),
        )
        for each in every
    ]
    return hashlib.sha256(repr((FORMAT, said)).encode()).hexdigest()


@cache
def check(directory: Path = DIRECTORY) -> None:
    """Raise TableError for a file whose query is wrong, or whose header does not have the query's columns in order.

    Files that are right are read once in a process: to parse their queries takes longer than a small commit.
    """
    for name, table in tables(directory).items():
        text = (directory / f"{name}.rq").read_text(encoding="utf-8")
        try:
            columns = selected(text)
        except SyntaxError as error:
            line, said = _PLACE.match(str(error)), shorten(str(error), 120, placeholder=" …")
            place = f"{name}.rq:{line[1] if line else 1}"
            raise TableError(f"{place}：查询有误：{said}。 {place}: the query is wrong: {said}.") from error
        if columns != [*table.by_name]:
            listed = ", ".join(columns or ())
            zh, en = f"columns 应照 SELECT 的次序：{listed}", f"columns need the order of SELECT: {listed}"
            raise TableError(" ".join(EntryError("SELECT", zh, en).at(f"{name}.rq", text)))


def selected(sparql: str) -> list[str] | None:
    """Return the names of the variables that a query selects; None if the query is no SELECT. Raises SyntaxError.

    Oxigraph's results must be freed in the thread that made them, so no traceback may keep a frame that holds them.
    """
    results = Graph().query(sparql)
    return [each.value for each in results.variables] if isinstance(results, QuerySolutions) else None


def of_graph(graph: Graph, folder: Path) -> Run:
    """Return a function that runs a SELECT on a graph; results are written into the `folder` meanwhile."""

    def run(sparql: str) -> Iterator[Sequence[str | None]]:
        with NamedTemporaryFile("r", encoding="utf-8", newline="", dir=folder) as results:
            _write(graph, sparql, results.name)
            yield from islice(rows_of_csv(results), 1, None)  # without the names of columns

    return run


def rows_of_csv(lines: Iterable[str]) -> Iterator[list[str]]:
    """Return an iterator over the rows of CSV, of which the first names the columns; texts may be of any length."""
    csv.field_size_limit(sys.maxsize)
    return csv.reader(lines)


def _write(graph: Graph, sparql: str, path: str) -> None:
    """Run a SELECT, and write its rows as CSV to a file. Raises TypeError for a query of another form.

    The engine writes them all at once: solutions must end on the thread that runs the query, whatever happens later.
    """
    solutions = graph.query(sparql)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError(f"no SELECT: {sparql}")
    solutions.serialize(path, QueryResultsFormat.CSV)


def fill(path: Path, every: Sequence[Table], rows: Callable[[Table], Iterable[Sequence[str | None]]]) -> None:
    """Write a new file of tables to `path` with the `rows` of each. May raise OSError."""
    with closing(Writer(path, every)) as writer:
        for table in every:
            writer.add(table, rows(table))
        writer.finish()


def fill_from_graph(path: Path, every: Sequence[Table], graph: Graph) -> None:
    """Write a new file of tables to `path` with all rows of their queries in a graph. May raise OSError.

    Some units are read at a time, as the engine would hold the groups and the rows of all of them in memory.
    """
    typed = (quad.subject for quad in graph.quads_for_pattern(None, _TYPE, None, DefaultGraph()))
    things = {thing.value for thing in typed if isinstance(thing, NamedNode) and "#" not in thing.value}
    run = of_graph(graph, path.parent)
    fill(path, every, lambda table: _rows(table, filter(table.takes, things), run))


def make(channel: Channel, path: str, graph: str) -> None:
    """Fill the tables at `path` from the graph in the directory `graph`, and tell the parent when this is done."""
    fill_from_graph(Path(path), [*tables().values()], Graph.read_only(graph))
    channel.send(b"")


def _rows(table: Table, units: Iterable[str], run: Run) -> Iterator[Sequence[str | None]]:
    """Yield the rows of some units, given by IRI, with a query for each _AT_ONCE."""
    left = iter(sorted(units))
    while some := list(islice(left, _AT_ONCE)):
        yield from run(table.planned(some))


def keep_up(path: Path, last: Path, every: Sequence[Table], graph: Graph, units: Mapping[str, Set[str]]) -> None:
    """Write a copy of the file `last` to `path` with the rows of some units made anew; without units, link the file.

    Units are given by IRI, with the names of the tables whose rows are made; each table takes units of its kind. A unit
    that the graph no longer describes has no rows. May raise OSError.
    """
    if not units:
        path.hardlink_to(last)
        return
    shutil.copyfile(last, path)
    run = of_graph(graph, path.parent)
    there = {unit for unit in units if any(graph.quads_for_pattern(NamedNode(unit), None, None, DefaultGraph()))}
    with closing(Writer(path, every)) as writer:
        for table in every:
            ours = {unit for unit, names in units.items() if table.name in names and table.takes(unit)}
            writer.remove(table, ours)
            writer.add(table, _rows(table, ours & there, run))
        writer.finish()


class Writer:
    """The file of tables at `path`, a new one if there is no file; complete after `finish`. Call `close` in any case.

    A crash leaves a broken file: one is written only where no reader looks yet.
    """

    def __init__(self, path: Path, every: Sequence[Table]) -> None:
        self._path, self._tables, self._is_new = path, every, not path.exists()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_UNSAFE + (_LAYOUT if self._is_new else ""))
        self._words, self._met = _Held(self._number), set[int]()
        self._held: Mapping[str, _Held] = {
            **{stored: _Held(convert) for stored, convert in _CONVERTED.items()},
            "word": self._words,
            "prose": _Held(self._prose),
            # Lists, which an engine gives in any order.
            "property": _Held(lambda text: self._words[" ".join(sorted(text.split()))]),
            "titles": _Held(lambda text: "\n".join(sorted(text.splitlines()))),
        }
        self._connection.execute("BEGIN")
        for table in every if self._is_new else ():
            columns = ", ".join(f"{_quoted(each.name)} {_SQL.get(each.stored, 'TEXT')}" for each in table.columns)
            self._connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
            if not table.repeats:
                self._index(table, *table.key, unique="UNIQUE")

    def remove(self, table: Table, units: Iterable[str]) -> None:
        """Remove all rows of some units, given by IRI."""
        of_unit = f"DELETE FROM {_quoted(table.name)} WHERE {_quoted(table.unit.name)} = ?"  # noqa: S608 - names of our own
        for unit in units:
            self._connection.execute(of_unit, (self._words[unit],))
            self._connection.execute("DELETE FROM odd WHERE name = ? AND unit = ?", (table.name, self._words[unit]))

    def add(self, table: Table, rows: Iterable[Sequence[str | None]]) -> None:
        """Add rows, given as texts in the order of the table's columns; an empty text is no value."""
        left, statement = iter(rows), _insertion(table)
        while some := list(islice(left, _ROWS)):
            self._connection.executemany(statement, zip(*self._cells(table, some), strict=True))

    def finish(self) -> None:
        """Make the indexes of a new file, and make the file durable. May raise OSError."""
        for table in self._tables if self._is_new else ():
            for column in _indexed(table):
                self._index(table, column)
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('digest', ?)", (digest(self._tables),))
        self._connection.execute("COMMIT")
        self.close()
        with self._path.open("rb+") as stream:
            files.sync(stream)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _index(self, table: Table, *columns: str, unique: str = "") -> None:
        name, listed = _quoted(" ".join((table.name, *columns))), ", ".join(map(_quoted, columns))
        self._connection.execute(f"CREATE {unique} INDEX {name} ON {_quoted(table.name)} ({listed})")

    def _cells(self, table: Table, rows: Iterable[Sequence[str | None]]) -> list[list[Cell]]:
        """Return the cells of rows as the file holds them, column by column."""
        texts = dict(zip(table.by_name, zip(*rows, strict=True), strict=True))
        cells = list[list[Cell]]()
        for column in table.columns:
            if column.stored == "part":
                pairs = zip(texts[column.name], texts[str(column.of)], strict=True)
                cells.append([text.removeprefix(whole or "") if text else None for text, whole in pairs])
                continue
            held = self._held.get(column.type, self._held[column.stored])
            cells.append([*map(held.__getitem__, texts[column.name])])
            if held.odd:
                odd = [
                    (table.name, self._words[unit])
                    for unit, *_, text in {*zip(*(texts[name] for name in (*table.key, column.name)), strict=True)}
                    if text in held.odd
                ]
                self._connection.executemany("INSERT INTO odd VALUES (?, ?)", odd)
        return cells

    def _prose(self, text: str) -> Cell:
        """Return the number of a text that is short or was met before, and otherwise the text itself."""
        if len(text) <= _SHORT or hash(text) in self._met:
            return self._words[text]
        if len(self._met) < _HELD:
            self._met.add(hash(text))
        return text

    def _number(self, text: str) -> Cell:
        """Return the number of a word; a word that the file does not have is added."""
        return int(self._connection.execute(_NUMBERED, (text, text.lower())).fetchone()[0])


class _Held(dict[str | None, Cell]):
    """A cache from text to stored cell, None for an empty text; `odd` collects the texts that cannot be converted."""

    def __init__(self, convert: Callable[[str], Cell]) -> None:
        super().__init__()
        self._convert = convert
        self.odd: set[str | None] = set()

    def __missing__(self, text: str | None) -> Cell:
        if len(self) > _HELD:
            self.clear()
        cell = None
        try:
            cell = self._convert(text) if text else None
        except (ValueError, InvalidOperation):
            self.odd.add(text)
        if cell is not text:
            self[text] = cell
        return cell


def _indexed(table: Table) -> list[str]:
    """Return the columns to index apart from the key, whose index serves searches by its first column."""
    named = [each.name for each in table.columns if each.names and each.group]
    return [table.unit.name, *named] if table.repeats else named


def _insertion(table: Table) -> str:
    """Return the statement that inserts a row or, if its key is there, keeps the least value of each column."""
    start = f"INSERT INTO {_quoted(table.name)} AS t VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608 - names of our own
    least = ", ".join(f"{_quoted(each.name)} = {_least(each)}" for each in table.columns if each.name not in table.key)
    action = f"UPDATE SET {least}" if least else "NOTHING"
    return start if table.repeats else f"{start} ON CONFLICT ({', '.join(map(_quoted, table.key))}) DO {action}"


def _least(column: Column) -> str:
    former, present = (f"{of}.{_quoted(column.name)}" for of in ("t", "excluded"))
    if column.stored in ("word", "prose"):
        text = "ifnull((SELECT text FROM word WHERE id = cell), cell)"
        both = f"SELECT cell FROM (SELECT {former} AS cell UNION ALL SELECT {present}) WHERE cell NOT NULL"  # noqa: S608 - names of our own
        return f"({both} ORDER BY {text} LIMIT 1)"
    return f"min(ifnull({former}, {present}), ifnull({present}, {former}))"


def _quoted(name: str) -> str:
    return f'"{name}"'
